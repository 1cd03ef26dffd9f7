package io.resilientstorage.jdbc;

import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.ChangeScan;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads records in the order of their commits. A page ends where that order is not certain yet. If an empty page would
 * hide something that is committed already, it waits a little; a transaction of somebody else in the same cluster, that
 * stays open longer, makes it fail rather than say that there is nothing more. Records of a newer format are passed
 * over, with a warning.
 */
final class Changes implements ChangeScan {

    private static final Logger LOG = LoggerFactory.getLogger(Changes.class);
    private static final Duration PAUSE = Duration.ofMillis(20);
    private static final int PAUSES = 50;

    private final Lane lane;
    private final Calls calls;
    private final Dialect dialect;
    private final Tables tables;
    private final Duration timeout;

    Changes(Lane lane, Calls calls, Dialect dialect, Tables tables, Duration timeout) {
        this.lane = lane;
        this.calls = calls;
        this.dialect = dialect;
        this.tables = tables;
        this.timeout = timeout;
    }

    @Override
    public CompletionStage<Page> changes(long after, int generation, int limit) {
        return call(session -> page(session, after, generation, limit));
    }

    private Page page(Session session, long after, int generation, int limit) throws SQLException {
        long from = after;
        for (int pauses = 0; pauses < PAUSES; ) {
            // Before the page, so that all that is certain can be seen in it.
            Dialect.Horizon horizon = dialect.horizon(session);
            Rows rows = rows(session, dialect.page(generation, from, horizon.position(), least(limit), false));
            if (!rows.records.isEmpty()) {
                return new Page(rows.records, rows.last);
            }
            if (rows.unreadable > 0) {
                // All of them were of a newer format; an empty page would be taken for the end.
                from = rows.last;
            } else if (horizon.newest() > horizon.position()) {
                dialect.pause(session, PAUSE);
                pauses++;
            } else {
                return new Page(List.of(), Math.max(from, horizon.position()));
            }
        }
        throw uncertain();
    }

    @Override
    public CompletionStage<Page> latest(long upTo, int generation, int limit) {
        return call(session -> {
            long to = upTo;
            while (true) {
                Rows rows = rows(session, dialect.page(generation, 0, to, least(limit), true));
                if (!rows.records.isEmpty()) {
                    return new Page(rows.records, rows.last - 1);
                }
                if (rows.unreadable == 0) {
                    return new Page(List.of(), 0);
                }
                to = rows.last - 1;
            }
        });
    }

    @Override
    public CompletionStage<Extent> extent() {
        return call(session -> {
            Dialect.Horizon horizon = dialect.horizon(session);
            long newest = horizon.newest();
            for (int pauses = 0; horizon.position() < newest; pauses++) {
                if (pauses == PAUSES) {
                    throw uncertain();
                }
                dialect.pause(session, PAUSE);
                horizon = dialect.horizon(session);
            }
            return new Extent(horizon.position(), horizon.floor());
        });
    }

    private static int least(int limit) {
        return Math.max(1, limit);
    }

    private static BackendException uncertain() {
        return BackendException.overloaded("the order of the newest commits is not certain yet:"
                + " a transaction in the same PostgreSQL cluster has written something and stays open");
    }

    /** What is asked of a connection. */
    @FunctionalInterface
    private interface Question<T> {
        T ask(Session session) throws SQLException;
    }

    private <T> CompletionStage<T> call(Question<T> question) {
        return lane.submit(timeout, attempt -> calls.run(attempt, (session, life) -> question.ask(session)));
    }

    /** The rows of a page: those that can be read, how many cannot, and the last of their positions. */
    private static final class Rows {
        private final List<VersionedRecord> records = new ArrayList<>();
        private int unreadable;
        private long last;
    }

    private Rows rows(Session session, String sql) throws SQLException {
        Rows found = new Rows();
        try (PreparedStatement statement = session.prepare(tables.in(sql));
                ResultSet rows = session.query(statement)) {
            while (rows.next()) {
                RecordKey key = new RecordKey(
                        rows.getString("namespace"), new String(rows.getBytes("key"), StandardCharsets.UTF_8));
                StoredRow row = StoredRow.read(rows, key, true).orElseThrow();
                found.last = row.position();
                if (row.isReadable()) {
                    found.records.add(row.record());
                } else {
                    found.unreadable++;
                }
            }
        }
        if (found.unreadable > 0) {
            LOG.warn(
                    "{} changed records have a format that this version of the library does not know,"
                            + " and are left for a newer one",
                    found.unreadable);
        }
        return found;
    }
}
