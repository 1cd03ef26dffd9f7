package io.resilientstorage.jdbc;

import java.util.List;

/**
 * What PostgreSQL needs for locks: two tables, a sequence and functions, in which
 * {@link io.resilientstorage.backend.LockRule} is decided, so that a step is one round trip.
 *
 * <p><b>Who waits for whom.</b> A step holds the lock space shared and its own lock alone; who changes the authority
 * record holds the lock space alone. These are advisory locks of the transaction, taken in this order and before
 * anything is read: each statement of a function sees what was committed before it began, if the isolation is READ
 * COMMITTED, which is therefore demanded. What the clock says is looked at when all waiting is over.
 *
 * <p><b>Tokens.</b> The counter is taken from one sequence for all lock spaces, for a row that each grant changes would
 * let the grants of a lock space commit only one after the other. A record has the number of the sequence at which its
 * epoch began; so an epoch may leave tokens out.
 *
 * <p>What each grant would reckon from the record is reckoned when the record is written: from which number on tokens
 * are counted, where they end, and until when anything is granted.
 *
 * <p>A function is never changed: a later version of the schema that needs another one brings it under another name.
 */
final class PostgresLockSchema {

    /** The first half of the number of the advisory lock of a lock space; the second is made of its name. */
    private static final int SPACE_CLASS = PostgresStatements.LOCK_CLASS + 1;

    private static final String NEXT =
            "(select case when s.is_called then s.last_value + 1 else s.last_value end from {lock_tokens} s)";

    /** The counter of a record {@code a}. */
    static final String COUNTER = "least(262144, greatest(0, " + NEXT + " - a.first_token))";

    private static final String CHECK_ISOLATION = """
                if current_setting('transaction_isolation') <> 'read committed' then
                    raise exception 'locks need the transaction isolation READ COMMITTED' using errcode = '0A000';
                end if;
            """;

    /** Whether the isolation is the one that is needed; and no wait lasts longer than the limit from here on. */
    private static final String BOUNDED = "current_setting('transaction_isolation') = 'read committed'"
            + " and set_config('lock_timeout', p_limit, true) is not null";

    private static final String SPACE_LOCK = "(" + SPACE_CLASS + ", hashtext('{authorities} ' || p_space))";

    private static final String NAME_LOCK =
            "(hashtextextended('{locks} ' || p_space || ' ' || encode(p_name, 'hex'), 0))";

    private PostgresLockSchema() {}

    static List<String> statements(String mark, String now) {
        return List.of(
                """
                create table {authorities} (
                    space text collate "C" primary key,
                    revision bigint not null,
                    active boolean not null,
                    epoch bigint not null,
                    first_token bigint not null,
                    number int not null,
                    floor bigint not null,
                    grants_from bigint not null,
                    active_until bigint not null,
                    peer_active_until bigint not null,
                    terms text not null,
                    life text not null,
                    token_base bigint generated always as
                        ((epoch << 21) + (number::bigint << 18) - first_token) stored,
                    token_last bigint generated always as ((epoch << 21) | (number::bigint << 18) | 262143) stored,
                    grants_until bigint generated always as (case
                        when active and (floor <= epoch or active_until = 9223372036854775807) then active_until
                        else 0 end) stored)""",
                """
                create table {locks} (
                    space text collate "C" not null,
                    name bytea not null,
                    owner bytea not null,
                    token bigint not null,
                    ends_at bigint not null,
                    primary key (space, name)) with (fillfactor = 50)""",
                "create sequence if not exists {lock_tokens}",
                put(mark, now),
                step(mark, now),
                grant(mark, now),
                free(mark, now));
    }

    private static String put(String mark, String clock) {
        return """
            create or replace function {authority_put}(
                p_space text, p_mark text, p_life text, p_expected bigint, p_active boolean, p_epoch bigint,
                p_number int, p_floor bigint, p_from bigint, p_until bigint, p_peer bigint, p_terms text,
                p_not_after bigint)
            returns text language plpgsql as $body$
            declare
                a {authorities};
                same_epoch boolean;
            begin
            %s
                perform pg_advisory_xact_lock%s;
                if p_mark <> (%s) then
                    return 'CHANGED';
                end if;
                select x.* into a from {authorities} x where x.space = p_space;
                same_epoch := coalesce(a.epoch = p_epoch and a.life = p_life, false);
                if coalesce(a.revision, 0) <> p_expected or %s > p_not_after
                        or not same_epoch and p_epoch <> 0 and p_epoch <= coalesce(a.floor, 0) then
                    return 'REFUSED';
                end if;
                insert into {authorities} (space, revision, active, epoch, first_token, number, floor, grants_from,
                    active_until, peer_active_until, terms, life)
                values (p_space, p_expected + 1, p_active, p_epoch,
                    case when same_epoch then a.first_token else %s end,
                    p_number, greatest(a.floor, p_floor, p_epoch), p_from, p_until, p_peer, p_terms, p_life)
                on conflict (space) do update
                set revision = excluded.revision, active = excluded.active, epoch = excluded.epoch,
                    first_token = excluded.first_token, number = excluded.number, floor = excluded.floor,
                    grants_from = excluded.grants_from, active_until = excluded.active_until,
                    peer_active_until = excluded.peer_active_until, terms = excluded.terms, life = excluded.life;
                return 'DONE';
            end
            $body$""".formatted(CHECK_ISOLATION, SPACE_LOCK, mark, clock, NEXT);
    }

