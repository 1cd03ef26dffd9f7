package io.resilientstorage.execution;

import io.resilientstorage.api.OverloadedException;
import io.resilientstorage.api.StorageClosedException;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Lets calls in, counts those that wait for an answer, and bounds them.
 *
 * <p>A call that is answered at once (by memory) is not counted, so it writes no memory that threads share. The bound
 * is looked at before the call is counted, so it may be passed by as many calls as threads enter in the same moment,
 * and not by more.
 */
public final class CallGate {

    /** How long somebody who waits does not look whether all is closed. */
    private static final Duration LOOK = Duration.ofMillis(50);

    private static final long LOOK_NANOS = LOOK.toNanos();

    private final int maxWaiting;
    private final Time time;
    private final AtomicInteger waiting = new AtomicInteger();
    private final ConcurrentMap<Object, CompletableFuture<?>> calls = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile boolean closed;
    private volatile boolean over;

    /**
     * A gate for so many calls.
     *
     * @param maxWaiting how many may wait
     * @param time in which {@link #close} waits
     */
    public CallGate(long maxWaiting, Time time) {
        this.time = time;
        this.maxWaiting = Math.toIntExact(maxWaiting);
    }

    /**
     * Lets a call in.
     *
     * @throws StorageClosedException if the storage is closed
     * @throws OverloadedException if too many calls wait
     */
    public void enter() {
        if (closed) {
            throw new StorageClosedException();
        }
        if (waiting.get() >= maxWaiting) {
            throw new OverloadedException(
                    maxWaiting + " calls wait for an answer already, and that is the bound (maxWaitingCalls)");
        }
    }

    /** Counts a call that has to wait. */
    public void count(CompletableFuture<?> call) {
        begin();
        Object place = new Object();
        calls.put(place, call);
        var unused = call.whenComplete((result, failure) -> {
            calls.remove(place);
            end();
        });
        if (over) {
            end(call);
        }
    }

    /** A call that is counted if it has to wait, and that has failed as closed if it failed because all was closed. */
    <R> CompletableFuture<R> counted(CompletableFuture<R> call) {
        if (over && call.isCompletedExceptionally()) {
            return CompletableFuture.failedFuture(new StorageClosedException());
        }
        if (!call.isDone()) {
            count(call);
        }
        return call;
    }

    /** Counts a step that its caller waits for where it stands. It ends by its own time-out, and by {@link #end}. */
    void begin() {
        waiting.incrementAndGet();
    }

    /**
     * Waits on this thread until something has ended, the patience is over, the thread is interrupted (which stays
     * set), or all is closed. The last is looked for from time to time: so those who wait need no entry in a list.
     */
    void await(CompletableFuture<?> asked, Duration patience) {
        long end = time.clock().nanos() + patience.toNanos();
        Thread caller = Thread.currentThread();
        // Counted, too, for a clock that stands still.
        for (long looks = patience.toNanos() / LOOK_NANOS; looks >= 0 && !over && !caller.isInterrupted(); looks--) {
            long left = end - time.clock().nanos();
            if (left <= 0 || time.await(asked, left < LOOK_NANOS ? Duration.ofNanos(left) : LOOK)) {
                return;
            }
        }
    }

    /** A step is over that was counted by {@link #begin}. */
    void end() {
        if (waiting.decrementAndGet() == 0 && closed) {
            drained.complete(null);
        }
    }

    /** How many calls wait. */
    public int waiting() {
        return waiting.get();
    }

    /** Whether the gate is shut. */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Lets no more calls in, waits for those inside, and ends what is left of them: nobody else would, for the timers
     * and the backends are closed next.
     *
     * @return how many of them did not end in time
     */
    public int close(Duration patience) {
        closed = true;
        if (waiting.get() > 0) {
            time.await(drained, patience);
        }
        int left = waiting.get();
        over = true;
        calls.values().forEach(CallGate::end);
        return left;
    }

    private static void end(CompletableFuture<?> call) {
        call.completeExceptionally(new StorageClosedException());
    }
}
