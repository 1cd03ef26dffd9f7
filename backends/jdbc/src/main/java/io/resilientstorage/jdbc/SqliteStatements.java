package io.resilientstorage.jdbc;

import java.util.List;

/** The SQL of {@link SqliteDialect}. */
final class SqliteStatements {

    static final List<List<String>> MIGRATIONS = List.of(List.of(
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
            "create table {probes} (id integer primary key, at integer not null)"));

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
            on conflict (target, namespace, key) do update
            set version_time = excluded.version_time, version_writer = excluded.version_writer, tries = 0, parked = 0
            where (h.version_time, h.version_writer) < (excluded.version_time, excluded.version_writer)""";

    private SqliteStatements() {}
}
