package io.resilientstorage.attempt;

import io.resilientstorage.api.Health;
import io.resilientstorage.api.InvalidRequestException;
import io.resilientstorage.api.OverloadedException;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.breaker.Admission;
import io.resilientstorage.breaker.Permit;
import io.resilientstorage.member.Member;
import io.resilientstorage.time.Timers.Timer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;

/**
 * One attempt of a call at one backend.
 *
 * <p>It ends exactly once: by the backend's reply, by its failure, or by the attempt's time-out, whichever comes first.
 * Only the end that wins tells the circuit and the call; a reply after the time-out is dropped. The end runs on the
 * thread that brings it: the caller's when the backend answers at once, else the backend's or the timer's, so nothing
 * after it may block.
 *
 * @param <T> the type of the reply
 */
public final class Attempt<T> {

    /** How a call goes on. After {@link #fits} exactly one method is called, once. */
    public interface Listener<T> {
        /** Whether the reply is one to the request. One that is not counts as none. */
        boolean fits(T reply);

        /** The backend replied. */
        void replied(T reply);

        /** The backend did not serve; another may. */
        void failed(BackendException failure);

        /** The call is over: the fault is the caller's, or a bound was reached, or the engine's own step failed. */
        void rejected(Throwable error);
    }

    private static final long LEAST_NANOS = 1_000_000;

    private final Attempts attempts;
    private final Member member;
    private final Permit permit;
    private final Listener<T> listener;
    private final long begun;
    private final AtomicBoolean ended = new AtomicBoolean();

    private Attempt(Attempts attempts, Member member, Permit permit, Listener<T> listener) {
        this.attempts = attempts;
        this.member = member;
        this.permit = permit;
        this.listener = listener;
        this.begun = attempts.time().clock().nanos();
    }

    /**
     * Begins an attempt.
     *
     * @param nanos how long it may take; at least a millisecond is granted, so that a backend inside this process,
     *     which answers at once, gets its chance even when the others have used the time up
     * @param call what to ask of the backend, given the attempt's time-out
     */
    public static <T> void begin(
            Attempts attempts,
            Member member,
            long nanos,
            BiFunction<Backend, Duration, CompletionStage<T>> call,
            Listener<T> listener) {
        Admission admission = member.breaker().tryAcquire();
        if (admission instanceof Permit permit) {
            new Attempt<>(attempts, member, permit, listener).run(Math.max(LEAST_NANOS, nanos), call);
        } else {
            listener.failed(BackendException.unreachable(
                    "its circuit is " + member.breaker().state()));
        }
    }

    private void run(long nanos, BiFunction<Backend, Duration, CompletionStage<T>> call) {
        CompletableFuture<T> stage;
        try {
            stage = call.apply(member.backend(), Duration.ofNanos(nanos)).toCompletableFuture();
        } catch (RuntimeException | Error e) {
            fail(e);
            return;
        }
        if (stage.isDone()) {
            end(stage);
            return;
        }
        long left = nanos - (attempts.time().clock().nanos() - begun);
        Timer timer = attempts.time().timeouts().schedule(Duration.ofNanos(left), () -> fail(noAnswerWithin(nanos)));
        var unused = stage.whenComplete((reply, failure) -> {
            timer.cancel();
            end(stage);
        });
    }

    private void end(CompletableFuture<T> stage) {
        T reply;
        try {
            reply = stage.join();
        } catch (CompletionException e) {
            fail(e.getCause() == null ? e : e.getCause());
            return;
        } catch (RuntimeException e) {
            fail(e);
            return;
        }
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        if (!fits(reply)) {
            settle(BackendException.noAnswer("what it replied is no reply to the request"));
            return;
        }
        long took = attempts.time().clock().nanos() - begun;
        permit.successAfterNanos(took);
        if (took >= member.slowNanos()) {
            askWhetherSlow();
        }
        try {
            listener.replied(reply);
        } catch (RuntimeException | Error e) {
            // Without this a step that fails would leave the call without an end.
            listener.rejected(e);
        }
    }

    private boolean fits(T reply) {
        try {
            return !Objects.isNull(reply) && listener.fits(reply);
        } catch (ClassCastException e) {
            // A backend that plays tricks with its types.
            return false;
        }
    }

    private void fail(Throwable thrown) {
        if (ended.compareAndSet(false, true)) {
            settle(
                    thrown instanceof BackendException sorted
                            ? sorted
                            : BackendException.noAnswer("it failed with " + thrown, thrown));
        }
    }

    /** Tells the circuit and the call of a failure. Whatever goes wrong in that, the call has an end. */
    private void settle(BackendException failure) {
        try {
            switch (failure.kind()) {
                case UNAVAILABLE -> {
                    countFailure(failure);
                    listener.failed(failure);
                }
                case REFUSED -> {
                    permit.release();
                    markDegraded(failure);
                    listener.failed(failure);
                }
                case INVALID -> {
                    permit.release();
                    listener.rejected(
                            new InvalidRequestException("request", "was refused by " + describe(failure), failure));
                }
                case OVERLOADED -> {
                    permit.release();
                    listener.rejected(new OverloadedException(describe(failure), failure));
                }
            }
        } catch (RuntimeException | Error e) {
            listener.rejected(e);
        }
    }

    private static BackendException noAnswerWithin(long nanos) {
        return BackendException.noAnswer(
                "no answer within " + Duration.ofNanos(nanos).toMillis() + " ms");
    }

    /** What fails while this process itself was stopped says nothing of the backend: a probe has to tell. */
    private void countFailure(BackendException failure) {
        if (attempts.pauses().pausedSince(begun)) {
            permit.release();
            attempts.probeSoon().accept(member.index());
            return;
        }
        // Asked before this failure counts, so of calls that fail at the same time at least one sees itself as the
        // first.
        boolean first = member.breaker().consecutiveFailures() == 0;
        permit.failure(failure);
        if (first || !member.breaker().allowsCalls()) {
            attempts.probeSoon().accept(member.index());
        }
    }

    /** One slow answer says as much of the question as of the backend; a probe always asks the same. */
    private void askWhetherSlow() {
        boolean well = attempts.keeper().current().backend(member.index()).health() == Health.HEALTHY;
        if (well && !attempts.pauses().pausedSince(begun)) {
            attempts.callWasSlow().accept(member.index());
        }
    }

    private void markDegraded(BackendException failure) {
        attempts.keeper().refused(member.index(), String.valueOf(failure.getMessage()));
        attempts.probeSoon().accept(member.index());
    }

    private String describe(BackendException failure) {
        return member.name() + ": " + failure.getMessage();
    }
}
