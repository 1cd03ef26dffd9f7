package io.resilientstorage.api;

/** Why nobody may grant a lock now. */
public enum LockRefusal {
    /**
     * Leases may still run that another backend, or an earlier life of this one, has granted. It ends by itself; the
     * result tells when.
     */
    DRAINING,
    /** No backend that may grant could be reached, or none has answered in time. */
    UNREACHABLE,
    /**
     * The processes do not agree: another policy, {@code locks.maxTtl} or {@code locks.mirrored} stands in the shared
     * record.
     */
    DISAGREES,
    /**
     * The backend that may grant refuses to keep locks: it is read-only or full, or may drop what it has to make room.
     * It ends when somebody sees to that.
     */
    UNSUPPORTED
}
