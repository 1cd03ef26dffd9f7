package io.resilientstorage.execution;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many reads may ask a second backend: one for each twenty reads, and not more than ten at once after a time in
 * which none needed it. So hedging adds at most 5 % to the load, however slow the backends are. Begins empty. Safe for
 * use by several threads.
 */
final class HedgeBudget {

    /** So many reads pay for one more request. */
    static final int READS_PER_HEDGE = 20;

    /** So many requests may have been saved up. */
    static final int MOST_SAVED = 10;

    private static final int MOST = MOST_SAVED * READS_PER_HEDGE;

    private final AtomicInteger reads = new AtomicInteger();

    /** A read pays in. */
    void earn() {
        // While nobody takes anything out there is nothing to write.
        if (reads.get() < MOST) {
            reads.getAndUpdate(saved -> Math.min(MOST, saved + 1));
        }
    }

    /** Takes out the price of one more request, if it is there. */
    boolean spend() {
        int before = reads.getAndUpdate(saved -> saved >= READS_PER_HEDGE ? saved - READS_PER_HEDGE : saved);
        return before >= READS_PER_HEDGE;
    }
}
