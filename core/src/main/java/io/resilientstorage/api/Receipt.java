package io.resilientstorage.api;

import java.util.Set;

/**
 * What became of a write that succeeded.
 *
 * @param version the version under which the record was stored; if the write was superseded, the newer version that it
 *     met
 * @param backend the name of the backend that took it
 * @param durability whether that backend keeps it through a restart of its own
 * @param pending the names of the backends that still have to get it and will
 * @param superseded whether a newer write of the same key was met after the outcome of a first attempt was unknown:
 *     this write is over, and the newer one stands
 */
public record Receipt(Version version, String backend, Durability durability, Set<String> pending, boolean superseded) {

    /** Copies the set. */
    public Receipt {
        pending = Set.copyOf(pending);
    }
}
