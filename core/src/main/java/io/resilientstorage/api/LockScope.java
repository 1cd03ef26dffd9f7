package io.resilientstorage.api;

/** Among whom a lock excludes others. */
public enum LockScope {
    /** Among all processes that share the backends, to the extent of the {@link LockPolicy}. */
    SHARED,
    /**
     * Among those who happen to ask the same shared backend, which is what {@link LockPolicy#BEST_EFFORT} gives. While
     * backends fail, another process may ask another one and get the lock there too.
     */
    ONE_BACKEND,
    /** Among the processes of this machine. */
    HOST_LOCAL,
    /** Inside this process alone. */
    PROCESS_LOCAL
}
