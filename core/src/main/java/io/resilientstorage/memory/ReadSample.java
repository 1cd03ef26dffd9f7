package io.resilientstorage.memory;

/**
 * Chooses one read in sixteen, by chance, for the cache to learn from which records are read often. To tell the cache
 * of a read costs about as much as the read itself: its node goes through a buffer, and from there to the end of a
 * list, under a lock. The sample serves the choice of what to evict as well, for what is read often is in it often.
 *
 * <p>Every sixteenth read would not do: of keys that are read in turn the same ones would always be chosen. Safe for
 * use by several threads; a generator is shared by few of them.
 */
final class ReadSample {

    /** Of so many reads one is chosen. */
    static final int ONE_IN = 16;

    private static final int STRIPES = 64;

    /** Between the places of two stripes, so that no two of them are in one line of a processor's cache. */
    private static final int APART = 16;

    /** The linear congruential generator of MMIX. Its upper bits are the good ones. */
    private static final long FACTOR = 6_364_136_223_846_793_005L;

    private static final long SUMMAND = 1_442_695_040_888_963_407L;
    private static final int UPPER_BITS = Long.SIZE - Integer.numberOfTrailingZeros(ONE_IN);

    private final long[] states = new long[STRIPES * APART];

    /** Whether this read is chosen. */
    boolean takesNext() {
        int place = ((int) Thread.currentThread().getId() & (STRIPES - 1)) * APART;
        // Two threads at one place may take the same step, which does no harm.
        long state = states[place] * FACTOR + SUMMAND;
        states[place] = state;
        return state >>> UPPER_BITS == 0;
    }
}
