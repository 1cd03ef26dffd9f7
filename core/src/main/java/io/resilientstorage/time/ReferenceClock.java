package io.resilientstorage.time;

import java.util.Objects;

/**
 * The time of day that processes share, as well as this process can know it: the wall clock at the start, carried on by
 * monotonic time, plus the measured offset to the shared backend's clock. A step of this machine's wall clock does not
 * move it.
 *
 * <p>Safe for use by several threads. The offset is measured by probes, by Cristian's algorithm (1989): half the round
 * trip is taken off, and half the round trip bounds the error.
 */
public final class ReferenceClock {

    private final Clock clock;
    private final long anchorNanos;
    private final long anchorMillis;
    private volatile long offsetMillis;

    /** A clock that starts at the machine's wall clock, with no offset. */
    public ReferenceClock(Clock clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
        this.anchorNanos = clock.nanos();
        this.anchorMillis = clock.wallMillis();
    }

    /** Milliseconds since 1970 on the shared clock. */
    public long millis() {
        return localMillis() + offsetMillis;
    }

    /** Milliseconds since 1970 by this process alone: the wall clock at the start, carried on by monotonic time. */
    public long localMillis() {
        return anchorMillis + (clock.nanos() - anchorNanos) / 1_000_000;
    }

    /** How far the shared clock is ahead of {@link #localMillis()}; negative if it is behind. */
    public long offsetMillis() {
        return offsetMillis;
    }

    /** Takes over a measured offset of the shared clock to {@link #localMillis()}. */
    public void useOffset(long millis) {
        offsetMillis = millis;
    }
}
