package io.resilientstorage.jdbc;

import java.util.List;

/**
 * What PostgreSQL needs for locks: two tables, a sequence and two functions, in which
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

    private static final String SPACE_LOCK = "(" + SPACE_CLASS + ", hashtext('{authorities} ' || p_space))";

    private static final String NAME_LOCK =
            "(hashtextextended('{locks} ' || p_space || ' ' || encode(p_name, 'hex'), 0))";

    private PostgresLockSchema() {}

    static List<String> statements(String mark, String now) {
        return List.of("""
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
                    life text not null)""", """
                create table {locks} (
                    space text collate "C" not null,
                    name bytea not null,
                    owner bytea not null,
                    token bigint not null,
                    ends_at bigint not null,
                    primary key (space, name)) with (fillfactor = 50)""", "create sequence if not exists {lock_tokens}", put(mark, now), step(mark, now));
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

    private static String step(String mark, String clock) {
        return """
            create or replace function {lock_step}(
                p_action text, p_space text, p_name bytea, p_owner bytea, p_ttl bigint, p_terms text, p_token bigint,
                p_not_after bigint, p_mark text, p_life text,
                out status text, out now bigint, out token bigint, out ends bigint,
                out revision bigint, out active boolean, out epoch bigint, out counter int, out number int,
                out floor bigint, out grants_from bigint, out active_until bigint, out peer_active_until bigint,
                out terms text, out life text)
            language plpgsql as $body$
            #variable_conflict use_column
            declare
                a {authorities};
                l {locks};
                live boolean;
                own boolean;
                exact boolean;
                granted boolean;
                p_epoch bigint := p_token >> 21;
                place bigint;
            begin
            %1$s
                if p_action = 'COPY'
                        and exists (select 1 from {authorities} x where x.space = p_space and x.floor < p_epoch) then
                    perform pg_advisory_xact_lock%2$s;
                elsif p_action <> 'RELEASE' then
                    perform pg_advisory_xact_lock_shared%2$s;
                end if;
                perform pg_advisory_xact_lock%3$s;
                if p_mark <> (%4$s) then
                    status := 'CHANGED';
                    return;
                end if;
                now := %5$s;
                select x.* into a from {authorities} x where x.space = p_space;
                select x.* into l from {locks} x where x.space = p_space and x.name = p_name;
                live := coalesce(now < l.ends_at, false);
                own := live and l.owner = p_owner;
                exact := own and l.token = p_token;
                granted := exact or own and p_token = 0;
                status := case
                    when now > p_not_after then 'LATE'
                    when p_action = 'RELEASE' then
                        case when granted then 'RELEASED' else 'NOT_HELD' end
                    when a.space is null then 'NO_AUTHORITY'
                    when a.life <> p_life then 'OTHER_LIFE'
                    when a.terms <> p_terms then 'DISAGREES'
                    when p_action = 'COPY' then
                        case when a.floor > p_epoch then 'NEWER_EPOCH'
                            when live and l.token > p_token then 'LOST' else 'COPIED' end
                    when not a.active or a.floor > a.epoch and a.active_until <> 9223372036854775807 then 'INACTIVE'
                    when now >= a.active_until then 'LAPSED'
                    when now < a.grants_from then 'DRAINING'
                    when p_action = 'RENEW' then case when granted then 'GRANTED' else 'LOST' end
                    when own then 'GRANTED'
                    when live then 'HELD'
                    else 'FREE' end;
                if status = 'FREE' then
                    place := nextval('{lock_tokens}') - a.first_token;
                    if place >= 262144 then
                        status := 'FULL';
                    else
                        status := 'GRANTED';
                        token := (a.epoch << 21) | (a.number::bigint << 18) | place;
                        ends := now + p_ttl;
                    end if;
                elsif status = 'GRANTED' or status = 'COPIED' and exact then
                    token := l.token;
                    ends := greatest(l.ends_at, now + p_ttl);
                elsif status = 'COPIED' then
                    token := p_token;
                    ends := now + p_ttl;
                elsif status = 'HELD' then
                    ends := l.ends_at;
                elsif status = 'DRAINING' then
                    ends := a.grants_from;
                end if;
                if status in ('GRANTED', 'COPIED') then
                    insert into {locks} (space, name, owner, token, ends_at)
                    values (p_space, p_name, p_owner, token, ends)
                    on conflict on constraint {prefix}locks_pkey do update
                    set owner = excluded.owner, token = excluded.token, ends_at = excluded.ends_at;
                elsif status = 'RELEASED' then
                    update {locks} x set ends_at = 0 where x.space = p_space and x.name = p_name;
                end if;
                if status = 'COPIED' and p_epoch > a.floor then
                    update {authorities} x set floor = p_epoch where x.space = p_space;
                end if;
                if status in ('OTHER_LIFE', 'DISAGREES', 'INACTIVE', 'LAPSED', 'DRAINING', 'NEWER_EPOCH', 'FULL') then
                    revision := a.revision;
                    active := a.active;
                    epoch := a.epoch;
                    counter := %6$s;
                    number := a.number;
                    floor := a.floor;
                    grants_from := a.grants_from;
                    active_until := a.active_until;
                    peer_active_until := a.peer_active_until;
                    terms := a.terms;
                    life := a.life;
                end if;
            end
            $body$""".formatted(CHECK_ISOLATION, SPACE_LOCK, NAME_LOCK, mark, clock, COUNTER);
    }
}
