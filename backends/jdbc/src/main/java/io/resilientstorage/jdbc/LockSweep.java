package io.resilientstorage.jdbc;

import io.resilientstorage.record.RecordKey;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Removes locks that ended a while ago, all over the table in small batches in the order of its key: an index of the
 * ends would be changed by each renewal. Every process does it. Not for use by several threads at once.
 */
final class LockSweep implements SweepTurns.Batch {

    static final int BATCH = 500;

    /** A lock that is taken again and again keeps its row. */
    static final long KEPT_MILLIS = 60_000;

    private static final RecordKey START = new RecordKey("", "");

    private static final String END_OF_BATCH = "select space, name from {locks} where (space, name) > (?, ?)"
            + " order by space, name limit 1 offset " + (BATCH - 1);

    private final Dialect dialect;
    private final Tables tables;
    private RecordKey from = START;

    LockSweep(Dialect dialect, Tables tables) {
        this.dialect = dialect;
        this.tables = tables;
    }

    @Override
    public boolean run(Session session) throws SQLException {
        Optional<RecordKey> end = endOfBatch(session);
        dialect.begin(session);
        try {
            remove(session, end);
            dialect.commit(session, Long.MAX_VALUE);
        } finally {
            dialect.rollback(session);
        }
        from = end.orElse(START);
        return end.isPresent();
    }

    /** The last row of the batch; empty if it goes to the end of the table. */
    private Optional<RecordKey> endOfBatch(Session session) throws SQLException {
        try (PreparedStatement statement = session.prepare(tables.in(END_OF_BATCH))) {
            set(statement, 1, from);
            try (ResultSet rows = session.query(statement)) {
                return rows.next()
                        ? Optional.of(
                                new RecordKey(rows.getString(1), new String(rows.getBytes(2), StandardCharsets.UTF_8)))
                        : Optional.empty();
            }
        }
    }

    private void remove(Session session, Optional<RecordKey> end) throws SQLException {
        String sql = "delete from {locks} where ends_at < " + dialect.locks().now() + " - " + KEPT_MILLIS
                + " and (space, name) > (?, ?)" + (end.isPresent() ? " and (space, name) <= (?, ?)" : "");
        try (PreparedStatement statement = session.prepare(tables.in(sql))) {
            set(statement, 1, from);
            if (end.isPresent()) {
                set(statement, 3, end.get());
            }
            session.change(statement);
        }
    }

    private static void set(PreparedStatement statement, int index, RecordKey place) throws SQLException {
        statement.setString(index, place.namespace());
        statement.setBytes(index + 1, place.key().getBytes(StandardCharsets.UTF_8));
    }
}
