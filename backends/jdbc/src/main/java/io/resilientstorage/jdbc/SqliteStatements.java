package io.resilientstorage.jdbc;

import java.util.List;

/** The SQL of {@link SqliteDialect}. */
final class SqliteStatements {

    static final List<List<String>> MIGRATIONS = List.of(
            List.of(
                    """
            create table {meta} (
                one integer primary key check (one = 1),
                version integer not null,
                minimum_reader integer not null,
                position integer not null,
                origin text not null)""",
                    """
            create table {records} (
                generation integer not null,
                namespace text not null,
                key blob not null,
                version_time integer not null,
                version_writer integer not null,
                format integer not null,
                expires_at integer not null,
                dead_at integer,
                position integer not null,
                value blob,
                primary key (generation, namespace, key))""",
                    "create index {prefix}records_by_position on {records} (generation, position)",
                    "create index {prefix}records_by_death on {records} (dead_at) where dead_at is not null",
                    """
            create table {hints} (
                target text not null,
                namespace text not null,
                key blob not null,
                version_time integer not null,
                version_writer integer not null,
                since integer not null,
                tries integer not null default 0,
                parked integer not null default 0,
                claimed_until integer not null default 0,
                primary key (target, namespace, key))""",
                    "create index {prefix}hints_by_age on {hints} (target, parked, since)",
                    "create table {probes} (id integer primary key, at integer not null)"),
            List.of("alter table {meta} add column floor integer not null default 0"),
            List.of("""
            create table {authorities} (
                space text primary key,
                revision integer not null,
                active integer not null,
                epoch integer not null,
                counter integer not null,
                number integer not null,
                floor integer not null,
                grants_from integer not null,
                active_until integer not null,
                peer_active_until integer not null,
                terms text not null,
                life text not null) without rowid""", """
            create table {locks} (
                space text not null,
                name blob not null,
                owner blob not null,
                token integer not null,
                ends_at integer not null,
                primary key (space, name)) without rowid"""));

    /** Parameters: space. */
    static final String AUTHORITY = "select * from {authorities} where space = ?";

    /** Parameters: the columns. */
    static final String PUT_AUTHORITY = """
            insert into {authorities} (space, revision, active, epoch, counter, number, floor, grants_from,
                active_until, peer_active_until, terms, life)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (space) do update
            set revision = excluded.revision, active = excluded.active, epoch = excluded.epoch,
                counter = excluded.counter, number = excluded.number, floor = excluded.floor,
                grants_from = excluded.grants_from, active_until = excluded.active_until,
                peer_active_until = excluded.peer_active_until, terms = excluded.terms, life = excluded.life""";

    /** Parameters: space, name. */
    static final String LOCK = "select owner, token, ends_at from {locks} where space = ? and name = ?";

    /** Parameters: the columns. */
    static final String PUT_LOCK = """
            insert into {locks} (space, name, owner, token, ends_at) values (?, ?, ?, ?, ?)
            on conflict (space, name) do update
            set owner = excluded.owner, token = excluded.token, ends_at = excluded.ends_at""";

    /** Parameters: space, name. */
    static final String REMOVE_LOCK = "delete from {locks} where space = ? and name = ?";

    /** Parameters: generation, namespace, key. */
    static final String STANDING = "select " + StoredRow.COLUMNS
            + " from {records} r where r.generation = ? and r.namespace = ? and r.key = ?";

    /** Parameters: the clock, generation, namespace, key. */
    static final String STANDING_WITH_VALUE = "select " + StoredRow.COLUMNS
            + ", case when r.format <= " + StoredRow.FORMAT + " and r.expires_at > ? then r.value end as value"
            + " from {records} r where r.generation = ? and r.namespace = ? and r.key = ?";

    static final String NEXT_POSITION = "update {meta} set position = position + 1 where one = 1 returning position";