    /**
     * A step. What it answers is one text of lines, see {@link PostgresLocks}: to describe a row of many columns takes
     * the server as long as the step. It has few expressions, since each is set up anew in each transaction, none of
     * them with a query in it, and statements only where they are needed. All that it may have to wait for are locks,
     * so it bounds its time by itself, and needs no statement before it.
     *
     * <p>A release does not wait for the disk. What it has written comes before whatever is granted after it, and that
     * does wait. So a crash can make it forgotten only as long as nobody relies on it: then the lock ends by its time.
     */
    private static String step(String mark, String clock) {
        return """
            create or replace function {lock_step}(
                p_action text, p_space text, p_name bytea, p_owner bytea, p_ttl bigint, p_terms text, p_token bigint,
                p_not_after bigint, p_mark text, p_life text, p_limit text)
            returns text language plpgsql as $body$
            declare
                now bigint;
                granted bigint;
                until bigint;
                setting text;
            begin
            %1$s
                setting := set_config('lock_timeout', p_limit, true);
                if p_action = 'COPY' then
                    if exists (select 1 from {authorities} x where x.space = p_space and x.floor < %7$s) then
                        perform pg_advisory_xact_lock%2$s;
                    else
                        perform pg_advisory_xact_lock_shared%2$s;
                    end if;
                elsif p_action <> 'RELEASE' and not pg_try_advisory_xact_lock_shared%2$s then
                    perform pg_advisory_xact_lock_shared%2$s;
                end if;
                if not pg_try_advisory_xact_lock%3$s then
                    perform pg_advisory_xact_lock%3$s;
                end if;
                now := %5$s;
                if p_mark <> (%4$s) then
                    return 'CHANGED';
                elsif now > p_not_after then
                    return concat_ws(E'\\n', 'LATE', now, now, 0);
                elsif p_action = 'RELEASE' then
                    setting := set_config('synchronous_commit', 'off', true);
                    update {locks} x set ends_at = 0
                    where x.space = p_space and x.name = p_name
                        and now < x.ends_at and x.owner = p_owner and p_token in (0, x.token);
                    return concat_ws(E'\\n', case when found then 'RELEASED' else 'NOT_HELD' end, now, now, 0);
                end if;
                declare
                    a {authorities};
                    stored_token bigint;
                    stored_end bigint;
                    live boolean;
                    own boolean;
                    status text;
                    place bigint;
                    told text;
                begin
                    select x.* into a from {authorities} x where x.space = p_space;
                    select x.token, x.ends_at, now < x.ends_at, now < x.ends_at and x.owner = p_owner
                    into stored_token, stored_end, live, own
                    from {locks} x where x.space = p_space and x.name = p_name;
                    status := case
                        when a.space is null then 'NO_AUTHORITY'
                        when a.life <> p_life then 'OTHER_LIFE'
                        when a.terms <> p_terms then 'DISAGREES'
                        when p_action = 'COPY' then
                            case when a.floor > %7$s then 'NEWER_EPOCH'
                                when live and stored_token > p_token then 'LOST' else 'COPIED' end
                        when not a.active or a.floor > a.epoch and a.active_until <> 9223372036854775807 then 'INACTIVE'
                        when now >= a.active_until then 'LAPSED'
                        when now < a.grants_from then 'DRAINING'
                        when p_action = 'RENEW' then
                            case when own and p_token in (0, stored_token) then 'GRANTED' else 'LOST' end
                        when own then 'GRANTED'
                        when live then 'HELD'
                        else 'FREE' end;
                    if status = 'FREE' then
                        place := nextval('{lock_tokens}') - a.first_token;
                        if place >= 262144 then
                            status := 'FULL';
                        else
                            status := 'GRANTED';
                            granted := (a.epoch << 21) | (a.number::bigint << 18) | place;
                            until := now + p_ttl;
                        end if;
                    elsif status = 'GRANTED' or status = 'COPIED' and own and stored_token = p_token then
                        granted := stored_token;
                        until := greatest(stored_end, now + p_ttl);
                    elsif status = 'COPIED' then
                        granted := p_token;
                        until := now + p_ttl;
                    elsif status = 'HELD' then
                        until := stored_end;
                    elsif status = 'DRAINING' then
                        until := a.grants_from;
                    end if;
                    if status in ('GRANTED', 'COPIED') then
                        insert into {locks} (space, name, owner, token, ends_at)
                        values (p_space, p_name, p_owner, granted, until)
                        on conflict on constraint {prefix}locks_pkey do update
                        set owner = excluded.owner, token = excluded.token, ends_at = excluded.ends_at;
                        if status = 'COPIED' and %7$s > a.floor then
                            update {authorities} x set floor = %7$s where x.space = p_space;
                        end if;
                    elsif status in
                            ('OTHER_LIFE', 'DISAGREES', 'INACTIVE', 'LAPSED', 'DRAINING', 'NEWER_EPOCH', 'FULL') then
                        told := concat_ws(E'\\n', a.revision, a.active, a.epoch, %6$s, a.number, a.floor, a.grants_from,
                            a.active_until, a.peer_active_until, a.terms, a.life);
                    end if;
                    return concat_ws(E'\\n', status, now, coalesce(until, now), coalesce(granted, 0), told);
                end;
            end
            $body$""".formatted(CHECK_ISOLATION, SPACE_LOCK, NAME_LOCK, mark, clock, COUNTER, "(p_token >> 21)");
    }

