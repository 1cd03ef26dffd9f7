package io.resilientstorage.jdbc;

import io.resilientstorage.time.Time;
import io.resilientstorage.time.Timers;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes tombstones and expired records after the tombstone life: a small batch at a time, with pauses in which others
 * can work, and so many in a row at most. Every process does it; they pass over the rows of each other. A batch that
 * fails is tried again at the next turn. The highest position of those that were removed is noted in the same
 * transaction: who has followed the changes less far than that may have missed one of them.
 */
final class Purge {

    private static final Logger LOG = LoggerFactory.getLogger(Purge.class);

    static final int BATCH = 500;

    private static final Duration TURN = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(200);

    private final Time time;
    private final Lane lane;
    private final Calls calls;
    private final Dialect dialect;
    private final Duration tombstoneLife;
    private final Duration timeout;
    private volatile boolean closed;
    private volatile Timers.@Nullable Timer next;

    Purge(Time time, Lane lane, Calls calls, Dialect dialect, Duration tombstoneLife, Duration timeout) {
        this.time = time;
        this.lane = lane;
        this.calls = calls;
        this.dialect = dialect;
        this.tombstoneLife = tombstoneLife;
        this.timeout = timeout;
    }

    /** Begins with it, in turns. */
    void start() {
        schedule(TURN);
    }

    private void schedule(Duration delay) {
        if (!closed) {
            // Half of it by chance, so that processes that were started together do not work together.
            Duration jittered = delay.multipliedBy(
                            500 + (long) (500 * time.randomness().nextDouble()))
                    .dividedBy(1_000);
            next = time.timers().schedule(jittered, this::turn);
        }
    }

    private void turn() {
        lane.submit(timeout, attempt -> calls.run(attempt, (session, life) -> batch(session)))
                .whenComplete((removed, failure) -> {
                    if (failure != null) {
                        LOG.debug("Dead records could not be removed; again at the next turn", failure);
                    }
                    schedule(failure == null && removed == BATCH ? PAUSE : TURN);
                });
    }

    /** Removes one batch, and tells how many it had. */
    int batch(Session session) throws SQLException {
        long before = session.number("select " + dialect.now()) - tombstoneLife.toMillis();
        return dialect.removeDead(session, before, BATCH);
    }

    /** Ends it. */
    void close() {
        closed = true;
        Timers.Timer timer = next;
        if (timer != null) {
            timer.cancel();
        }
    }
}
