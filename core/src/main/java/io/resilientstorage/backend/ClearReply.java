package io.resilientstorage.backend;

import java.util.Objects;
import java.util.Optional;

/**
 * What a backend tells when it has removed hints.
 *
 * @param incarnation the life of the backend that answered
 * @param tellsSentinel whether it tells its sentinel as well; one that loses nothing while it runs need not
 * @param sentinel the sentinel that stood where the hints did, empty if there was none everywhere or it does not tell
 */
public record ClearReply(Incarnation incarnation, boolean tellsSentinel, Optional<Sentinel> sentinel) {

    /** Refuses null. */
    public ClearReply {
        Objects.requireNonNull(incarnation, "incarnation");
        Objects.requireNonNull(sentinel, "sentinel");
    }

    /** Of a backend that does not tell its sentinel. */
    public static ClearReply of(Incarnation incarnation) {
        return new ClearReply(incarnation, false, Optional.empty());
    }

    /** Of one that does. */
    public static ClearReply of(Incarnation incarnation, Optional<Sentinel> sentinel) {
        return new ClearReply(incarnation, true, sentinel);
    }
}
