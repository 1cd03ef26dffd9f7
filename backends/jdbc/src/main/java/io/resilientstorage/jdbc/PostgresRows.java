package io.resilientstorage.jdbc;

import io.resilientstorage.jdbc.PostgresStatements.Size;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads and stores rows in PostgreSQL. One record with one hint or none, which is the usual case, goes by plain
 * parameters: PostgreSQL plans each statement anew, since nothing may be prepared, and is twice as fast about it then.
 * Several go by arrays.
 */
final class PostgresRows {

    private static final String IS_WARM = ", " + Sentinels.isWarm("'\\x%s'");

    /** The statements for one record, or for many. */
    private record Texts(
            String standing,
            String standingWithValues,
            String standingWithWarmth,
            String insert,
            String insertWithHints,
            String update,
            String updateWithHints) {

        String standing(Dialect.Detail detail) {
            return switch (detail) {
                case VERSIONS -> standing;
                case VALUES -> standingWithValues;
                case VALUES_AND_WARMTH -> standingWithWarmth;
            };
        }

        static Texts of(Tables tables, String mark, String now, Size size) {
            return new Texts(
                    tables.in(PostgresStatements.standing(mark, now, "", size)),
                    tables.in(PostgresStatements.standing(mark, now, PostgresStatements.LIVE_VALUE, size)),
                    tables.in(PostgresStatements.standing(mark, now, PostgresStatements.LIVE_VALUE + IS_WARM, size)),
                    tables.in(PostgresStatements.insert(now, size, false)),
                    tables.in(PostgresStatements.insert(now, size, true)),
                    tables.in(PostgresStatements.update(now, size, false)),
                    tables.in(PostgresStatements.update(now, size, true)));
        }
    }

    /** A hint that is to be made. */
    private record Wanted(RecordKey key, String target) {}

    private final Texts one;
    private final Texts many;
    private final DirectSessions direct;

    PostgresRows(Tables tables, String mark, String now, DirectSessions direct) {
        this.direct = direct;
        one = Texts.of(tables, mark, now, Size.ONE);
        many = Texts.of(tables, mark, now, Size.MANY);
    }

    private static boolean isOne(List<?> items) {
        return items.size() == 1;
    }

    Dialect.Standing standing(Session session, Life life, int generation, List<RecordKey> keys, Dialect.Detail detail)
            throws SQLException {
        return run(session, (isOne(keys) ? one : many).standing(detail), isOne(keys), statement -> {
            new PostgresParameters(statement)
                    .texts(keys, isOne(keys), RecordKey::namespace)
                    .bytes(keys, isOne(keys), PostgresRows::bytes)
                    .number(generation);
            try (ResultSet rows = session.query(statement)) {
                return standing(session, life, keys, detail, rows);
            }
        });
    }

    private Dialect.Standing standing(
            Session session, Life life, List<RecordKey> keys, Dialect.Detail detail, ResultSet rows)
            throws SQLException {
        Map<RecordKey, StoredRow> found = new HashMap<>();
        long now = 0;
        boolean warm = false;
        int process = 0;
        while (rows.next()) {
            life.check(rows.getString("mark"));
            now = rows.getLong("now");
            warm = detail == Dialect.Detail.VALUES_AND_WARMTH && rows.getBoolean("warm");
            process = rows.getInt("process");
            RecordKey key = keys.get(rows.getInt("i") - 1);
            StoredRow.read(rows, key, detail != Dialect.Detail.VERSIONS).ifPresent(row -> found.put(key, row));
        }
        direct.answeredBy(session.connection(), process);
        return new Dialect.Standing(now, found, warm);
    }

    /** Those that replace nothing, and those that replace something, by a statement each. */
    Set<Integer> store(Session session, int generation, long notAfter, List<Dialect.Pending> records)
            throws SQLException {
        Set<RecordKey> stored = new HashSet<>();
        List<Dialect.Pending> fresh = new ArrayList<>();
        List<Dialect.Pending> replacing = new ArrayList<>();
        records.forEach(pending -> (pending.expected() == 0 ? fresh : replacing).add(pending));
        if (!fresh.isEmpty()) {
            insert(session, generation, notAfter, fresh, stored);
        }
        if (!replacing.isEmpty()) {
            if (!stored.isEmpty()) {
                session.attempt().partlyStored();
            }
            update(session, generation, notAfter, replacing, stored);
        }
        Set<Integer> indexes = new HashSet<>();
        for (int i = 0; i < records.size(); i++) {
            if (stored.contains(records.get(i).record().key())) {
                indexes.add(i);
            }
        }
        return indexes;
    }

