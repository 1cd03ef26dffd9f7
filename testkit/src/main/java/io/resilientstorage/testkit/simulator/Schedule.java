package io.resilientstorage.testkit.simulator;

import io.resilientstorage.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.BooleanSupplier;

/**
 * The one virtual time of a simulated world: what is due next runs next, on the thread that moves time, and what is due
 * at the same time runs in the order in which it was planned. Not for use by several threads.
 */
final class Schedule {

    private record Entry(long due, long number, Runnable task) {}

    private final PriorityQueue<Entry> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Entry::due).thenComparingLong(Entry::number));
    private final List<Throwable> failures = new ArrayList<>();
    private long nanos;
    private long made;

    /** Nanoseconds since the beginning of the world. */
    long nanos() {
        return nanos;
    }

    /** The true time of day, milliseconds since 1970. Every clock of the world is off against it, or not. */
    long millis() {
        return ManualTime.START_MILLIS + nanos / 1_000_000;
    }

    /** Plans a task; one that is overdue runs next. */
    void at(long due, Runnable task) {
        waiting.add(new Entry(Math.max(due, nanos), made++, task));
    }

    void in(Duration delay, Runnable task) {
        at(nanos + delay.toNanos(), task);
    }

    void advance(Duration by) {
        runUntil(nanos + by.toNanos(), () -> false);
    }

    /**
     * Moves time until something is so. A task that waits may move it too: what is due meanwhile runs inside it, so of
     * several that wait at the same time the last to begin is the first to go on.
     *
     * @return whether it is; else the time is over
     */
    boolean advanceUntil(BooleanSupplier done, Duration atMost) {
        return runUntil(nanos + atMost.toNanos(), done);
    }

    private boolean runUntil(long end, BooleanSupplier done) {
        while (!done.getAsBoolean()) {
            Entry next = waiting.peek();
            if (next == null || next.due() > end) {
                // Time may have passed the end inside a task that waited.
                nanos = Math.max(nanos, end);
                return done.getAsBoolean();
            }
            waiting.remove();
            nanos = next.due();
            guarded(next.task());
        }
        return true;
    }

    /** Runs a task, and keeps what it throws. */
    void guarded(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            failures.add(e);
        }
    }

    /** What tasks threw. */
    List<Throwable> failures() {
        return failures;
    }
}
