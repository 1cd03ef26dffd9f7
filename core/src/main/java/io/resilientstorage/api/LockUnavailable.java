package io.resilientstorage.api;

import java.time.Duration;
import java.util.Objects;

/**
 * Nobody may grant the lock now. Whether somebody holds it is not known.
 *
 * @param reason why
 * @param retryAfter when it is worth to try again; for {@link LockRefusal#DRAINING} when it ends
 * @param detail the same for people
 */
public record LockUnavailable(LockRefusal reason, Duration retryAfter, String detail) implements LockResult {

    /** Refuses null. */
    public LockUnavailable {
        Objects.requireNonNull(reason, "reason");
        Objects.requireNonNull(retryAfter, "retryAfter");
        Objects.requireNonNull(detail, "detail");
    }

    @Override
    public LockResultKind kind() {
        return LockResultKind.UNAVAILABLE;
    }
}
