package io.resilientstorage.execution;

import io.resilientstorage.api.CallInterruptedException;
import io.resilientstorage.api.DeadlineExceededException;
import io.resilientstorage.api.OverloadedException;
import io.resilientstorage.api.StorageException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A call under way, and what is left to do with its result: work that may run a user's code (a codec), and so must not
 * run on a thread of a backend's client.
 *
 * @param raw the call; it ends by itself at its deadline
 * @param finish makes the result of what the call brought
 * @param <R> what the call brings
 * @param <T> the result
 */
record Pending<R, T>(CompletableFuture<R> raw, Function<R, T> finish) {

    /** The engine ends every call at its deadline; a waiting thread does not rely on it for longer than this. */
    private static final Duration GRACE = Duration.ofMillis(250);

    /** The same call with another result. */
    <S> Pending<R, S> map(Function<? super T, ? extends S> then) {
        return new Pending<>(raw, value -> then.apply(finish.apply(value)));
    }

    /** Waits for the result on this thread. */
    T await(Duration callTimeout) {
        try {
            return finish.apply(raw.get(callTimeout.plus(GRACE).toNanos(), TimeUnit.NANOSECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CallInterruptedException(e);
        } catch (TimeoutException e) {
            throw new DeadlineExceededException(callTimeout, "the call did not end by itself");
        } catch (ExecutionException e) {
            throw rethrow(e.getCause() == null ? e : e.getCause());
        }
    }

    /** The result as a future, finished on the executor unless the call has ended already. */
    CompletableFuture<T> future(Executor callbacks) {
        CompletableFuture<T> future = new CompletableFuture<>();
        if (raw.isDone()) {
            var unused = raw.whenComplete((value, failure) -> end(future, value, failure));
            return future;
        }
        var unused = raw.whenComplete((value, failure) -> {
            try {
                callbacks.execute(() -> end(future, value, failure));
            } catch (RejectedExecutionException e) {
                future.completeExceptionally(new OverloadedException(
                        "the callbacks of earlier calls take all threads and fill the queue before them", e));
            }
        });
        return future;
    }

    private void end(CompletableFuture<T> future, R value, @Nullable Throwable failure) {
        if (failure != null) {
            future.completeExceptionally(bare(failure));
            return;
        }
        try {
            future.complete(finish.apply(value));
        } catch (RuntimeException | Error e) {
            future.completeExceptionally(e);
        }
    }

    private static Throwable bare(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }

    private static RuntimeException rethrow(Throwable failure) {
        Throwable cause = bare(failure);
        if (cause instanceof Error error) {
            throw error;
        }
        if (cause instanceof StorageException error) {
            // The caller's own stack is worth more than that of the thread on which the call ended.
            error.addSuppressed(new CalledFrom());
            return error;
        }
        return cause instanceof RuntimeException unchecked ? unchecked : new CompletionException(cause);
    }

    /** Shows where the caller waited. */
    private static final class CalledFrom extends RuntimeException {
        private static final long serialVersionUID = 1L;

        CalledFrom() {
            super("called from here");
        }
    }
}
