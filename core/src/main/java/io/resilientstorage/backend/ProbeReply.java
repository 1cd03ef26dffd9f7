package io.resilientstorage.backend;

import java.util.Objects;
import java.util.Optional;

/**
 * The answer of a backend that can be reached.
 *
 * @param incarnation the life of the backend
 * @param serverMillis the backend's own clock, milliseconds since 1970, empty if it has none
 * @param degraded why it does only part of its work, empty if it does all
 */
public record ProbeReply(Incarnation incarnation, Optional<Long> serverMillis, Optional<String> degraded) {

    /** Refuses null. */
    public ProbeReply {
        Objects.requireNonNull(incarnation, "incarnation");
        Objects.requireNonNull(serverMillis, "serverMillis");
        Objects.requireNonNull(degraded, "degraded");
    }
}
