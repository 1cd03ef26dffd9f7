package io.resilientstorage.api;

/**
 * Who may grant locks, and so what holds while backends fail. All processes must use the same one: it stands in a
 * record that the backends keep, and a process with another is refused.
 *
 * <p>Under every policy a process that was paused for longer than its lease's time may still believe that it holds the
 * lock until it looks. Only a resource that checks {@link Lease#fencingToken()} is safe from it.
 */
public enum LockPolicy {
    /** {@link #LOCAL} with no SHARED backend, {@link #SINGLE} with one, {@link #FAILOVER} with two or more. */
    AUTOMATIC,
    /** The best backend of this process or of this machine. Only where no SHARED backend is configured. */
    LOCAL,
    /**
     * One SHARED backend, the one that {@code locks.backend} names. Exclusive, and unavailable while that one is; for
     * {@code locks.maxTtl} after it came back as another than it was, too.
     */
    SINGLE,
    /**
     * The best two SHARED backends: one of them is the authority, and the other takes over when it fails, after a drain
     * in which all leases of the former one run out. Exclusive while one backend crashes, hangs or loses its data; not
     * exclusive while one process reaches only the one and another process only the other.
     */
    FAILOVER,
    /**
     * All SHARED backends, three to eight of them: each votes, and whoever has the votes of more than half of them
     * holds the lock. Exclusive and available while less than half of them fail, and while processes reach different
     * ones; two round trips. Only when it is named.
     */
    MAJORITY,
    /** The first backend that seems to be well. Not exclusive while backends fail. */
    BEST_EFFORT
}
