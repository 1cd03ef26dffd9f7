package io.resilientstorage.memory;

/**
 * What a {@link MemoryBackend} holds at a moment. Counted by several looks, so that the parts may differ by what is
 * written meanwhile.
 *
 * @param living how many records that can be evicted, those included that have ended and were not swept yet
 * @param livingBytes about how many bytes these take
 * @param graves how many tombstones and versions of records that have ended
 * @param hints how many hints
 * @param pinnedBytes about how many bytes the records take that carry hints
 * @param evicted how many live records were evicted at the bounds since it was opened. Once this is not zero, a miss
 *     does not tell that there is no such key.
 */
public record MemoryUsage(long living, long livingBytes, long graves, long hints, long pinnedBytes, long evicted) {

    static final MemoryUsage NONE = new MemoryUsage(0, 0, 0, 0, 0, 0);
}
