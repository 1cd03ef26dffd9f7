package io.resilientstorage.attempt;

import io.resilientstorage.backend.BackendException;
import io.resilientstorage.time.Time;
import io.resilientstorage.time.Timers.Timer;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Something that the engine asks a backend for its own ends, such as for its hints. It counts for no circuit: users'
 * calls and probes tell how the backend is.
 */
public final class Question {

    private Question() {}

    /**
     * Asks. The future ends by the answer, by the failure, or by the time-out, whichever comes first; a backend that
     * throws has failed.
     */
    public static <T> CompletableFuture<T> ask(Time time, Duration timeout, Supplier<CompletionStage<T>> question) {
        CompletableFuture<T> end = new CompletableFuture<>();
        CompletionStage<T> answer;
        try {
            answer = question.get();
        } catch (RuntimeException | Error e) {
            end.completeExceptionally(e);
            return end;
        }
        Timer timer = time.timeouts()
                .schedule(
                        timeout,
                        () -> end.completeExceptionally(
                                BackendException.noAnswer("no answer within " + timeout.toMillis() + " ms")));
        var unused = answer.whenComplete((value, failure) -> {
            timer.cancel();
            if (failure == null) {
                end.complete(value);
            } else {
                end.completeExceptionally(failure);
            }
        });
        return end;
    }
}
