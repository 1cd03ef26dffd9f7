package io.resilientstorage.backend;

import java.util.Objects;

/**
 * One lock that somebody has, or had.
 *
 * @param owner who
 * @param token the token it was granted under
 * @param endMillis the first moment at which it is held no more, milliseconds since 1970 on the backend's own clock
 */
public record LockRecord(String owner, long token, long endMillis) {

    /** Refuses null. */
    public LockRecord {
        Objects.requireNonNull(owner, "owner");
    }

    /** Whether it is held at a moment. */
    public boolean isLive(long nowMillis) {
        return nowMillis < endMillis;
    }

    /** The same, held at least until this moment. */
    LockRecord heldUntil(long millis) {
        return millis <= endMillis ? this : new LockRecord(owner, token, millis);
    }
}