    private void insert(
            Session session, int generation, long notAfter, List<Dialect.Pending> records, Set<RecordKey> stored)
            throws SQLException {
        List<Wanted> hints = hints(records);
        boolean plain = isPlain(records, hints);
        Texts texts = plain ? one : many;
        run(session, hints.isEmpty() ? texts.insert() : texts.insertWithHints(), plain, statement -> {
            PostgresParameters parameters = new PostgresParameters(statement).number(generation);
            set(parameters, records, plain).number(notAfter);
            return store(session, statement, parameters, hints, plain, notAfter, stored);
        });
    }

    private void update(
            Session session, int generation, long notAfter, List<Dialect.Pending> records, Set<RecordKey> stored)
            throws SQLException {
        List<Wanted> hints = hints(records);
        boolean plain = isPlain(records, hints);
        Texts texts = plain ? one : many;
        run(session, hints.isEmpty() ? texts.update() : texts.updateWithHints(), plain, statement -> {
            PostgresParameters parameters = set(new PostgresParameters(statement), records, plain);
            parameters.number(notAfter).number(generation);
            if (!plain) {
                parameters.number(generation);
            }
            return store(session, statement, parameters, hints, plain, notAfter, stored);
        });
    }

    /** Whether plain parameters will do. */
    private static boolean isPlain(List<Dialect.Pending> records, List<Wanted> hints) {
        return isOne(records) && hints.size() <= 1;
    }

    private static PostgresParameters set(PostgresParameters parameters, List<Dialect.Pending> records, boolean plain)
            throws SQLException {
        return parameters
                .texts(records, plain, pending -> pending.record().key().namespace())
                .bytes(records, plain, pending -> bytes(pending.record().key()))
                .numbers(records, plain, pending -> pending.record().version().timestamp())
                .numbers(records, plain, pending -> pending.record().version().writer())
                .bytes(records, plain, pending -> value(pending.record()))
                .numbers(records, plain, pending -> pending.record().expiresAt())
                .numbers(records, plain, Dialect.Pending::deadAt)
                .numbers(records, plain, Dialect.Pending::expected);
    }

    private static List<Wanted> hints(List<Dialect.Pending> records) {
        List<Wanted> wanted = new ArrayList<>();
        for (Dialect.Pending pending : records) {
            pending.hintsFor()
                    .forEach(target -> wanted.add(new Wanted(pending.record().key(), target)));
        }
        return wanted;
    }

    private <T> T run(Session session, String sql, boolean plain, DirectSessions.Use<T> use) throws SQLException {
        if (plain) {
            return direct.run(session.connection(), () -> session.prepare(sql), use);
        }
        try (PreparedStatement statement = session.prepare(sql)) {
            return use.use(statement);
        }
    }

    private static Set<RecordKey> store(
            Session session,
            PreparedStatement statement,
            PostgresParameters parameters,
            List<Wanted> hints,
            boolean plain,
            long notAfter,
            Set<RecordKey> stored)
            throws SQLException {
        if (!hints.isEmpty()) {
            if (!plain) {
                parameters
                        .texts(hints, false, hint -> hint.key().namespace())
                        .bytes(hints, false, hint -> bytes(hint.key()));
            }
            parameters.texts(hints, plain, Wanted::target);
        }
        parameters.number(notAfter);
        session.attempt().storing();
        try (ResultSet rows = session.query(statement)) {
            while (rows.next()) {
                stored.add(new RecordKey(rows.getString(1), new String(rows.getBytes(2), StandardCharsets.UTF_8)));
            }
        } catch (SQLException e) {
            // Rolled back because another came between, or because it is too late: to be decided again.
            if (!SqlFailures.isConflict(e)) {
                throw e;
            }
        }
        return stored;
    }

    private static byte[] bytes(RecordKey key) {
        return key.key().getBytes(StandardCharsets.UTF_8);
    }

    private static byte @Nullable [] value(VersionedRecord record) {
        return record.content() instanceof Content.Value value ? value.bytes() : null;
    }
}
