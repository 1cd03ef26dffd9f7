package io.resilientstorage.testkit;

import io.resilientstorage.backend.BackendException;
import io.resilientstorage.time.Timers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The faults that {@link Fault} offers. */
final class Faults {

    private Faults() {}

    record None() implements Fault {
        @Override
        public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
            return call.get();
        }
    }

    record Fail(Supplier<BackendException> failure) implements Fault {
        @Override
        public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
            return CompletableFuture.failedFuture(failure.get());
        }
    }

    record Hang() implements Fault {
        @Override
        public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
            return Fault.never();
        }
    }

    record DelayCall(Duration delay) implements Fault {
        @Override
        public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
            CompletableFuture<T> answer = new CompletableFuture<>();
            timers.schedule(delay, () -> pass(call.get(), answer));
            return answer;
        }
    }

    record DelayReply(Duration delay) implements Fault {
        @Override
        public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
            CompletableFuture<T> answer = new CompletableFuture<>();
            CompletionStage<T> real = call.get();
            timers.schedule(delay, () -> pass(real, answer));
            return answer;
        }
    }

    record DropReply() implements Fault {
        @Override
        public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
            CompletableFuture<T> answer = new CompletableFuture<>();
            // Keeps the real call reachable; its answer goes nowhere.
            call.get().whenComplete((value, failure) -> {});
            return answer;
        }
    }

    record FailAfterwards(Supplier<BackendException> failure) implements Fault {
        @Override
        public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
            CompletableFuture<T> answer = new CompletableFuture<>();
            call.get().whenComplete((value, ignored) -> answer.completeExceptionally(failure.get()));
            return answer;
        }
    }

    record Throwing(Supplier<? extends RuntimeException> exception) implements Fault {
        @Override
        public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
            throw exception.get();
        }
    }

    static final class EveryNth implements Fault {
        private final int n;
        private final Fault fault;
        private final AtomicInteger calls = new AtomicInteger();

        EveryNth(int n, Fault fault) {
            if (n < 1) {
                throw new IllegalArgumentException("n must be at least 1: " + n);
            }
            this.n = n;
            this.fault = fault;
        }

        @Override
        public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
            return calls.incrementAndGet() % n == 0 ? fault.meet(call, timers) : call.get();
        }
    }

    private static <T> void pass(CompletionStage<T> from, CompletableFuture<T> to) {
        from.whenComplete((value, failure) -> {
            if (failure == null) {
                to.complete(value);
            } else {
                to.completeExceptionally(failure);
            }
        });
    }
}
