package io.resilientstorage.time;

import java.time.Duration;

/**
 * All that the engine and the backends know of time, threads and chance. There is one for each storage; a test or a
 * simulator brings its own.
 */
public interface Time extends AutoCloseable {

    /** Readings of time. */
    Clock clock();

    /** Tasks for later. */
    Timers timers();

    /**
     * Tasks for later of which there are many and nearly all are cancelled before: the time-outs of calls. Setting and
     * cancelling one is cheap, and it may come some milliseconds late. By default the same as {@link #timers()}.
     */
    default Timers timeouts() {
        return timers();
    }

    /** Chance. */
    Randomness randomness();

    /**
     * New threads for tasks that may block. They do not keep the process alive.
     *
     * @param name what the threads are named after
     * @param threads how many there are at most, at least 1
     * @param queue how many tasks may wait, at least 1
     */
    Workers workers(String name, int threads, int queue);

    /** Stops the timers. Workers are closed by who made them. */
    @Override
    void close();

    /** The machine's own clocks and threads. */
    static Time system() {
        return new SystemTime();
    }

    /** Milliseconds, rounded up, so that a short time never becomes none. */
    static long ceilMillis(Duration duration) {
        return duration.plusNanos(999_999).toMillis();
    }
}
