package io.resilientstorage.jdbc;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/** The SQL of {@link PostgresDialect}. */
final class PostgresStatements {

    /** The first half of the number of the lock that migrations take; the second is made of the table's name. */
    static final int LOCK_CLASS = 0x5253;

    /** The value, where a reader would see one: dead ones stay where they are. */
    static final String LIVE_VALUE =
            ", case when r.format <= " + StoredRow.FORMAT + " and r.expires_at > c.now then r.value end as value";

    /** A recursive part of a statement: the generations that have records, one row for each, and one that is null. */
    static final String GENERATIONS = """
            generations (generation) as (
                select (select min(generation) from {records} where generation >= 0)
                union all
                select (select min(r.generation) from {records} r where r.generation > g.generation)
                from generations g where g.generation is not null)""";

    /** Parameters: none. */
    static final String HORIZON = "with recursive " + GENERATIONS + """
             select pg_snapshot_xmin(pg_current_snapshot())::text::bigint + m.position - 1 as horizon,
                (select coalesce(max(newest), 0) from (
                    select (select max(r.position) from {records} r where r.generation = g.generation) as newest
                    from generations g) n) as newest,
                m.floor
            from {meta} m""";

    /**
     * Parameters: time, limit. Those who do it at once pass over the rows of each other, and wait for each other where
     * the floor is noted.
     */
    static final String REMOVE_DEAD = """
            with dead as materialized (
                select generation, namespace, key from {records}
                where dead_at < ? order by dead_at limit ? for update skip locked),
            removed as (
                delete from {records} r using dead d
                where r.generation = d.generation and r.namespace = d.namespace and r.key = d.key
                returning r.position),
            noted as (
                update {meta} set floor = greatest(floor, n.position)
                from (select max(position) as position from removed) n where n.position is not null)
            select count(*) from removed""";

    /** A page of rows. The size of a value is known without reading it. */
    static String page(int generation, long after, long upTo, int limit, String order) {
        return """
                select r.namespace, r.key, r.value, %s from (
                    select *, coalesce(sum(coalesce(length(value), 0)) over (
                        order by position%s groups between unbounded preceding and 1 preceding), 0) as before
                    from (
                        select * from {records} where generation = %d and position > %d and position <= %d
                        order by position%s fetch first %d rows with ties) f) r
                where r.before < %d order by r.position%s""".formatted(
                        StoredRow.COLUMNS, order, generation, after, upTo, order, limit, PageBound.MAX_BYTES, order);
    }

    private static final String POSITION = "pg_current_xact_id()::text::bigint + (select position from {meta})";

    private static final String ONE_TARGET = "cross join " + Size.ONE.rows("w", "target text");

    private static final String MANY_TARGETS =
            "join " + Size.MANY.rows("w", "namespace text", "key bytea", "target text")
                    + " on s.namespace = w.namespace and s.key = w.key order by w.target, w.i";

    private PostgresStatements() {}

    /**
     * A column that is 1, or fails and so takes back the whole statement if the not-after time (its parameter) has
     * come. It stands where it is evaluated when the row is written already: before that the statement may have waited
     * for somebody who had the row locked.
     */
    static String inTime(String now) {
        return "1 / (" + now + " <= ?)::int";
    }

    static List<List<String>> migrations(Tables tables, List<String> locks) {
        List<String> first = new ArrayList<>();
        if (!tables.schema().isEmpty()) {
            first.add("create schema if not exists " + tables.schema());
        }
        first.addAll(List.of(
                """
                create table {meta} (
                    one int primary key check (one = 1),
                    version int not null,
                    minimum_reader int not null,
                    position bigint not null,
                    origin text not null)""",
                """
                create table {records} (
                    generation int not null,
                    namespace text collate "C" not null,
                    key bytea not null,
                    version_time bigint not null,
                    version_writer bigint not null,
                    format smallint not null,
                    value bytea,
                    expires_at bigint not null,
                    dead_at bigint,
                    position bigint not null,
                    primary key (generation, namespace, key))""",
                "create index {prefix}records_by_position on {records} (generation, position)",
                "create index {prefix}records_by_death on {records} (dead_at) where dead_at is not null",
                """
                create table {hints} (
                    target text collate "C" not null,
                    namespace text collate "C" not null,
                    key bytea not null,
                    version_time bigint not null,
                    version_writer bigint not null,
                    since bigint not null,
                    tries int not null default 0,
                    parked smallint not null default 0,
                    claimed_until bigint not null default 0,
                    primary key (target, namespace, key))""",
                "create index {prefix}hints_by_age on {hints} (target, parked, since)",
                "create table {probes} (id bigint primary key, at bigint not null)"));
        // With room in the pages of the hints, claiming one does not touch its indexes: it takes half the time.
        List<String> second = List.of(
                "alter table {meta} add column floor bigint not null default 0",
                "alter table {hints} set (fillfactor = 50)");
        return List.of(List.copyOf(first), second, locks);
    }

    /**
     * Writes some pages of rows to the table of the records and one value that goes to its side table, in a generation
     * that nobody reads, and deletes them again: one transaction when it is sent as one text.
     */
    static String room(long id) {
        return """
                insert into {records} (generation, namespace, key, version_time, version_writer, format, value,
                    expires_at, position)
                select -1, '', int8send(%1$d) || int4send(i), 0, 0, 1, convert_to(repeat('x', 1800), 'UTF8'), 0, 0
                from generate_series(1, 32) i
                union all
                select -1, '', int8send(%1$d), 0, 0, 1, string_agg(uuid_send(gen_random_uuid()), ''::bytea), 0, 0
                from generate_series(1, 4096);
                delete from {records} where generation = -1 and substr(key, 1, 8) = int8send(%1$d)""".formatted(id);
    }

