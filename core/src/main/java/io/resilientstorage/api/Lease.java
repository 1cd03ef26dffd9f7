package io.resilientstorage.api;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A lock that is held for a time. It belongs to whoever has this object, not to a thread.
 *
 * <pre>{@code
 * if (storage.locks().tryAcquire("job:123", Duration.ofSeconds(30)) instanceof Acquired acquired) {
 *     try (Lease lease = acquired.lease()) {
 *         work(lease.fencingToken());
 *     }
 * }
 * }</pre>
 *
 * <p><b>Its time is counted from before the request was sent</b>, on this process's own clocks, less a margin for their
 * drift; so it ends here before another can get the lock. Between {@link #isHeld()} and what is done next this process
 * may be stopped for longer than that: only a resource that compares {@link #fencingToken()} with the highest that it
 * has seen is safe then.
 *
 * <p>Safe for use by several threads. Serves once: when it has ended, it stays so.
 */
public interface Lease extends AutoCloseable {

    /** The name of the lock. */
    String name();

    /** The name of the backend that granted it. */
    String backend();

    /** Among whom it excludes others. */
    LockScope scope();

    /**
     * A number that grows with each grant of the lock: a resource that refuses what comes with a lower one than it has
     * seen cannot be harmed by a former holder. Where the scope is not {@link LockScope#SHARED}, it orders holders
     * inside the scope only. Up to 63 bits, more than a {@code double} can hold: as text in JSON and Lua.
     */
    long fencingToken();

    /** How long it is still held; zero if it is not. Asks nobody. */
    Duration remaining();

    /** Whether it is held now. Asks nobody: it looks at this process's clocks, monotonic and wall. */
    boolean isHeld();

    /**
     * Sees to it that it is held for a time yet. If it has less left, it is renewed for as long as it was acquired for.
     *
     * @return whether it is held for so long from now on
     * @throws InvalidRequestException if the time is longer than the lease was acquired for
     * @throws CallInterruptedException if the thread is interrupted while it waits
     */
    boolean ensure(Duration least);

    /** As {@link #ensure}, without waiting. */
    CompletableFuture<Boolean> ensureAsync(Duration least);

    /**
     * Holds it for a time from now on. Never shortens what it has left.
     *
     * @param ttl 100 ms to {@code locks.maxTtl}
     * @throws CallInterruptedException if the thread is interrupted while it waits
     */
    Renewal renew(Duration ttl);

    /** As {@link #renew}, without waiting. */
    CompletableFuture<Renewal> renewAsync(Duration ttl);

    /**
     * Renews it from now on, each time a third of its time has gone, until it is closed or lost. Who stops working and
     * does not close it keeps others out for good.
     *
     * @return this
     */
    Lease keepRenewing();

    /**
     * Is told once if the lease ends before it was closed, by the time that {@link #isHeld()} says no; at once if that
     * is so already. If a wall clock that was set forwards has ended it, or the machine was suspended, that may come
     * later, by as much as monotonic time has left. Runs on a thread that is there for callbacks. Each call adds a
     * listener.
     *
     * @return this
     */
    Lease onLost(Consumer<? super LossReason> listener);

    /**
     * Gives the lock up. {@link #isHeld()} says no at once. If the backend that granted it does not answer, that is
     * tried again in the background until its time is over.
     *
     * @return whether the backend that granted it has said that it was held until now; completes by the time that one
     *     attempt may take
     */
    CompletableFuture<Boolean> release();

    /**
     * As {@link #release}, and waits for it. Never throws. An interrupt ends the waiting, see {@link Locks}, and stays
     * set.
     */
    @Override
    void close();
}
