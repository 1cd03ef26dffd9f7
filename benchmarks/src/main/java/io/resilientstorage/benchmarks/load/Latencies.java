package io.resilientstorage.benchmarks.load;

import java.util.Arrays;
import java.util.Collection;

/** How long calls took. Exact: all are kept and sorted. */
public final class Latencies {

    private static final double NANOS_PER_MILLI = 1e6;

    private final long[] sorted;

    /** Those of several threads. */
    Latencies(Collection<long[]> nanos) {
        sorted = nanos.stream().flatMapToLong(Arrays::stream).sorted().toArray();
    }

    /** How many there are. */
    public int count() {
        return sorted.length;
    }

    /**
     * The shortest time that at least this share of the calls did not exceed, in milliseconds; 0 if there were none.
     *
     * @param share above 0, at most 1
     */
    public double millis(double share) {
        if (!(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share must be above 0 and at most 1, but is " + share);
        }
        return sorted.length == 0 ? 0 : sorted[(int) Math.ceil(share * sorted.length) - 1] / NANOS_PER_MILLI;
    }

    /** The longest, in milliseconds; 0 if there were none. */
    public double longestMillis() {
        return millis(1);
    }
}
