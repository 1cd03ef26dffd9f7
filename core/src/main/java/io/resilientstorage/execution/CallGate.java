package io.resilientstorage.execution;

import io.resilientstorage.api.OverloadedException;
import io.resilientstorage.api.StorageClosedException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
    private final AtomicInteger waiting = new AtomicInteger();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();
    private volatile boolean closed;

    /** A gate for so many calls. */
    public CallGate(long maxWaiting) {
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
        var unused = call.whenComplete((result, failure) -> {
            if (waiting.decrementAndGet() == 0 && closed) {
                drained.complete(null);
            }
        });
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
     * Lets no more calls in, and waits for those inside.
     *
     * @return whether all of them ended in time
     */
    public boolean close(Duration patience) {
        closed = true;
        if (waiting.get() == 0) {
            return true;
        }
        try {
            drained.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (TimeoutException | ExecutionException e) {
            return waiting.get() == 0;
        }
    }
}
