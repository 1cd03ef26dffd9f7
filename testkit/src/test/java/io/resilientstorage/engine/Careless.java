package io.resilientstorage.engine;

import io.resilientstorage.testkit.Fault;
import io.resilientstorage.time.Timers;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** What a careless backend does with a call. */
enum Careless implements Fault {
    /** The method returns no stage. */
    NULL_STAGE {
        @Override
        public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
            return nothing();
        }
    },
    /** The stage ends without a reply. */
    NULL_REPLY {
        @Override
        public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
            return CompletableFuture.completedFuture(nothing());
        }
    },
    /** As {@link #NULL_REPLY}, later. */
    NULL_REPLY_LATER {
        @Override
        public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
            CompletableFuture<T> stage = new CompletableFuture<>();
            timers.schedule(java.time.Duration.ofMillis(20), () -> stage.complete(nothing()));
            return stage;
        }
    },
    /** The method throws an error. */
    ERROR {
        @Override
        public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
            throw new NoClassDefFoundError("a/missing/Driver");
        }
    },
    /** The stage ends with an error. */
    STAGE_ENDS_WITH_AN_ERROR {
        @Override
        public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
            return CompletableFuture.failedFuture(new StackOverflowError());
        }
    },
    /** The stage ends with a checked exception. */
    STAGE_ENDS_WITH_A_CHECKED_EXCEPTION {
        @Override
        public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
            return CompletableFuture.failedFuture(new java.io.IOException("broken pipe"));
        }
    },
    /** The stage is cancelled. */
    CANCELLED {
        @Override
        public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
            CompletableFuture<T> stage = new CompletableFuture<>();
            stage.cancel(true);
            return stage;
        }
    },
    /** The reply is of another type. */
    WRONG_TYPE {
        @Override
        @SuppressWarnings("unchecked")
        public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
            return CompletableFuture.completedFuture((T) "a text");
        }
    },
    /** The stage is no {@link CompletableFuture} and cannot become one. */
    STUBBORN_STAGE {
        @Override
        public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
            return new CompletableFuture<>() {
                @Override
                public CompletableFuture<T> toCompletableFuture() {
                    throw new UnsupportedOperationException();
                }
            };
        }
    };

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
    static <T> T nothing() {
        return null;
    }

    /** The call is done, and its reply is replaced by one of the same type. */
    static <R> Fault replying(Class<R> type, UnaryOperator<R> change) {
        return new Fault() {
            @Override
            @SuppressWarnings("unchecked")
            public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
                return call.get().thenApply(reply -> (T) change.apply(type.cast(reply)));
            }
        };
    }
}
