package io.resilientstorage.engine;

import io.resilientstorage.backend.BackendException;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.time.Timers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** An adapter that gives up by itself after a time. */
record FailingLater(Duration delay) implements Fault {

    @Override
    public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
        CompletableFuture<T> stage = new CompletableFuture<>();
        timers.schedule(delay, () -> stage.completeExceptionally(BackendException.noAnswer("no answer in time")));
        return stage;
    }
}
