package io.resilientstorage.routing;

import java.util.List;

/**
 * Where calls go until a state changes. The first of {@code writes} is the active backend.
 *
 * @param writes the names of the candidates for a write; the first that takes it ends the call
 * @param reads the names of the candidates for a read
 * @param writeToAll how many of the first {@code writes} all get a write before it is acknowledged; 1 if one is enough,
 *     0 if there is none
 * @param rotation over how many of the first {@code reads} reads rotate; 1 or less for no rotation
 */
public record Route(List<String> writes, List<String> reads, int writeToAll, int rotation) {

    /** Copies the lists. */
    public Route {
        writes = List.copyOf(writes);
        reads = List.copyOf(reads);
    }

    /** One backend takes a write, and reads do not rotate. */
    public static Route of(List<String> writes, List<String> reads) {
        return new Route(writes, reads, Math.min(1, writes.size()), Math.min(1, reads.size()));
    }
}
