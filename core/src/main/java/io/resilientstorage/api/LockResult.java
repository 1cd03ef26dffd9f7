package io.resilientstorage.api;

import java.util.Optional;

/**
 * The answer to who wants a lock: {@link Acquired}, {@link HeldByOther}, or {@link LockUnavailable} when nobody may
 * grant it now.
 */
public sealed interface LockResult permits Acquired, HeldByOther, LockUnavailable {

    /** Which of the three this is, for a {@code switch} on Java 17. */
    LockResultKind kind();

    /** The lease, empty unless the lock was acquired. */
    default Optional<Lease> acquired() {
        return Optional.empty();
    }
}
