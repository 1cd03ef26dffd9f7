package io.resilientstorage.jdbc;

import io.resilientstorage.backend.Hint;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Removes and makes hints in PostgreSQL, many by one statement. */
final class PostgresHints {

    /** Parameters: targets, namespaces, keys, times and writers of the versions. */
    private static final String GIVEN = PostgresStatements.Size.MANY.rows(
            "d", "target text", "namespace text", "key bytea", "version_time bigint", "version_writer bigint");

    /**
     * The hints are locked first, in the order in which those who make hints lock them. Where one was renewed by
     * somebody for whom this had to wait, PostgreSQL compares again with what they left. A record that is written
     * without a hint meanwhile counts as written afterwards.
     *
     * <p>Answers what stands newer than what was delivered and has no hint. Those hints are made by a statement of
     * their own, so that nobody who waits for one holds the locks of the others.
     */
    private static final String CLEAR = """
            with recursive %s,
            d as materialized (select * from %s),
            mine as materialized (
                select h.target, h.namespace, h.key,
                    (h.version_time, h.version_writer) <= (d.version_time, d.version_writer) and not exists (
                        select 1 from {records} r
                        where r.generation = any (array (select generation from generations))
                            and r.namespace = d.namespace and r.key = d.key
                            and (r.version_time, r.version_writer) > (d.version_time, d.version_writer)) as delivered
                from d
                join {hints} h on h.target = d.target and h.namespace = d.namespace and h.key = d.key
                order by d.i for update of h),
            cleared as (
                delete from {hints} h using mine m
                where m.delivered and h.target = m.target and h.namespace = m.namespace and h.key = m.key),
            freed as (
                update {hints} h set claimed_until = 0 from mine m
                where not m.delivered and h.target = m.target and h.namespace = m.namespace and h.key = m.key),
            lacking as (
                select d.target, d.namespace, d.key, n.version_time, n.version_writer
                from d cross join lateral (
                    select r.version_time, r.version_writer from {records} r
                    where r.generation = any (array (select generation from generations))
                        and r.namespace = d.namespace and r.key = d.key
                        and (r.version_time, r.version_writer) > (d.version_time, d.version_writer)
                    order by r.version_time desc, r.version_writer desc limit 1) n
                where not exists (
                    select 1 from mine m
                    where m.target = d.target and m.namespace = d.namespace and m.key = d.key))
            select s.mark, l.* from (select %s as mark) s left join lacking l on true""";

    private static final String NOTE = """
            insert into {hints} as h (target, namespace, key, version_time, version_writer, since)
            select d.target, d.namespace, d.key, d.version_time, d.version_writer, %s
            from %s
            order by d.i
            """ + Hints.RENEW;

    private final String clear;
    private final String note;

    PostgresHints(Tables tables, String mark, String now) {
        clear = tables.in(CLEAR.formatted(PostgresStatements.GENERATIONS, GIVEN, mark));
        note = tables.in(NOTE.formatted(now, GIVEN));
    }

    void clear(Session session, Life life, List<Hint> delivered) throws SQLException {
        List<Hint> lacking = new ArrayList<>();
        session.attempt().storing();
        try (PreparedStatement statement = session.prepare(clear)) {
            set(statement, delivered);
            try (ResultSet rows = session.query(statement)) {
                while (rows.next()) {
                    life.check(rows.getString("mark"));
                    if (rows.getString("target") != null) {
                        lacking.add(Hints.hint(rows, rows.getString("target"), 0, 0));
                    }
                }
            }
        }
        if (!lacking.isEmpty()) {
            lacking.sort(Hints.ORDER);
            note(session, lacking);
        }
    }

    void note(Session session, List<Hint> lacking) throws SQLException {
        session.attempt().storing();
        try (PreparedStatement statement = session.prepare(note)) {
            set(statement, lacking);
            session.change(statement);
        }
    }

    private static void set(PreparedStatement statement, List<Hint> hints) throws SQLException {
        new PostgresParameters(statement)
                .texts(hints, false, Hint::target)
                .texts(hints, false, hint -> hint.key().namespace())
                .bytes(hints, false, hint -> hint.key().key().getBytes(StandardCharsets.UTF_8))
                .numbers(hints, false, hint -> hint.version().timestamp())
                .numbers(hints, false, hint -> hint.version().writer());
    }
}
