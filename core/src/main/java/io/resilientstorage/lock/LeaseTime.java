package io.resilientstorage.lock;

import io.resilientstorage.time.Clock;

/**
 * Until when a lease is held, by this process's own clocks. Both are looked at: monotonic time stands still while the
 * machine is suspended, and the wall clock may be set back.
 *
 * @param endNanos monotonic
 * @param endWallMillis of the wall clock
 */
record LeaseTime(long endNanos, long endWallMillis) {

    private static final long NANOS = 1_000_000;

    /** What the clocks of two machines may differ by in a hundred times as long, rounding included. */
    static final long LEAST_MARGIN_MILLIS = 2;

    /**
     * The time of a lease.
     *
     * @param sent when the request was sent: the backend began to count later than that
     * @param heldMillis for how long the backend has granted it
     */
    static LeaseTime of(Sent sent, long heldMillis) {
        long held = heldMillis - marginMillis(heldMillis);
        return new LeaseTime(sent.nanos() + held * NANOS, sent.wallMillis() + held);
    }

    /** How much earlier a lease ends here than at the backend. */
    static long marginMillis(long heldMillis) {
        return LEAST_MARGIN_MILLIS + heldMillis / 100;
    }

    /** How long it is still held, zero if it is not. */
    long leftNanos(Clock clock) {
        long byWall = endWallMillis - clock.wallMillis();
        long byNanos = endNanos - clock.nanos();
        // A wall clock that was set back says nothing, and a lease is short: no overflow.
        return byWall <= 0 ? 0 : Math.max(0, Math.min(byNanos, byWall * NANOS));
    }

    /** The later of both. */
    LeaseTime or(LeaseTime other) {
        return other.endNanos - endNanos > 0 ? other : this;
    }
}
