package io.resilientstorage.backend;

import java.util.Objects;
import java.util.Optional;

/**
 * What a backend says of the authority record of a lock space.
 *
 * @param authority the record that stands, empty if there is none
 * @param incarnation the life of the backend that answered
 * @param serverMillis the backend's own clock when it answered, milliseconds since 1970
 */
public record AuthorityReply(Optional<Authority> authority, Incarnation incarnation, long serverMillis) {

    /** Refuses null. */
    public AuthorityReply {
        Objects.requireNonNull(authority, "authority");
        Objects.requireNonNull(incarnation, "incarnation");
    }
}
