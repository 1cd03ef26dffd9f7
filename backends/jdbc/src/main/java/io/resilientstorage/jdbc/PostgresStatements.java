package io.resilientstorage.jdbc;

import java.util.ArrayList;
import java.util.List;

/** The SQL of {@link PostgresDialect}. */
final class PostgresStatements {

    /** The first half of the number of the lock that migrations take; the second is made of the table's name. */
    static final int LOCK_CLASS = 0x5253;

    /** The value, where a reader would see one: dead ones stay where they are. */
    static final String LIVE_VALUE =
            ", case when r.format <= " + StoredRow.FORMAT + " and r.expires_at > c.now then r.value end as value";

    private PostgresStatements() {}

    static List<List<String>> migrations(Tables tables) {
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
        return List.of(List.copyOf(first));
    }

    /** Parameters: namespaces, keys, generation. One row for each key, in their order. */
    static String standing(String mark, String now, String value) {
        return "select k.i, c.mark, c.now, " + StoredRow.COLUMNS + value + """

                from (select %s as mark, %s as now) c
                cross join unnest(?::text[], ?::bytea[]) with ordinality as k (namespace, key, i)
                left join {records} r on r.generation = ? and r.namespace = k.namespace and r.key = k.key
                order by k.i""".formatted(mark, now);
    }

    /**
     * Parameters: namespaces, keys, version times, version writers, values, expiries, deaths, expected positions,
     * not-after, generation three times; with hints their records' numbers and their targets as well. Returns the
     * numbers of the records that were stored.
     *
     * <p>Rows are always locked in one order, that of the keys: first those that are inserted, then those that are
     * updated, then the hints; so two batches never wait for each other. The not-after time is looked at by the
     * statement that stores, since it may have waited in a buffer while the server hung.
     */
    static String store(String now, boolean withHints) {
        String hinted = withHints ? """
                , hinted as (
                    insert into {hints} as h (target, namespace, key, version_time, version_writer, since)
                    select w.target, o.namespace, o.key, o.version_time, o.version_writer, %s
                    from unnest(?::bigint[], ?::text[]) as w (i, target)
                    join offered o on o.i = w.i
                    join stored s on s.namespace = o.namespace and s.key = o.key
                    order by w.target, o.i
                    on conflict (target, namespace, key) do update
                    set version_time = excluded.version_time, version_writer = excluded.version_writer,
                        tries = 0, parked = 0
                    where (h.version_time, h.version_writer) < (excluded.version_time, excluded.version_writer))""".formatted(now) : "";
        return """
                with offered as materialized (
                    select o.*
                    from unnest(?::text[], ?::bytea[], ?::bigint[], ?::bigint[], ?::bytea[], ?::bigint[], ?::bigint[],
                            ?::bigint[]) with ordinality
                        as o (namespace, key, version_time, version_writer, value, expires_at, dead_at, expected, i)
                    where %s <= ?),
                inserted as (
                    insert into {records} (generation, namespace, key, version_time, version_writer, format, value,
                        expires_at, dead_at, position)
                    select ?, o.namespace, o.key, o.version_time, o.version_writer, %d, o.value, o.expires_at, o.dead_at,
                        pg_current_xact_id()::text::bigint + (select position from {meta})
                    from offered o where o.expected = 0 order by o.i
                    on conflict (generation, namespace, key) do nothing
                    returning namespace, key),
                standing as materialized (
                    select r.namespace, r.key
                    from offered o
                    join {records} r on r.generation = ? and r.namespace = o.namespace and r.key = o.key
                        and r.position = o.expected
                    where o.expected > 0 order by o.i
                    for update of r),
                updated as (
                    update {records} r
                    set version_time = o.version_time, version_writer = o.version_writer, format = %d, value = o.value,
                        expires_at = o.expires_at, dead_at = o.dead_at,
                        position = pg_current_xact_id()::text::bigint + (select position from {meta})
                    from offered o
                    join standing s on s.namespace = o.namespace and s.key = o.key
                    where r.generation = ? and r.namespace = o.namespace and r.key = o.key and r.position = o.expected
                    returning r.namespace, r.key),
                stored as (
                    select namespace, key from inserted union all select namespace, key from updated)%s
                select o.i from offered o join stored s on s.namespace = o.namespace and s.key = o.key""".formatted(now, StoredRow.FORMAT, StoredRow.FORMAT, hinted);
    }
}
