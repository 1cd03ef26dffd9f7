package io.resilientstorage.execution;

import io.resilientstorage.attempt.Attempt;
import io.resilientstorage.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Until when one call must be answered, and which thread waits for that: its steps may wait there and nowhere else.
 *
 * @param clock the monotonic clock
 * @param timeoutNanos the call's time-out
 * @param atNanos when it passes
 * @param gate ends the waiting when all is closed; null if no thread waits
 * @param waiter the thread that waits for the call and does nothing else; null if there is none
 */
record Deadline(
        Clock clock,
        long timeoutNanos,
        long atNanos,
        @Nullable CallGate gate,
        @Nullable Thread waiter) implements Attempt.Caller {

    /** Of a call that begins now and that nobody waits for. */
    static Deadline in(Clock clock, long timeoutNanos) {
        return new Deadline(clock, timeoutNanos, clock.nanos() + timeoutNanos, null, null);
    }

    /** Of a call that this thread waits for, and that began then. */
    static Deadline awaitedHere(Clock clock, long timeoutNanos, long begun, CallGate gate) {
        return new Deadline(clock, timeoutNanos, begun + timeoutNanos, gate, Thread.currentThread());
    }

    @Override
    public void await(CompletableFuture<?> asked, Duration patience) {
        if (gate != null && Thread.currentThread() == waiter) {
            gate.await(asked, patience);
        }
    }

    long remainingNanos() {
        return atNanos - clock.nanos();
    }

    /** For how long the call has been under way. */
    long waitedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(timeoutNanos - remainingNanos());
    }

    Duration timeout() {
        return Duration.ofNanos(timeoutNanos);
    }
}
