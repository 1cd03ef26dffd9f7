package io.resilientstorage.testkit;

import io.resilientstorage.backend.BackendException;
import io.resilientstorage.time.Timers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** What happens to a call of a {@link FaultyBackend}. One's own can be added. */
public interface Fault {

    /**
     * Meets a call.
     *
     * @param call does the call at the real backend; may be run once, later, or never
     * @param timers the timers of the storage
     * @param <T> the type of the answer
     * @return what the caller gets
     */
    <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers);

    /** No fault: the call is done. */
    static Fault none() {
        return new Faults.None();
    }

    /** The call is not done and fails. The failure is made anew for each call. */
    static Fault fail(Supplier<BackendException> failure) {
        return new Faults.Fail(failure);
    }

    /** The call is not done and never ends, as on a connection to a stopped server. */
    static Fault hang() {
        return new Faults.Hang();
    }

    /** The call is done after a delay: it arrives late. */
    static Fault delayCall(Duration delay) {
        return new Faults.DelayCall(delay);
    }

    /** The call is done at once, and its answer, or its failure, comes after a delay. */
    static Fault delayReply(Duration delay) {
        return new Faults.DelayReply(delay);
    }

    /** The call is done, and its answer is lost: it never ends. */
    static Fault dropReply() {
        return new Faults.DropReply();
    }

    /** The call is done, and its answer is lost: it fails. The failure is made anew for each call. */
    static Fault failAfterwards(Supplier<BackendException> failure) {
        return new Faults.FailAfterwards(failure);
    }

    /** The method itself throws, as a careless adapter does. The exception is made anew for each call. */
    static Fault throwing(Supplier<? extends RuntimeException> exception) {
        return new Faults.Throwing(exception);
    }

    /** Some calls meet a fault, the others none; every n-th one does, beginning with the n-th. */
    static Fault everyNth(int n, Fault fault) {
        return new Faults.EveryNth(n, fault);
    }

    /** A stage that never ends. */
    static <T> CompletionStage<T> never() {
        return new CompletableFuture<>();
    }
}
