package io.resilientstorage.api;

import java.util.Objects;
import java.util.Optional;

/**
 * The lock was acquired.
 *
 * @param lease what it is held by, to be closed
 */
public record Acquired(Lease lease) implements LockResult {

    /** Refuses null. */
    public Acquired {
        Objects.requireNonNull(lease, "lease");
    }

    @Override
    public LockResultKind kind() {
        return LockResultKind.ACQUIRED;
    }

    @Override
    public Optional<Lease> acquired() {
        return Optional.of(lease);
    }
}
