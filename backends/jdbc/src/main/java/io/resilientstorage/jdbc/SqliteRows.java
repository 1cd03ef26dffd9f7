package io.resilientstorage.jdbc;

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
    Dialect.Standing standing(Session session, int generation, List<RecordKey> keys, boolean withValues)
            throws SQLException {
        Map<RecordKey, StoredRow> found = new HashMap<>();
        long now = clock.millis();
        String sql = withValues ? SqliteStatements.STANDING_WITH_VALUE : SqliteStatements.STANDING;
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
                        StoredRow.read(rows, key, withValues).ifPresent(row -> found.put(key, row));
                    }
                }
            }
        }
        return new Dialect.Standing(now, found);
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
                note(session, pending);
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

    private void note(Session session, Dialect.Pending pending) throws SQLException {
        if (pending.hintsFor().isEmpty()) {
            return;
        }
        VersionedRecord record = pending.record();
        try (PreparedStatement statement = session.prepare(tables.in(SqliteStatements.HINT))) {
            for (String target : pending.hintsFor()) {
                statement.setString(1, target);
                statement.setString(2, record.key().namespace());
                statement.setBytes(3, bytes(record.key()));
                statement.setLong(4, record.version().timestamp());
                statement.setLong(5, record.version().writer());
                statement.setLong(6, clock.millis());
                session.change(statement);
            }
        }
    }

    private static byte[] bytes(RecordKey key) {
        return key.key().getBytes(StandardCharsets.UTF_8);
    }
}
