package io.resilientstorage.api;

import java.time.Duration;

/**
 * The locks of one lock space, which is a namespace: equal names in different ones are different locks. What a lock
 * promises while backends fail is told by the {@link LockPolicy}.
 *
 * <p>Names are 1 to 512 bytes of UTF-8. Times to live are 100 ms to {@code locks.maxTtl}. Every method throws
 * {@link InvalidRequestException} for an illegal argument, {@link OverloadedException} at {@code maxWaitingCalls} or
 * {@code locks.maxLeases}, {@link StorageClosedException}, and {@link CallInterruptedException} if the thread is
 * interrupted while it waits: what it may have acquired is then released. Where a SQL database is asked on the calling
 * thread, an interrupt is seen when that has answered, or at the end of the attempt's time; a call that has its answer
 * by then returns it, and the flag stays set. Safe for use by several threads.
 */
public interface Locks {

    /**
     * Tries to get a lock, once. Returns within the call time-out.
     *
     * @param name the lock
     * @param ttl how long it is held, unless it is renewed
     */
    LockResult tryAcquire(String name, Duration ttl);

    /**
     * Tries to get a lock, and waits for it. Those that wait in one process get it in the order in which they came; of
     * several processes none is preferred.
     *
     * @param name the lock
     * @param ttl how long it is held, unless it is renewed
     * @param wait how long to wait at most: up to 24 hours
     * @return the last answer, if it was not acquired in time
     */
    LockResult acquire(String name, Duration ttl, Duration wait);

    /**
     * Tries to get a lock for a holder that is known by an id, once. The same holder may do so again, which extends it.
     * It is never renewed by itself, and nothing is told when it ends.
     *
     * <p>If no answer comes, the holder may have it all the same, until its time is over: ask again under the same id,
     * or release it.
     *
     * @param name the lock
     * @param holderId who wants it: 1 to 512 bytes of UTF-8
     * @param ttl how long it is held
     */
    HolderLock acquireLock(String name, String holderId, Duration ttl);

    /**
     * Extends a lock that the holder has under this token, and only then.
     *
     * @param fencingToken the token that {@link #acquireLock} has told
     */
    HolderLock renewLock(String name, String holderId, long fencingToken, Duration ttl);

    /**
     * Extends a lock that the holder has under whichever token, and only then: what has ended is not granted again, as
     * {@link #acquireLock} would.
     */
    HolderLock renewLock(String name, String holderId, Duration ttl);

    /**
     * Gives up a lock that the holder has. Nobody else's is touched.
     *
     * @return whether the holder had it at a backend that answered
     * @throws AllBackendsFailedException if a backend that may have it did not answer, and none said that it had it
     */
    boolean releaseLock(String name, String holderId);

    /**
     * Takes part in an election.
     *
     * @param name the name of the election, which is a lock
     * @param ttl how long a leader that is gone keeps others from leading, at least 1 s
     * @param listener is told when this process leads, on a thread that is there for callbacks
     * @throws InvalidRequestException under {@link LockPolicy#BEST_EFFORT} with a SHARED backend: there could be two
     */
    LeaderElection elect(String name, Duration ttl, LeaderListener listener);

    /** The same for callers that do not wait. */
    AsyncLocks async();
}
