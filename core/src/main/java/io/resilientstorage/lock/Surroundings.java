package io.resilientstorage.lock;

import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.event.EventSink;
import io.resilientstorage.time.Clock;
import io.resilientstorage.time.Time;
import io.resilientstorage.time.Timers.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * What all locks of a storage share.
 *
 * @param time time and chance
 * @param callbacks where users' code runs
 * @param events where events go
 * @param callTimeout how long a call that does not wait may take
 * @param rules what arguments must be like
 * @param closed whether the storage is closed
 */
record Surroundings(
        Time time,
        Executor callbacks,
        EventSink events,
        Duration callTimeout,
        LockRules rules,
        BooleanSupplier closed) {

    private static final Duration FULL = Duration.ofMillis(10);

    Clock clock() {
        return time.clock();
    }

    /** Runs a user's code where that belongs. What must be told is told late rather than never. */
    void tell(Runnable user) {
        try {
            callbacks.execute(user);
        } catch (RejectedExecutionException full) {
            if (!closed.getAsBoolean()) {
                var unused = time.timers().schedule(FULL, () -> tell(user));
            }
        }
    }

    /** Runs something short after a while. */
    Timer later(Duration delay, Runnable task) {
        return time.timeouts().schedule(delay, task);
    }

    /** Publishes what is made of this moment. */
    void publish(Function<Instant, StorageEvent> event) {
        events.publish(event.apply(Instant.ofEpochMilli(time.clock().wallMillis())));
    }
}
