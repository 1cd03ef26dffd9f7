package io.resilientstorage.execution;

import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How long the recent answers of one backend took, and the quantile of them beyond which an answer is late.
 *
 * <p>Durations fall into buckets, four to each doubling from 16 µs to 68 s, so the quantile is told to within a fifth.
 * Recording is an addition to a striped counter. Every second whoever records next folds the counters into a history
 * that forgets an eighth each time, and works the quantile out anew; the others go on meanwhile. Safe for use by
 * several threads.
 */
final class LatencyRecord {

    /** With fewer answers than this in the history nothing is known. */
    static final int LEAST_ANSWERS = 50;

    /** What {@link #lateNanos} says while nothing is known. */
    static final long UNKNOWN = Long.MAX_VALUE;

    private static final long FOLD_NANOS = 1_000_000_000;
    private static final int FIRST_DOUBLING = 14;
    private static final int LAST_DOUBLING = 36;
    private static final int PARTS = 4;
    private static final int BUCKETS = (LAST_DOUBLING - FIRST_DOUBLING) * PARTS;

    private final double quantile;
    private final LongAdder[] counters = new LongAdder[BUCKETS];
    private final ReentrantLock folding = new ReentrantLock();
    private final double[] history = new double[BUCKETS];
    private volatile long folded;
    private volatile long lateNanos = UNKNOWN;

    /**
     * An empty record.
     *
     * @param quantile above 0 and below 1
     * @param now monotonic nanoseconds
     */
    LatencyRecord(double quantile, long now) {
        this.quantile = quantile;
        this.folded = now;
        for (int i = 0; i < BUCKETS; i++) {
            counters[i] = new LongAdder();
        }
    }

    /** An answer took so long; monotonic nanoseconds now. */
    void record(long tookNanos, long now) {
        counters[bucket(tookNanos)].increment();
        if (now - folded >= FOLD_NANOS && folding.tryLock()) {
            try {
                fold(now);
            } finally {
                folding.unlock();
            }
        }
    }

    /**
     * So many nanoseconds were enough for the quantile of the recent answers; {@link #UNKNOWN} if there are too few.
     */
    long lateNanos() {
        return lateNanos;
    }

    private void fold(long now) {
        if (now - folded < FOLD_NANOS) {
            return;
        }
        double total = 0;
        for (int i = 0; i < BUCKETS; i++) {
            history[i] = history[i] * 7 / 8 + counters[i].sumThenReset();
            total += history[i];
        }
        lateNanos = total < LEAST_ANSWERS ? UNKNOWN : upperEnd(total * quantile);
        folded = now;
    }

    private long upperEnd(double answers) {
        double passed = 0;
        for (int i = 0; i < BUCKETS; i++) {
            passed += history[i];
            if (passed >= answers) {
                return lowerEnd(i + 1);
            }
        }
        return lowerEnd(BUCKETS);
    }

    /** The bucket of a duration; the shorter and the longer ones fall into the first and the last. */
    static int bucket(long nanos) {
        int doubling = 63 - Long.numberOfLeadingZeros(Math.max(nanos, 1));
        if (doubling < FIRST_DOUBLING) {
            return 0;
        }
        int part = (int) (nanos >>> (doubling - 2)) & (PARTS - 1);
        return Math.min(BUCKETS - 1, (doubling - FIRST_DOUBLING) * PARTS + part);
    }

    /** Where a bucket begins, in nanoseconds. */
    static long lowerEnd(int bucket) {
        int doubling = FIRST_DOUBLING + bucket / PARTS;
        return (1L << doubling) + (bucket % PARTS) * (1L << (doubling - 2));
    }
}