    /**
     * What a statement is for: one record and at most one hint, with parameters that are plain, or more, with arrays.
     */
    enum Size {
        ONE,
        MANY;

        /** Rows of parameters of these types under these names, with their number {@code i}, from 1. */
        String rows(String alias, String... columns) {
            String parameters = Arrays.stream(columns)
                    .map(column -> {
                        String type = column.substring(column.indexOf(' ') + 1);
                        String name = column.substring(0, column.indexOf(' '));
                        return this == MANY ? "?::" + type + "[]" : "?::" + type + " as " + name;
                    })
                    .collect(Collectors.joining(", "));
            String names = Arrays.stream(columns)
                    .map(column -> column.substring(0, column.indexOf(' ')))
                    .collect(Collectors.joining(", "));
            return this == MANY
                    ? "unnest(" + parameters + ") with ordinality as " + alias + " (" + names + ", i)"
                    : "(select " + parameters + ", 1 as i) " + alias;
        }
    }

    /**
     * Parameters: namespace, key, generation. One row for each key, in their order. Each key is looked up by itself
     * ({@code offset 0} holds the planner to that): of a table that was filled just now, and not analyzed yet, it would
     * rather read everything.
     */
    static String standing(String mark, String now, String value, Size size) {
        return "select k.i, c.mark, c.now, pg_backend_pid() as process, " + StoredRow.COLUMNS + value
                + " from (select " + mark + " as mark, " + now + " as now) c"
                + " cross join " + size.rows("k", "namespace text", "key bytea")
                + " left join lateral (select * from {records} f where f.generation = ? and f.namespace = k.namespace"
                + " and f.key = k.key offset 0) r on true"
                + (size == Size.MANY ? " order by k.i" : "");
    }

    private static String offered(Size size) {
        return size.rows(
                "o",
                "namespace text",
                "key bytea",
                "version_time bigint",
                "version_writer bigint",
                "value bytea",
                "expires_at bigint",
                "dead_at bigint",
                "expected bigint");
    }

    /**
     * Stores records where there is none, and returns the names of those that were stored. Parameters: generation,
     * those of the records, not-after; with hints those of the hints; not-after again.
     */
    static String insert(String now, Size size, boolean withHints) {
        String insert =
                """
                insert into {records} (generation, namespace, key, version_time, version_writer, format, value,
                    expires_at, dead_at, position)
                select ?, o.namespace, o.key, o.version_time, o.version_writer, %d, o.value, o.expires_at, o.dead_at, %s
                from %s where %s <= ? %s
                on conflict (generation, namespace, key) do nothing
                returning namespace, key""".formatted(StoredRow.FORMAT, POSITION, offered(size), now, size == Size.MANY ? "order by o.i" : "");
        return statement(List.of(), insert, size, withHints, "version_time, version_writer", now);
    }

    /**
     * Stores records where what was read still stands, and returns the names of those that were stored. Parameters:
     * those of the records, not-after, generation (for many: once more); with hints those of the hints; not-after
     * again.
     */
    static String update(String now, Size size, boolean withHints) {
        // Many are locked first, in the order of their keys, so that two batches never wait for each other; each by
        // itself, and then found by its place, so that no plan reads the whole table.
        List<String> first = size == Size.ONE ? List.of() : List.of("""
                        locked as materialized (
                            select o.*, s.place from %s
                            cross join lateral (
                                select f.ctid as place from {records} f
                                where %s <= ? and f.generation = ? and f.namespace = o.namespace and f.key = o.key
                                    and f.position = o.expected
                                for update) s)""".formatted(offered(size), now));
        String update = """
                update {records} r
                set version_time = o.version_time, version_writer = o.version_writer, format = %d, value = o.value,
                    expires_at = o.expires_at, dead_at = o.dead_at, position = %s
                from %s
                where %s r.generation = ? and r.namespace = o.namespace and r.key = o.key and r.position = o.expected
                returning r.namespace, r.key""".formatted(
                        StoredRow.FORMAT,
                        POSITION,
                        size == Size.ONE ? offered(size) : "locked o",
                        size == Size.ONE ? now + " <= ? and" : "r.ctid = o.place and");
        return statement(first, update, size, withHints, "r.version_time, r.version_writer", now);
    }

    /**
     * With hints, they are made of what the statement stored. Their parameters: namespaces, keys, targets; of one hint
     * the target alone, since planning a join and a sort for it takes longer than storing it.
     */
    private static String statement(
            List<String> first, String store, Size size, boolean withHints, String version, String now) {
        List<String> parts = new ArrayList<>(first);
        if (!withHints) {
            String main = store + ", " + inTime(now);
            return parts.isEmpty() ? main : "with " + String.join(", ", parts) + " " + main;
        }
        parts.add("stored as (" + store + ", " + version + ")");
        parts.add("""
                    hinted as (
                        insert into {hints} as h (target, namespace, key, version_time, version_writer, since)
                        select w.target, s.namespace, s.key, s.version_time, s.version_writer, %s
                        from stored s %s
                        %s
                        returning 1)""".formatted(now, size == Size.ONE ? ONE_TARGET : MANY_TARGETS, Hints.RENEW));
        // Counted first, so that the hints, which may have to wait for a lock too, are made before the time is looked
        // at.
        return "with " + String.join(", ", parts) + " select namespace, key,"
                + " case when (select count(*) from hinted) >= 0 then " + inTime(now) + " end from stored";
    }
}
