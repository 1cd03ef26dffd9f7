package io.resilientstorage.jdbc;

import io.resilientstorage.backend.Hint;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.time.ReferenceClock;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads and stores rows in SQLite, one after the other: there is no round trip that could be saved. */
final class SqliteRows {

    private final Tables tables;
    private final ReferenceClock clock;

    SqliteRows(Tables tables, ReferenceClock clock) {
        this.tables = tables;
        this.clock = clock;
    }

    /** What stands under the keys. */
    Dialect.Standing standing(Session session, int generation, List<RecordKey> keys, Dialect.Detail detail)
            throws SQLException {
        Map<RecordKey, StoredRow> found = new HashMap<>();
        long now = clock.millis();
        boolean withValues = detail != Dialect.Detail.VERSIONS;
        boolean asked = detail == Dialect.Detail.VALUES_AND_WARMTH;
        boolean warm = true;
        String sql = switch (detail) {
            case VERSIONS -> SqliteStatements.STANDING;
            case VALUES -> SqliteStatements.STANDING_WITH_VALUE;
            case VALUES_AND_WARMTH -> SqliteStatements.STANDING_WITH_WARMTH;
        };
        try (PreparedStatement statement = session.prepare(tables.in(sql))) {
            for (RecordKey key : keys) {
                int next = 1;
                if (withValues) {
                    statement.setLong(next++, now);
                }
                statement.setInt(next++, generation);
                statement.setString(next++, key.namespace());
                statement.setBytes(next, bytes(key));
                try (ResultSet rows = session.query(statement)) {
                    if (rows.next()) {
                        // Each key is a snapshot of its own: what one misses counts only if it was WARM there.
                        warm = warm && asked && rows.getBoolean("warm");
                        StoredRow.read(rows, key, withValues).ifPresent(row -> found.put(key, row));
                    }
                }
            }
        }
        return new Dialect.Standing(now, found, asked && warm);
    }

    /** Stores the records with their hints; nobody can have come between, so none is left out. */
    Set<Integer> store(Session session, int generation, List<Dialect.Pending> records) throws SQLException {
        long position = session.number(tables.in(SqliteStatements.NEXT_POSITION));
        session.attempt().storing();
        Set<Integer> stored = new HashSet<>();
        try (PreparedStatement statement = session.prepare(tables.in(SqliteStatements.STORE))) {
            for (Dialect.Pending pending : records) {
                set(statement, generation, pending, position);
                session.change(statement);
                note(session, hints(pending));
                stored.add(stored.size());
            }
        }
        return stored;
    }

    private static void set(PreparedStatement statement, int generation, Dialect.Pending pending, long position)
            throws SQLException {
        VersionedRecord record = pending.record();
        statement.setInt(1, generation);
        statement.setString(2, record.key().namespace());
        statement.setBytes(3, bytes(record.key()));
        statement.setLong(4, record.version().timestamp());
        statement.setLong(5, record.version().writer());
        statement.setInt(6, StoredRow.FORMAT);
        statement.setBytes(7, record.content() instanceof Content.Value value ? value.bytes() : null);
        statement.setLong(8, record.expiresAt());
        statement.setObject(9, pending.deadAt());
        statement.setLong(10, position);
    }

    private List<Hint> hints(Dialect.Pending pending) {
        VersionedRecord record = pending.record();
        return pending.hintsFor().stream()
                .map(target -> new Hint(target, record.key(), record.version(), 0, 0))
                .toList();
    }

    /** Makes hints, or gives those that stand the newer version. */
    void note(Session session, List<Hint> hints) throws SQLException {
        if (hints.isEmpty()) {
            return;
        }
        session.attempt().storing();
        try (PreparedStatement statement = session.prepare(tables.in(SqliteStatements.HINT))) {
            for (Hint hint : hints) {
                name(statement, hint);
                statement.setLong(6, clock.millis());
                session.change(statement);
            }
        }
    }

    /**
     * Removes hints if what was delivered is what stands, and frees the others. Where there is none and something newer
     * stands, one is made.
     */
    void clear(Session session, List<Hint> delivered) throws SQLException {
        session.attempt().storing();
        try (PreparedStatement clear = session.prepare(tables.in(SqliteStatements.CLEAR));
                PreparedStatement free = session.prepare(tables.in(SqliteStatements.FREE));
                PreparedStatement lacking = session.prepare(tables.in(SqliteStatements.LACKING))) {
            for (Hint hint : delivered) {
                name(clear, hint);
                if (session.change(clear) == 0) {
                    free.setString(1, hint.target());
                    free.setString(2, hint.key().namespace());
                    free.setBytes(3, bytes(hint.key()));
                    if (session.change(free) == 0) {
                        name(lacking, hint);
                        lacking.setLong(6, clock.millis());
                        session.change(lacking);
                    }
                }
            }
        }
    }

    private static void name(PreparedStatement statement, Hint hint) throws SQLException {
        statement.setString(1, hint.target());
        statement.setString(2, hint.key().namespace());
        statement.setBytes(3, bytes(hint.key()));
        statement.setLong(4, hint.version().timestamp());
        statement.setLong(5, hint.version().writer());
    }

    private static byte[] bytes(RecordKey key) {
        return key.key().getBytes(StandardCharsets.UTF_8);
    }
}
