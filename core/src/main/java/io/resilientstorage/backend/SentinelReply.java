package io.resilientstorage.backend;

import java.util.Objects;
import java.util.Optional;

/**
 * What a backend says of its sentinel.
 *
 * @param sentinel the sentinel that stands, empty if there is none
 * @param incarnation the life of the backend that answered
 */
public record SentinelReply(Optional<Sentinel> sentinel, Incarnation incarnation) {

    /** Refuses null. */
    public SentinelReply {
        Objects.requireNonNull(sentinel, "sentinel");
        Objects.requireNonNull(incarnation, "incarnation");
    }
}
