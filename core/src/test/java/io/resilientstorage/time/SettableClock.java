package io.resilientstorage.time;

/** A clock that a test sets, from one thread. */
public final class SettableClock implements Clock {

    /** Monotonic nanoseconds. */
    public long nanos;

    /** The wall clock. */
    public long wallMillis;

    /** A clock at these readings. */
    public SettableClock(long nanos, long wallMillis) {
        this.nanos = nanos;
        this.wallMillis = wallMillis;
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public long wallMillis() {
        return wallMillis;
    }
}