    static final String STORE = """
            insert into {records} (generation, namespace, key, version_time, version_writer, format, value, expires_at,
                dead_at, position)
            values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            on conflict (generation, namespace, key) do update
            set version_time = excluded.version_time, version_writer = excluded.version_writer,
                format = excluded.format, value = excluded.value, expires_at = excluded.expires_at,
                dead_at = excluded.dead_at, position = excluded.position""";

    static final String HINT = """
            insert into {hints} as h (target, namespace, key, version_time, version_writer, since)
            values (?, ?, ?, ?, ?, ?)
            """ + Hints.RENEW;

    /** Parameters: target, namespace, key, time and writer of the version. */
    static final String CLEAR = """
            with recursive generations (generation) as (
                select min(generation) from {records} where generation >= 0
                union all
                select (select min(r.generation) from {records} r where r.generation > g.generation)
                from generations g where g.generation is not null)
            delete from {hints} where target = ?1 and namespace = ?2 and key = ?3
                and (version_time, version_writer) <= (?4, ?5)
                and not exists (
                    select 1 from generations g join {records} r on r.generation = g.generation
                    where r.namespace = ?2 and r.key = ?3 and (r.version_time, r.version_writer) > (?4, ?5))""";

    /** Makes a hint for what stands newer. Parameters: as of CLEAR, and the time. */
    static final String LACKING = """
            with recursive generations (generation) as (
                select min(generation) from {records} where generation >= 0
                union all
                select (select min(r.generation) from {records} r where r.generation > g.generation)
                from generations g where g.generation is not null)
            insert into {hints} as h (target, namespace, key, version_time, version_writer, since)
            select ?1, ?2, ?3, r.version_time, r.version_writer, ?6
            from generations g join {records} r on r.generation = g.generation
            where r.namespace = ?2 and r.key = ?3 and (r.version_time, r.version_writer) > (?4, ?5)
            """ + Hints.RENEW;

    /** Parameters: target, namespace, key. */
    static final String FREE = "update {hints} set claimed_until = 0 where target = ? and namespace = ? and key = ?";

    /** Parameters: time, limit. */
    static final String NOTE_FLOOR = """
            update {meta} set floor = max(floor, coalesce((
                select max(position) from (
                    select position from {records} where dead_at < ? order by dead_at limit ?) d), 0))""";

    /** Parameters: time, limit. */
    static final String REMOVE_DEAD = """
            delete from {records} where rowid in (
                select rowid from {records} where dead_at < ? order by dead_at limit ?)""";

    static final String HORIZON = "select position as horizon, position as newest, floor from {meta}";

    /** A page of rows. Their sizes are summed up before their values are read. */
    static String page(int generation, long after, long upTo, int limit, boolean newestFirst) {
        String order = newestFirst ? " desc" : "";
        String range = "generation = %d and position > %d and position <= %d".formatted(generation, after, upTo);
        return """
                with few as (
                    select rowid as id, position, coalesce(length(value), 0) as size from {records}
                    where %1$s and position %2$s coalesce((
                        select position from {records} where %1$s order by position%3$s limit 1 offset %4$d), %5$d)),
                page as (
                    select id, position, coalesce(sum(size) over (
                        order by position%3$s groups between unbounded preceding and 1 preceding), 0) as before
                    from few)
                select r.namespace, r.key, r.value, %6$s
                from page p cross join {records} r on r.rowid = p.id
                where p.before < %7$d order by p.position%3$s""".formatted(
                        range,
                        newestFirst ? ">=" : "<=",
                        order,
                        limit - 1,
                        newestFirst ? after : upTo,
                        StoredRow.COLUMNS,
                        PageBound.MAX_BYTES);
    }

    /**
     * One row in any case, which says whether a sentinel is WARM. Parameters: the clock, generation, namespace, key.
     */
    static final String STANDING_WITH_WARMTH = "select " + StoredRow.COLUMNS
            + ", case when r.format <= " + StoredRow.FORMAT + " and r.expires_at > ? then r.value end as value, "
            + Sentinels.isWarm("x'%s'") + " from (select 1) left join {records} r"
            + " on r.generation = ? and r.namespace = ? and r.key = ?";

    private SqliteStatements() {}
}