    /**
     * An acquire as it nearly always ends: a lock that is free and has a row is granted by one update, with all that it
     * takes in its condition. If it changes nothing, or a lock is not to be had at once, the step finds out why. Only
     * when the row is changed can it be known whether there was a token left; if not, it is free again before anybody
     * sees it.
     */
    private static String grant(String mark, String clock) {
        return """
            create or replace function {lock_grant}(
                p_space text, p_name bytea, p_owner bytea, p_ttl bigint, p_terms text, p_not_after bigint, p_mark text,
                p_life text, p_limit text)
            returns text language plpgsql as $body$
            declare
                now bigint;
                answer text;
            begin
                if %1$s and pg_try_advisory_xact_lock_shared%2$s and pg_try_advisory_xact_lock%3$s then
                    now := %5$s;
                    update {locks} x
                    set owner = p_owner, ends_at = now + p_ttl, token = nextval('{lock_tokens}') + s.token_base
                    from {authorities} s
                    where s.space = p_space and s.life = p_life and s.terms = p_terms
                        and now < s.grants_until and now >= s.grants_from
                        and x.space = p_space and x.name = p_name and now >= x.ends_at
                        and now <= p_not_after and p_mark = (%4$s)
                    returning case when x.token <= s.token_last
                        then concat_ws(E'\\n', 'GRANTED', now, x.ends_at, x.token) else '' end
                    into answer;
                    if answer <> '' then
                        return answer;
                    elsif found then
                        update {locks} x set ends_at = 0 where x.space = p_space and x.name = p_name;
                    end if;
                end if;
                return {lock_step}('ACQUIRE', p_space, p_name, p_owner, p_ttl, p_terms, 0, p_not_after, p_mark, p_life,
                    p_limit);
            end
            $body$""".formatted(BOUNDED, SPACE_LOCK, NAME_LOCK, mark, clock);
    }

    /** A release as it nearly always ends. If it changes nothing, the step finds out why. */
    private static String free(String mark, String clock) {
        return """
            create or replace function {lock_free}(
                p_space text, p_name bytea, p_owner bytea, p_terms text, p_token bigint, p_not_after bigint,
                p_mark text, p_life text, p_limit text)
            returns text language plpgsql as $body$
            declare
                now bigint;
            begin
                if %1$s and set_config('synchronous_commit', 'off', true) is not null
                        and pg_try_advisory_xact_lock%2$s then
                    now := %4$s;
                    update {locks} x set ends_at = 0
                    where x.space = p_space and x.name = p_name
                        and now < x.ends_at and x.owner = p_owner and p_token in (0, x.token)
                        and now <= p_not_after and p_mark = (%3$s);
                    if found then
                        return concat_ws(E'\\n', 'RELEASED', now, now, 0);
                    end if;
                end if;
                return {lock_step}('RELEASE', p_space, p_name, p_owner, 1, p_terms, p_token, p_not_after, p_mark,
                    p_life, p_limit);
            end
            $body$""".formatted(BOUNDED, NAME_LOCK, mark, clock);
    }
}
