package io.resilientstorage.replication;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * When batches may go to a backend, and how many may be on their way at the same time: one more after each full one
 * that was quick, half as many after one that was slow, one after a failure. After a failure none goes for a pause,
 * which doubles. One that nothing presses goes a while after the one before: a batch costs a database more than the
 * records in it as long as those are few. Safe for use by several threads.
 */
final class BatchWindow {

    /** So long after a batch has begun, the next begins, if nothing presses. */
    static final Duration GATHER = Duration.ofMillis(10);

    private static final int MOST_BATCHES = 8;
    private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);

    private final ReentrantLock lock = new ReentrantLock();
    private int size = 1;
    private int underWay;
    private boolean pausing;
    private boolean stopped;
    private boolean anyBegun;
    private long lastBegun;
    private Duration pause = FIRST_PAUSE;

    /**
     * Begins a batch, if one may begin now.
     *
     * @param now in monotonic nanoseconds
     * @param presses whether it is full, or somebody waits for it
     */
    boolean begin(long now, boolean presses) {
        lock.lock();
        try {
            boolean gathers = !presses && anyBegun && now - lastBegun < GATHER.toNanos();
            if (stopped || pausing || gathers || underWay >= size) {
                return false;
            }
            underWay++;
            anyBegun = true;
            lastBegun = now;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A batch that was begun had nothing to send. */
    void ended() {
        lock.lock();
        try {
            underWay--;
        } finally {
            lock.unlock();
        }
    }

    /** A batch was answered. */
    void answered(boolean full, boolean slow) {
        lock.lock();
        try {
            underWay--;
            pause = FIRST_PAUSE;
            if (slow) {
                size = Math.max(1, size / 2);
            } else if (full) {
                size = Math.min(MOST_BATCHES, size + 1);
            }
        } finally {
            lock.unlock();
        }
    }

    /** A batch failed. */
    void failed() {
        lock.lock();
        try {
            underWay--;
            size = 1;
        } finally {
            lock.unlock();
        }
    }

    /** Begins a pause of this length; empty if one lasts already, or nothing goes any more. */
    Optional<Duration> pause() {
        lock.lock();
        try {
            if (pausing || stopped) {
                return Optional.empty();
            }
            pausing = true;
            Duration length = pause;
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
            return Optional.of(length);
        } finally {
            lock.unlock();
        }
    }

    void pauseOver() {
        lock.lock();
        try {
            pausing = false;
        } finally {
            lock.unlock();
        }
    }

    /** No batch begins any more. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
        } finally {
            lock.unlock();
        }
    }

    boolean isStopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }
}
