package io.resilientstorage.breaker;

import io.resilientstorage.config.CircuitBreakerSettings;
import io.resilientstorage.time.Randomness;

/**
 * How long the circuit stays OPEN before a trial. The delay grows by half with each failed HALF_OPEN up to the longest,
 * and is the initial one again once the circuit has been CLOSED for as long as the longest delay. A circuit that opens
 * again sooner carries on where it was. Time is the measure, and not a number of successes, because successes would
 * have to be counted.
 *
 * <p>Chance takes up to a fifth off, so that processes that saw the same outage do not all come back at once, and no
 * delay is ever longer than the setting says. Used under the state machine's lock.
 */
final class ResetDelay {

    static final double JITTER = 0.2;

    private final Randomness randomness;
    private final long initialNanos;
    private final long longestNanos;
    private long nanos;

    ResetDelay(CircuitBreakerSettings settings, Randomness randomness) {
        this.randomness = randomness;
        this.initialNanos = settings.initialReset().toNanos();
        this.longestNanos = settings.reset().toNanos();
        this.nanos = initialNanos;
    }

    /** The delay of a circuit that opens after it was CLOSED for a time. */
    long afterClosed(long closedForNanos) {
        if (closedForNanos >= longestNanos) {
            nanos = initialNanos;
        }
        return jittered();
    }

    /** The delay of a circuit that opens because HALF_OPEN failed. */
    long afterHalfOpen() {
        nanos = Math.min(longestNanos, nanos + nanos / 2);
        return jittered();
    }

    private long jittered() {
        return nanos - (long) (nanos * JITTER * randomness.nextDouble());
    }
}
