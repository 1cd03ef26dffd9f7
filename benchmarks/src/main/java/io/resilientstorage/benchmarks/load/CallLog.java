package io.resilientstorage.benchmarks.load;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongPredicate;

/**
 * The calls of one thread, each with its begin, its end and what became of it. Room for all of them is made before, so
 * that keeping them costs no garbage while calls are timed. Written by one thread, and read when that has ended.
 */
public final class CallLog {

    /** What became of a call. */
    public enum Outcome {
        /** Redis served it. */
        REDIS,
        /** Another backend served it. */
        ELSEWHERE,
        /** It ended with an exception. */
        FAILED
    }

    private static final int REASONS = 3;

    private final long[] begun;
    private final long[] ended;
    private final Outcome[] outcomes;
    private final List<String> whyFailed = new ArrayList<>();
    private int count;

    /** A log of at most so many calls. */
    CallLog(int capacity) {
        begun = new long[capacity];
        ended = new long[capacity];
        outcomes = new Outcome[capacity];
    }

    boolean isFull() {
        return count == begun.length;
    }

    void add(long begin, long end, Outcome outcome) {
        begun[count] = begin;
        ended[count] = end;
        outcomes[count] = outcome;
        count++;
    }

    /** As {@link #add}, for one that failed; the reasons of the first few are kept. */
    void addFailed(long begin, long end, RuntimeException failure) {
        add(begin, end, Outcome.FAILED);
        if (whyFailed.size() < REASONS) {
            whyFailed.add(failure.toString());
        }
    }

    /** Why the first calls failed that did. */
    List<String> whyFailed() {
        return List.copyOf(whyFailed);
    }

    int count() {
        return count;
    }

    long begun(int call) {
        return begun[call];
    }

    long ended(int call) {
        return ended[call];
    }

    Outcome outcome(int call) {
        return outcomes[call];
    }

    /** How long the calls took that a condition on their begin and one on their end pick. */
    long[] nanos(LongPredicate beginning, LongPredicate ending) {
        long[] picked = new long[count];
        int size = 0;
        for (int i = 0; i < count; i++) {
            if (beginning.test(begun[i]) && ending.test(ended[i])) {
                picked[size++] = ended[i] - begun[i];
            }
        }
        return Arrays.copyOf(picked, size);
    }
}
