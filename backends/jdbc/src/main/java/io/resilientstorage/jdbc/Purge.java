package io.resilientstorage.jdbc;

import io.resilientstorage.time.Time;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Removes tombstones and expired records after the tombstone life, in {@link SweepTurns}. Every process does it; they
 * pass over the rows of each other. The highest position of those that were removed is noted in the same transaction:
 * who has followed the changes less far than that may have missed one of them.
 */
final class Purge {

    static final int BATCH = 500;

    private final SweepTurns turns;
    private final Dialect dialect;
    private final Duration tombstoneLife;

    Purge(Time time, Lane lane, Calls calls, Dialect dialect, Duration tombstoneLife, Duration timeout) {
        this.turns = new SweepTurns(time, lane, calls, timeout, session -> batch(session) == BATCH);
        this.dialect = dialect;
        this.tombstoneLife = tombstoneLife;
    }

    /** Begins with it, in turns. */
    void start() {
        turns.start();
    }

    /** Removes one batch, and tells how many it had. */
    int batch(Session session) throws SQLException {
        long before = session.number("select " + dialect.now()) - tombstoneLife.toMillis();
        return dialect.removeDead(session, before, BATCH);
    }

    /** Ends it. */
    void close() {
        turns.close();
    }
}
