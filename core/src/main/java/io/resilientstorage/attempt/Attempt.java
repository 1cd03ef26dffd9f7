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
 * thread that brings it: the caller's when the backend answers at once or the caller waits for it, else the backend's
 * or the timer's, so nothing after it may block.
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

    /** Who begins an attempt, and may wait for it where it stands. */
    @FunctionalInterface
    public interface Caller {

        /** One that goes on with something else at once. */
        Caller NOT_WAITING = (asked, patience) -> {};

        /**
         * Waits on this thread until what was asked has ended or the patience is over, or returns at once, if this is
         * not the place to wait. It takes no timer to wait here, and hands nothing to another thread and back.
         */
        void await(CompletableFuture<?> asked, Duration patience);
    }

    private static final long LEAST_NANOS = 1_000_000;

    private final Attempts attempts;
    private final Member member;
    private final Permit permit;
    private final Listener<T> listener;
    private final long begun;
    private final AtomicBoolean ended = new AtomicBoolean();

    private Attempt(Attempts attempts, Member member, Permit permit, long begun, Listener<T> listener) {
        this.attempts = attempts;
        this.member = member;
        this.permit = permit;
        this.begun = begun;
        this.listener = listener;
    }

    /**
     * Begins an attempt.
     *
     * @param nanos how long it may take; at least a millisecond is granted, so that a backend inside this process,
     *     which answers at once, gets its chance even when the others have used the time up
     * @param caller may wait for it. One who gives up waiting early does not end the attempt.
     * @param call what to ask of the backend, given the attempt's time-out
     */
    public static <T> void begin(
            Attempts attempts,
            Member member,
            long nanos,
            Caller caller,
            BiFunction<Backend, Duration, CompletionStage<T>> call,
            Listener<T> listener) {
        Admission admission = member.breaker().tryAcquire();
        if (admission instanceof Permit permit) {
            new Attempt<>(attempts, member, permit, attempts.time().clock().nanos(), listener)
                    .run(Math.max(LEAST_NANOS, nanos), caller, call);
        } else {
            listener.failed(BackendException.unreachable(
                    "its circuit is " + member.breaker().state()));
        }
    }

    /**
     * Goes on with an attempt whose caller has asked the backend and waited for it by itself: it ends by what was asked
     * if that has ended, else by the time-out.
     *
     * @param begun when the backend was asked, in monotonic nanoseconds
     * @param nanos how long it may take
     * @param asked what was asked of the backend
     */
    public static <T> void resume(
            Attempts attempts,
            Member member,
            Permit permit,
            long begun,
            long nanos,
            CompletableFuture<T> asked,
            Listener<T> listener) {
        new Attempt<>(attempts, member, permit, begun, listener).endBy(asked, nanos);
    }

    /**
     * Tells the circuit of a good answer, without an object for the attempt.
     *
     * @param begun when the backend was asked, in monotonic nanoseconds
     */
    public static void succeeded(Attempts attempts, Member member, Permit permit, long begun) {
        long took = attempts.time().clock().nanos() - begun;
        permit.successAfterNanos(took);
        if (took >= member.slowNanos()) {
            askWhetherSlow(attempts, member, begun);
        }
    }

    private void run(long nanos, Caller caller, BiFunction<Backend, Duration, CompletionStage<T>> call) {
        Duration timeout = Duration.ofNanos(nanos);
        CompletableFuture<T> stage;
        try {
            stage = call.apply(member.backend(), timeout).toCompletableFuture();
        } catch (RuntimeException | Error e) {
            fail(e);
            return;
        }
        if (!stage.isDone()) {
            caller.await(stage, timeout);
        }
        endBy(stage, nanos);
    }

    private void endBy(CompletableFuture<T> stage, long nanos) {
        if (stage.isDone()) {
            end(stage);
            return;
        }
        long left = nanos - (attempts.time().clock().nanos() - begun);
        if (left <= 0) {
            fail(noAnswerWithin(nanos));
            return;
        }
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
        succeeded(attempts, member, permit, begun);
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
    private static void askWhetherSlow(Attempts attempts, Member member, long begun) {
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
