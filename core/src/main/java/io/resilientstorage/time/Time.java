package io.resilientstorage.time;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

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

    /**
     * Waits on the calling thread until a future has ended, however it ends, or the time is over. An interrupt ends the
     * wait too, and stays set.
     *
     * @param future what is waited for
     * @param patience how long at most; zero or less means not at all
     * @return whether the future has ended
     */
    default boolean await(CompletableFuture<?> future, Duration patience) {
        try {
            future.get(Math.max(0, patience.toNanos()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException | CancellationException e) {
            // Whether it has ended is all that was asked.
        }
        return future.isDone();
    }

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
