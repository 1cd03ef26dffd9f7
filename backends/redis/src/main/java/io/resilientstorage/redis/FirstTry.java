package io.resilientstorage.redis;

import io.resilientstorage.time.Time;
import io.resilientstorage.time.Timers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The end of the first try to connect, be it good or bad, for those who want to wait for it. */
final class FirstTry {

    private final Time time;
    private final CompletableFuture<Void> over = new CompletableFuture<>();

    FirstTry(Time time) {
        this.time = time;
    }

    /** The try has come to its end; told again it means nothing. */
    void ended() {
        over.complete(null);
    }

    /** Does something after that end, or when the given time is over. */
    <T> CompletionStage<T> thenDo(Duration patience, Supplier<CompletionStage<T>> work) {
        if (over.isDone()) {
            return work.get();
        }
        CompletableFuture<Void> begin = new CompletableFuture<>();
        Timers.Timer timer = time.timers().schedule(patience, () -> begin.complete(null));
        CompletionStage<Void> ending = over;
        ending.whenComplete((nothing, failure) -> {
            timer.cancel();
            begin.complete(null);
        });
        return Stages.plain(() -> begin.thenCompose(nothing -> work.get()));
    }
}
