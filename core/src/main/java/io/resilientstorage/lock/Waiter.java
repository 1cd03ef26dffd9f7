package io.resilientstorage.lock;

import io.resilientstorage.api.CallInterruptedException;
import io.resilientstorage.api.DeadlineExceededException;
import io.resilientstorage.api.StorageException;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Waits for calls on the thread of who called. */
record Waiter(Time time) {

    /** The engine ends every call at its deadline; a waiting thread does not rely on it for longer than this. */
    private static final Duration GRACE = Duration.ofMillis(250);

    /**
     * The result of a call.
     *
     * @throws CallInterruptedException if the thread is interrupted; the call is cancelled
     */
    <T> T await(CompletableFuture<T> call, Duration patience) {
        if (!time.await(call, patience.plus(GRACE)) && call.cancel(false)) {
            if (Thread.currentThread().isInterrupted()) {
                throw new CallInterruptedException(new InterruptedException());
            }
            throw new DeadlineExceededException(patience, "the call did not end by itself");
        }
        try {
            return call.join();
        } catch (CompletionException e) {
            Throwable cause = bare(e);
            if (cause instanceof Error error) {
                throw error;
            }
            throw cause instanceof StorageException known ? known : e;
        }
    }

    /** Waits until something has ended, however it ends, or the time is over. An interrupt ends the waiting. */
    void settle(CompletableFuture<?> call, Duration patience) {
        time.await(call, patience);
    }

    static Throwable bare(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
