package io.resilientstorage.redis;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Stages whose failures stand plain. */
final class Stages {

    private Stages() {}

    /** A stage that fails with what the work threw or failed with, not with a wrapper around it. */
    static <T> CompletionStage<T> plain(Supplier<CompletionStage<T>> work) {
        return then(work, (value, result) -> result.complete(value));
    }

    /**
     * The same with a step after the work that ends the result, at once or later. One stage where a chain of them would
     * have several.
     */
    static <T, R> CompletionStage<R> then(Supplier<CompletionStage<T>> work, BiConsumer<T, CompletableFuture<R>> step) {
        CompletableFuture<R> result = new CompletableFuture<>();
        try {
            work.get().whenComplete((value, failure) -> {
                if (failure != null) {
                    result.completeExceptionally(bare(failure));
                    return;
                }
                try {
                    step.accept(value, result);
                } catch (RuntimeException e) {
                    result.completeExceptionally(e);
                }
            });
        } catch (RuntimeException e) {
            result.completeExceptionally(e);
        }
        return result;
    }

    /** Ends a result as a stage ends. */
    static <T> void relay(CompletionStage<T> from, CompletableFuture<T> to) {
        from.whenComplete((value, failure) -> {
            if (failure == null) {
                to.complete(value);
            } else {
                to.completeExceptionally(bare(failure));
            }
        });
    }

    /** What a stage failed with, without the wrapper that dependent stages put around it. */
    static Throwable bare(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
