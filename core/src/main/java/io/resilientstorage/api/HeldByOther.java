package io.resilientstorage.api;

import java.time.Duration;
import java.util.Objects;

/**
 * Somebody else holds the lock.
 *
 * @param remaining for how long at most, unless it is renewed
 */
public record HeldByOther(Duration remaining) implements LockResult {

    /** Refuses null. */
    public HeldByOther {
        Objects.requireNonNull(remaining, "remaining");
    }

    @Override
    public LockResultKind kind() {
        return LockResultKind.HELD_BY_OTHER;
    }
}
