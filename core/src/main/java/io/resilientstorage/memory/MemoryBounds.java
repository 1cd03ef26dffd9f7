package io.resilientstorage.memory;

import io.resilientstorage.api.InvalidSettingException;

/**
 * How much a {@link MemoryBackend} may hold. Both bounds hold at once: many small records meet the first, few large
 * ones the second, and of a mixture it holds less than either alone would allow, never more.
 *
 * <p>They bound the live records. On top of them come at most
 *
 * <ul>
 *   <li>a quarter of each for tombstones and the versions of records that have ended,
 *   <li>half of each for records that carry hints: those are never evicted; when this is full, writes of others with
 *       hints are refused,
 *   <li>a quarter of the bytes for locks.
 * </ul>
 *
 * @param maxEntries how many records, 1 to 100,000,000
 * @param maxBytes how many bytes of keys, values and what is around them, 64 KiB to 1 PiB. A single record that is
 *     larger is refused.
 */
public record MemoryBounds(int maxEntries, long maxBytes) {

    /** 100,000 records, 64 MiB. */
    public static final MemoryBounds DEFAULT = new MemoryBounds(100_000, 64L << 20);

    private static final int MOST_ENTRIES = 100_000_000;
    private static final long LEAST_BYTES = 64L << 10;
    private static final long MOST_BYTES = 1L << 50;

    /** @throws InvalidSettingException if a bound is out of its range */
    public MemoryBounds {
        if (maxEntries < 1 || maxEntries > MOST_ENTRIES) {
            throw new InvalidSettingException(
                    "maxEntries", "must be between 1 and " + MOST_ENTRIES + ", but is " + maxEntries);
        }
        if (maxBytes < LEAST_BYTES || maxBytes > MOST_BYTES) {
            throw new InvalidSettingException(
                    "maxBytes", "must be between " + LEAST_BYTES + " and " + MOST_BYTES + ", but is " + maxBytes);
        }
    }
}
