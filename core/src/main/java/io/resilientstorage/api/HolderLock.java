package io.resilientstorage.api;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The answer to who wants a lock under a holder id, see {@link Locks#acquireLock}.
 *
 * @param acquired whether the holder has it now
 * @param error why not; empty if it was acquired
 * @param refusal why nobody may grant it now; empty if it was acquired, or another holds it
 * @param fencingToken the token of the grant, see {@link Lease#fencingToken()}; empty if it was not acquired
 * @param scope among whom it excludes others; empty if it was not acquired
 * @param backend the name of the backend that granted it; empty if it was not acquired
 * @param time if it was acquired, for how long it is held; else when it is worth to try again
 */
public record HolderLock(
        boolean acquired,
        Optional<String> error,
        Optional<LockRefusal> refusal,
        OptionalLong fencingToken,
        Optional<LockScope> scope,
        Optional<String> backend,
        Duration time) {

    /** Refuses null. */
    public HolderLock {
        Objects.requireNonNull(error, "error");
        Objects.requireNonNull(refusal, "refusal");
        Objects.requireNonNull(fencingToken, "fencingToken");
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(backend, "backend");
        Objects.requireNonNull(time, "time");
    }

    /** The holder has it. */
    public static HolderLock granted(long token, LockScope scope, String backend, Duration held) {
        return new HolderLock(
                true,
                Optional.empty(),
                Optional.empty(),
                OptionalLong.of(token),
                Optional.of(scope),
                Optional.of(backend),
                held);
    }

    /** The holder does not have it. */
    public static HolderLock refused(String error, Optional<LockRefusal> refusal, Duration retryAfter) {
        return new HolderLock(
                false,
                Optional.of(error),
                refusal,
                OptionalLong.empty(),
                Optional.empty(),
                Optional.empty(),
                retryAfter);
    }
}
