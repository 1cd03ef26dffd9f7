package io.resilientstorage.execution;

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
import java.util.Optional;
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
final class Attempt<T> {

    /** How a call goes on. Exactly one method is called, once. */
    interface Listener<T> {
        /** The backend replied. */
        void replied(T reply);

        /** The backend did not serve; another may. */
        void failed(BackendException failure);

        /** The call is over: the fault is the caller's, or a bound was reached, or the engine's own step failed. */
        void rejected(Throwable error);
    }

    private final Engine engine;
    private final Member member;
    private final Permit permit;
    private final Listener<T> listener;
    private final long begun;
    private final AtomicBoolean ended = new AtomicBoolean();

    private Attempt(Engine engine, Member member, Permit permit, Listener<T> listener) {
        this.engine = engine;
        this.member = member;
        this.permit = permit;
        this.listener = listener;
        this.begun = engine.time().clock().nanos();
    }

    /**
     * Begins an attempt.
     *
     * @param deadline the call's deadline, which bounds the attempt's own time-out
     * @param call what to ask of the backend, given the attempt's time-out
     */
    static <T> void begin(
            Engine engine,
            Member member,
            Deadline deadline,
            BiFunction<Backend, Duration, CompletionStage<T>> call,
            Listener<T> listener) {
        Admission admission = member.breaker().tryAcquire();
        if (admission instanceof Permit permit) {
            new Attempt<>(engine, member, permit, listener).run(deadline, call);
        } else {
            listener.failed(BackendException.unreachable(
                    "its circuit is " + member.breaker().state()));
        }
    }

    private void run(Deadline deadline, BiFunction<Backend, Duration, CompletionStage<T>> call) {
        Duration own = member.settings().attemptTimeout();
        // A backend inside this process answers at once, so it gets its chance even when the others have used the time
        // up.
        long nanos = Math.max(1_000_000, Math.min(own.toNanos(), deadline.remainingNanos()));
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
        Timer timer = engine.time().timers().schedule(Duration.ofNanos(nanos), () -> timeOut(nanos));
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
        if (ended.compareAndSet(false, true)) {
            permit.successAfterNanos(engine.time().clock().nanos() - begun);
            try {
                listener.replied(reply);
            } catch (RuntimeException | Error e) {
                // Without this a step that fails would leave the call without an end.
                listener.rejected(e);
            }
        }
    }

    private void timeOut(long nanos) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        BackendException failure = BackendException.noAnswer(
                "no answer within " + Duration.ofNanos(nanos).toMillis() + " ms");
        if (engine.pauses().pausedSince(begun)) {
            permit.release();
            engine.probeSoon().accept(member.index());
        } else {
            countFailure(failure);
        }
        listener.failed(failure);
    }

    private void fail(Throwable thrown) {
        if (!ended.compareAndSet(false, true)) {
            return;
        }
        BackendException failure = thrown instanceof BackendException sorted
                ? sorted
                : BackendException.noAnswer("it failed with " + thrown, thrown);
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
    }

    private void countFailure(BackendException failure) {
        permit.failure(failure);
        if (member.breaker().consecutiveFailures() <= 1) {
            engine.probeSoon().accept(member.index());
        }
    }

    private void markDegraded(BackendException failure) {
        if (engine.keeper().current().backend(member.index()).health() == Health.HEALTHY) {
            engine.keeper().health(member.index(), Health.DEGRADED, Optional.of(String.valueOf(failure.getMessage())));
        }
        engine.probeSoon().accept(member.index());
    }

    private String describe(BackendException failure) {
        return member.name() + ": " + failure.getMessage();
    }
}
