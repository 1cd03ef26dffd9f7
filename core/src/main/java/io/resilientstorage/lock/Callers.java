package io.resilientstorage.lock;

import io.resilientstorage.api.OverloadedException;
import io.resilientstorage.api.StorageClosedException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Counts and bounds the calls under way, ends them when the storage is closed, and hands out their results. */
final class Callers {

    private final int most;
    private final Executor callbacks;
    private final AtomicInteger count = new AtomicInteger();
    private final Map<Object, CompletableFuture<?>> calls = new ConcurrentHashMap<>();
    private volatile boolean closed;

    /** @param callbacks where what users hang on a future runs */
    Callers(int most, Executor callbacks) {
        this.most = most;
        this.callbacks = callbacks;
    }

    boolean isClosed() {
        return closed;
    }

    /**
     * Begins a call, which ends by itself or with the storage.
     *
     * @throws StorageClosedException if the storage is closed
     * @throws OverloadedException if too many calls wait
     */
    <T> CompletableFuture<T> begin(Supplier<CompletableFuture<T>> call) {
        enter();
        return counted(call.get());
    }

    /**
     * The same for a call that is waited for on this thread, which takes its steps as far as it can: it is counted from
     * the beginning.
     */
    <T> CompletableFuture<T> beginHere(Function<Asker, CompletableFuture<T>> call) {
        enter();
        CompletableFuture<T> begun;
        count.incrementAndGet();
        try {
            begun = call.apply(Asker.here());
        } finally {
            count.decrementAndGet();
        }
        if (closed && begun.isDone()) {
            // What was granted meanwhile is given up again, and nobody is to take it for held.
            throw new StorageClosedException();
        }
        return counted(begun);
    }

    private void enter() {
        if (closed) {
            throw new StorageClosedException();
        }
        if (count.get() >= most) {
            throw new OverloadedException(
                    most + " calls wait for an answer already, and that is the bound (maxWaitingCalls)");
        }
    }

    private <T> CompletableFuture<T> counted(CompletableFuture<T> begun) {
        if (!begun.isDone()) {
            count.incrementAndGet();
            Object place = new Object();
            calls.put(place, begun);
            var unused = begun.whenComplete((result, failure) -> {
                calls.remove(place);
                count.decrementAndGet();
            });
            if (closed) {
                begun.completeExceptionally(new StorageClosedException());
            }
        }
        return begun;
    }

    /**
     * The future of a user for a call: completed on a thread for callbacks, unless the call has ended already.
     *
     * @param unwanted gets a result that the user cannot be given
     */
    <T> CompletableFuture<T> hand(Supplier<CompletableFuture<T>> call, Consumer<? super T> unwanted) {
        CompletableFuture<T> user = new CompletableFuture<>();
        try {
            CompletableFuture<T> begun = begin(call);
            if (begun.isDone()) {
                var unused = begun.whenComplete((result, failure) -> end(user, result, failure, unwanted));
                return user;
            }
            var unused = begun.whenComplete((result, failure) -> {
                try {
                    callbacks.execute(() -> end(user, result, failure, unwanted));
                } catch (RejectedExecutionException full) {
                    user.completeExceptionally(new OverloadedException(
                            "the callbacks of earlier calls take all threads and fill the queue before them", full));
                    if (failure == null) {
                        unwanted.accept(result);
                    }
                }
            });
            cancelWith(user, begun);
        } catch (RuntimeException e) {
            user.completeExceptionally(e);
        }
        return user;
    }

    /** Who cancels the one wants the other no more. */
    private static void cancelWith(CompletableFuture<?> user, CompletableFuture<?> begun) {
        var unused = user.whenComplete((result, failure) -> begun.cancel(false));
    }

    private static <T> void end(
            CompletableFuture<T> user, T result, @Nullable Throwable failure, Consumer<? super T> unwanted) {
        if (failure != null) {
            user.completeExceptionally(Waiter.bare(failure));
        } else if (!user.complete(result)) {
            unwanted.accept(result);
        }
    }

    /** Lets no more calls in and ends those under way. */
    void close() {
        closed = true;
        calls.values().forEach(call -> call.completeExceptionally(new StorageClosedException()));
    }
}
