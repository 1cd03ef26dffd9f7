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
        return lane.submit(
                timeout, attempt -> calls.run(attempt, (session, life) -> page(session, after, generation, limit)));
    }

    private Page page(Session session, long after, int generation, int limit) throws SQLException {
        long from = after;
        for (int pauses = 0; pauses < PAUSES; ) {
            Dialect.Horizon horizon = dialect.horizon(session, generation);
            long end = end(session, from, generation, limit, horizon.position());
            List<VersionedRecord> records = records(session, from, end, generation);
            if (!records.isEmpty()) {
                return new Page(records, end);
            }
            if (end < horizon.position()) {
                // All of them were of a newer format; an empty page would be taken for the end.
                from = end;
            } else if (horizon.more()) {
                dialect.pause(session, PAUSE);
                pauses++;
            } else {
                return new Page(records, Math.max(after, end));
            }
        }
        throw BackendException.overloaded("the order of the newest commits is not certain yet:"
                + " a transaction in the same PostgreSQL cluster has written something and stays open");
    }

    /** The last position of the page: all of one position stand on one page. */
    private long end(Session session, long after, int generation, int limit, long horizon) throws SQLException {
        PageBound bound = new PageBound(limit);
        long end = after;
        try (PreparedStatement statement =
                session.prepare(tables.in("select position, coalesce(length(value), 0) from {records}"
                        + " where generation = ? and position > ? and position <= ? order by position limit ?"))) {
            statement.setInt(1, generation);
            statement.setLong(2, after);
            statement.setLong(3, horizon);
            statement.setLong(4, Math.max(1, limit) + 1L);
            try (ResultSet rows = session.query(statement)) {
                while (rows.next()) {
                    if (!bound.takes(rows.getLong(2))) {
                        return end;
                    }
                    end = rows.getLong(1);
                }
            }
        }
        return horizon;
    }

    private List<VersionedRecord> records(Session session, long after, long end, int generation) throws SQLException {
        List<VersionedRecord> records = new ArrayList<>();
        int unreadable = 0;
        try (PreparedStatement statement = session.prepare(tables.in("select r.namespace, r.key, r.value, "
                + StoredRow.COLUMNS + " from {records} r"
                + " where r.generation = ? and r.position > ? and r.position <= ? order by r.position"))) {
            statement.setInt(1, generation);
            statement.setLong(2, after);
            statement.setLong(3, end);
            try (ResultSet rows = session.query(statement)) {
                while (rows.next()) {
                    RecordKey key = new RecordKey(
                            rows.getString("namespace"), new String(rows.getBytes("key"), StandardCharsets.UTF_8));
                    StoredRow row = StoredRow.read(rows, key, true).orElseThrow();
                    if (row.isReadable()) {
                        records.add(row.record());
                    } else {
                        unreadable++;
                    }
                }
            }
        }
        if (unreadable > 0) {
            LOG.warn(
                    "{} changed records have a format that this version of the library does not know,"
                            + " and are left for a newer one",
                    unreadable);
        }
        return records;
    }
}
