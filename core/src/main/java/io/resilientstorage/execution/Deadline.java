package io.resilientstorage.execution;

import io.resilientstorage.time.Clock;
import java.time.Duration;

/**
 * Until when one call must be answered.
 *
 * @param clock the monotonic clock
 * @param timeoutNanos the call's time-out
 * @param atNanos when it passes
 */
record Deadline(Clock clock, long timeoutNanos, long atNanos) {

    static Deadline in(Clock clock, long timeoutNanos) {
        return new Deadline(clock, timeoutNanos, clock.nanos() + timeoutNanos);
    }

    long remainingNanos() {
        return atNanos - clock.nanos();
    }

    Duration timeout() {
        return Duration.ofNanos(timeoutNanos);
    }
}
