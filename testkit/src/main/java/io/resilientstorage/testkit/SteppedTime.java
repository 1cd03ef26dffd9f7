package io.resilientstorage.testkit;

import io.resilientstorage.time.Clock;
import io.resilientstorage.time.Randomness;
import io.resilientstorage.time.Time;
import io.resilientstorage.time.Timers;
import io.resilientstorage.time.Workers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The machine's own time, whose wall clock can be stepped as an operator or a time daemon would. Monotonic time, timers
 * and threads are the real ones. Safe for use by several threads.
 */
public final class SteppedTime implements Time {

    private final Time real = Time.system();
    private final AtomicLong step = new AtomicLong();
    private final Clock clock = new Clock() {
        @Override
        public long nanos() {
            return real.clock().nanos();
        }

        @Override
        public long wallMillis() {
            return real.clock().wallMillis() + step.get();
        }
    };

    /** Time with a wall clock that is right. */
    public SteppedTime() {}

    /** Steps the wall clock; a negative step goes back. Steps add up. */
    public void stepWallClock(Duration by) {
        step.addAndGet(by.toMillis());
    }

    /** Sets the wall clock right again. */
    public void resetWallClock() {
        step.set(0);
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public Timers timers() {
        return real.timers();
    }

    @Override
    public Timers timeouts() {
        return real.timeouts();
    }

    @Override
    public Randomness randomness() {
        return real.randomness();
    }

    @Override
    public Workers workers(String name, int threads, int queue) {
        return real.workers(name, threads, queue);
    }

    @Override
    public void close() {
        real.close();
    }
}
