package io.resilientstorage.time;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A clock that moves only when told. It starts shortly before its readings run over, so that whoever compares readings
 * instead of subtracting them is found out. There are no timers and no workers.
 */
public final class ManualClockTime implements Time {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 7_000_000_000L);
    private final AtomicLong wallMillis = new AtomicLong(1_700_000_000_000L);
    private final AtomicLong readings = new AtomicLong();
    private final Randomness randomness;

    /** Chance that always gives zero. */
    public ManualClockTime() {
        this(() -> 0);
    }

    public ManualClockTime(Randomness randomness) {
        this.randomness = randomness;
    }

    public void advance(Duration duration) {
        nanos.addAndGet(duration.toNanos());
        wallMillis.addAndGet(duration.toMillis());
    }

    public void stepWall(Duration step) {
        wallMillis.addAndGet(step.toMillis());
    }

    /** How often monotonic time was read. */
    public long readings() {
        return readings.get();
    }

    @Override
    public Clock clock() {
        return new Clock() {
            @Override
            public long nanos() {
                readings.incrementAndGet();
                return nanos.get();
            }

            @Override
            public long wallMillis() {
                return wallMillis.get();
            }
        };
    }

    @Override
    public Randomness randomness() {
        return randomness;
    }

    @Override
    public Timers timers() {
        throw new UnsupportedOperationException("no timers");
    }

    @Override
    public Workers workers(String name, int threads, int queue) {
        throw new UnsupportedOperationException("no workers");
    }

    @Override
    public void close() {}
}
