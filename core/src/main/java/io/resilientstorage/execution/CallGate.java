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
        waiting.incrementAndGet();
        Object place = new Object();
        calls.put(place, call);
        var unused = call.whenComplete((result, failure) -> {
            calls.remove(place);
            if (waiting.decrementAndGet() == 0 && closed) {
                drained.complete(null);
            }
        });
        if (over) {
            end(call);
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
