package io.resilientstorage.jdbc;

import io.resilientstorage.time.Time;
import io.resilientstorage.time.Timers;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes in the background what nobody needs: a small batch at a time, with pauses in which others can work. A batch
 * that fails is tried again at the next turn.
 */
final class SweepTurns {

    private static final Logger LOG = LoggerFactory.getLogger(SweepTurns.class);

    private static final Duration TURN = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofMillis(200);

    /** One batch. */
    @FunctionalInterface
    interface Batch {
        /** Removes one batch, and tells whether there may be more to remove now. */
        boolean run(Session session) throws SQLException;
    }

    private final Time time;
    private final Lane lane;
    private final Calls calls;
    private final Duration timeout;
    private final Batch batch;
    private volatile boolean closed;
    private volatile Timers.@Nullable Timer next;

    SweepTurns(Time time, Lane lane, Calls calls, Duration timeout, Batch batch) {
        this.time = time;
        this.lane = lane;
        this.calls = calls;
        this.timeout = timeout;
        this.batch = batch;
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
        lane.submit(timeout, attempt -> calls.run(attempt, (session, life) -> batch.run(session)))
                .whenComplete((more, failure) -> {
                    if (failure != null) {
                        LOG.debug("What is dead could not be removed; again at the next turn", failure);
                    }
                    schedule(failure == null && more ? PAUSE : TURN);
                });
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
