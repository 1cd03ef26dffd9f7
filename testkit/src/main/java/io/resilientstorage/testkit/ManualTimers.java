package io.resilientstorage.testkit;

import io.resilientstorage.time.Timers;
import java.util.Comparator;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** The timers of a {@link ManualTime}, by the time at which they are due, then by the order of their making. */
final class ManualTimers {

    /** A task that waits. */
    record Entry(long due, long number, Runnable task) {}

    private final Object lock;
    private final PriorityQueue<Entry> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Entry::due).thenComparingLong(Entry::number));
    private long made;
    private boolean closed;

    /** @param lock guards all that is here */
    ManualTimers(Object lock) {
        this.lock = lock;
    }

    Timers.Timer add(long due, Runnable task) {
        synchronized (lock) {
            Entry entry = new Entry(due, made++, task);
            if (!closed) {
                waiting.add(entry);
            }
            return () -> cancel(entry);
        }
    }

    private void cancel(Entry entry) {
        synchronized (lock) {
            waiting.removeIf(other -> other.number() == entry.number());
        }
    }

    /** Takes out the next one that is due by then, or null. */
    @Nullable
    Entry poll(long by) {
        synchronized (lock) {
            Entry next = waiting.peek();
            return next == null || next.due() > by ? null : waiting.poll();
        }
    }

    int size() {
        synchronized (lock) {
            return waiting.size();
        }
    }

    void close() {
        synchronized (lock) {
            closed = true;
            waiting.clear();
        }
    }
}
