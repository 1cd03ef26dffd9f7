package io.resilientstorage.backend;

import java.util.Objects;
import java.util.Optional;

/**
 * The answer to a {@link LockRequest}.
 *
 * @param status how it ended
 * @param token for GRANTED and COPIED the token that the lock is held under, else {@link FencingToken#NONE}
 * @param remainingMillis for GRANTED and COPIED how long the lock is held, for HELD how long another has it, for
 *     DRAINING how long until it is granted; else 0
 * @param serverMillis the backend's own clock in this step, milliseconds since 1970
 * @param incarnation the life of the backend that answered
 * @param authority what stands, if that is why it was refused: OTHER_LIFE, DISAGREES, INACTIVE, LAPSED, DRAINING,
 *     NEWER_EPOCH, FULL. Empty for all else.
 */
public record LockReply(
        LockStatus status,
        long token,
        long remainingMillis,
        long serverMillis,
        Incarnation incarnation,
        Optional<Authority> authority) {

    /** Refuses null. */
    public LockReply {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(incarnation, "incarnation");
        Objects.requireNonNull(authority, "authority");
    }
}
