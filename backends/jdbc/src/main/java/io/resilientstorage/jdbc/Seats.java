package io.resilientstorage.jdbc;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many callers at once do their calls on their own threads: as many as a {@link Lane} has threads, so that no more
 * than that wait for a connection, and what else needs one (a probe) has its chance. The next ones wait for a seat, in
 * the order in which they came, and those that are too many to wait are turned away.
 *
 * <p>Safe for use by several threads.
 */
final class Seats {

    /** So many are given out when all is closed that nobody waits for one any more. */
    private static final int ENOUGH = 1 << 24;

    private final Semaphore free;
    private final int queue;
    private final AtomicInteger waiting = new AtomicInteger();

    /** @param queue how many may wait */
    Seats(int seats, int queue) {
        this.free = new Semaphore(seats, true);
        this.queue = queue;
    }

    /**
     * Waits for a seat as long as something can still be done on it.
     *
     * @return whether there is one. If not, its time does not allow it, or the thread is interrupted, which stays set.
     * @throws RejectedExecutionException if too many wait
     */
    boolean take(Attempt attempt) {
        // Those who wait come first.
        if (!free.hasQueuedThreads() && free.tryAcquire()) {
            return true;
        }
        if (waiting.incrementAndGet() > queue) {
            waiting.decrementAndGet();
            throw new RejectedExecutionException("too many wait for a seat");
        }
        try {
            Duration patience = attempt.remaining().minus(ConnectionPool.LONGEST_LOOK);
            return free.tryAcquire(Math.max(0, patience.toNanos()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            waiting.decrementAndGet();
        }
    }

    void giveBack() {
        free.release();
    }

    /** Nobody waits any more. */
    void close() {
        free.release(ENOUGH);
    }
}
