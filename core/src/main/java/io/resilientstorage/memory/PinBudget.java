package io.resilientstorage.memory;

import java.util.concurrent.atomic.AtomicLong;

/** How many hints there are, and how much the records take that they pin; bounded, since neither can be evicted. */
final class PinBudget {

    private final long maxHints;
    private final long maxBytes;
    private final AtomicLong hints = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    PinBudget(MemoryBounds bounds) {
        this.maxHints = Math.max(1, bounds.maxEntries() / 2);
        this.maxBytes = bounds.maxBytes() / 2;
    }

    /** Takes room for what may come; {@link #add} with the opposite signs gives it back. */
    boolean reserve(long moreHints, long moreBytes) {
        long allHints = hints.addAndGet(moreHints);
        long allBytes = bytes.addAndGet(moreBytes);
        if (allHints <= maxHints && allBytes <= maxBytes) {
            return true;
        }
        add(-moreHints, -moreBytes);
        return false;
    }

    void add(long moreHints, long moreBytes) {
        hints.addAndGet(moreHints);
        bytes.addAndGet(moreBytes);
    }

    /** The bounds, for a message. */
    String describe() {
        return "at most " + maxHints + " hints, and " + maxBytes + " bytes of records with hints, are kept in memory:"
                + " half of what it may hold (memoryMaxEntries, memoryMaxBytes)";
    }

    long hints() {
        return hints.get();
    }

    long bytes() {
        return bytes.get();
    }
}
