package io.resilientstorage.api;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/**
 * The locks of one lock space, for callers that do not wait. Each method means what its namesake in {@link Locks} says.
 *
 * <p>Nothing is thrown: every error completes the future, with the {@link StorageException} itself as its cause. What
 * depends on a future runs on threads of the storage that are there for this. A future that was cancelled or completed
 * by its owner gets no lease: what is acquired for it is released. Safe for use by several threads.
 */
public interface AsyncLocks {

    /** See {@link Locks#tryAcquire}. */
    CompletableFuture<LockResult> tryAcquire(String name, Duration ttl);

    /** See {@link Locks#acquire}. */
    CompletableFuture<LockResult> acquire(String name, Duration ttl, Duration wait);

    /** See {@link Locks#acquireLock}. */
    CompletableFuture<HolderLock> acquireLock(String name, String holderId, Duration ttl);

    /** See {@link Locks#renewLock(String, String, long, Duration)}. */
    CompletableFuture<HolderLock> renewLock(String name, String holderId, long fencingToken, Duration ttl);

    /** See {@link Locks#renewLock(String, String, Duration)}. */
    CompletableFuture<HolderLock> renewLock(String name, String holderId, Duration ttl);

    /** See {@link Locks#releaseLock}. */
    CompletableFuture<Boolean> releaseLock(String name, String holderId);
}
