package io.resilientstorage.breaker;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.LongAdder;

/**
 * The calls of the last while, in ten slices: a call counts for between nine and ten tenths of the window's length.
 * Failures and slow calls are counted under the state machine's lock. Successes are many: they go into the striped
 * counter of the current slice without it.
 */
final class Window {

    private static final int SLICES = 10;

    private final long sliceNanos;
    private final ArrayDeque<Slice> slices = new ArrayDeque<>(SLICES + 1);
    private volatile Slice current;

    Window(long lengthNanos, long now) {
        sliceNanos = lengthNanos / SLICES;
        current = new Slice(now);
        slices.addLast(current);
    }

    /** Counts a success without the lock, unless the current slice is over. */
    boolean countedSuccess(long now) {
        Slice slice = current;
        if (now - slice.start >= sliceNanos) {
            return false;
        }
        slice.successes.increment();
        return true;
    }

    /** Under the lock. */
    void success(long now) {
        at(now).successes.increment();
    }

    /** Under the lock. */
    void failure(long now) {
        at(now).failures++;
    }

    /** Under the lock. */
    void slow(long now) {
        at(now).slow++;
    }

    /** Under the lock: what is in the window after the last count. */
    Counts counts() {
        long successes = 0;
        long failures = 0;
        long slow = 0;
        for (Slice slice : slices) {
            successes += slice.successes.sum();
            failures += slice.failures;
            slow += slice.slow;
        }
        return new Counts(successes + failures + slow, failures, slow);
    }

    /** Under the lock: whether every call in it was good. */
    boolean clean() {
        return slices.stream().allMatch(slice -> slice.failures == 0 && slice.slow == 0);
    }

    private Slice at(long now) {
        long steps = (now - current.start) / sliceNanos;
        if (steps > 0) {
            Slice next = new Slice(current.start + steps * sliceNanos);
            slices.removeIf(slice -> next.start - slice.start >= SLICES * sliceNanos);
            slices.addLast(next);
            current = next;
        }
        return current;
    }

    private static final class Slice {

        private final long start;
        private final LongAdder successes = new LongAdder();
        private int failures;
        private int slow;

        Slice(long start) {
            this.start = start;
        }
    }
}
