package io.resilientstorage.lock;

import io.resilientstorage.api.Durability;
import io.resilientstorage.api.Scope;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockAction;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockStatus;
import io.resilientstorage.backend.LockStore;
import io.resilientstorage.backend.LockTerms;
import io.resilientstorage.backend.ReleaseWatch;
import io.resilientstorage.time.ClockOffset;
import io.resilientstorage.time.ReferenceClock;
import io.resilientstorage.time.Time;
import io.resilientstorage.time.Timers.Timer;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One backend as a place that may grant. Bounds each request in time, sorts what fails, measures the backend's clock,
 * and knows since when it fails. It asks no circuit and tells none: which backend may grant must not follow what one
 * process believes of it, and contention is no fault.
 *
 * <p>Safe for use by several threads.
 */
final class Granter {

    private static final long NEVER = Long.MIN_VALUE;

    /** One that refuses writes may answer reads: for so long a read says nothing of it. */
    private static final long REFUSAL_NANOS = Duration.ofSeconds(5).toNanos();

    private final LockBackend backend;
    private final int number;
    private final Time time;
    private final ReferenceClock local;
    private final ClockOffset offset = new ClockOffset();
    private volatile long failingSince = NEVER;
    private volatile long refusedAt = NEVER;

    /** @param number its number in tokens */
    Granter(LockBackend backend, int number, Time time, ReferenceClock local) {
        this.backend = backend;
        this.number = number;
        this.time = time;
        this.local = local;
    }

    String name() {
        return backend.name();
    }

    int number() {
        return number;
    }

    Scope scope() {
        return backend.scope();
    }

    boolean isDurable() {
        return backend.durability() == Durability.DURABLE;
    }

    boolean isRoutable() {
        return backend.routable().getAsBoolean();
    }

    long attemptNanos() {
        return backend.attemptTimeout().toNanos();
    }

    /** Whether it has served nothing for as long as this, and failed. */
    boolean failsFor(Duration least) {
        long since = failingSince;
        return since != NEVER && time.clock().nanos() - since >= least.toNanos();
    }

    boolean fails() {
        return failingSince != NEVER;
    }

    /** The authority record of a lock space. */
    CompletableFuture<AuthorityReply> authority(String space) {
        long begun = time.clock().nanos();
        return ask(attemptNanos(), store -> store.authority(space)).thenApply(reply -> {
            long refused = refusedAt;
            if (refused == NEVER || time.clock().nanos() - refused > REFUSAL_NANOS) {
                serves();
            }
            measure(reply.serverMillis(), begun);
            return reply;
        });
    }

    CompletableFuture<Boolean> put(String space, Incarnation life, long revision, Authority next, long notAfter) {
        return ask(attemptNanos(), store -> store.compareAndSet(space, life, revision, next, notAfter))
                .thenApply(done -> {
                    serves();
                    return done;
                });
    }

    /**
     * A step with a lock.
     *
     * @param nanos how long it may take
     * @param asker may wait for it where it stands
     */
    CompletableFuture<LockReply> perform(
            LockAction action,
            String space,
            String name,
            String owner,
            long ttlMillis,
            LockTerms terms,
            long token,
            long nanos,
            Asker asker) {
        Duration timeout = Duration.ofNanos(nanos);
        // A release of one token can come at any time; one of any must not meet a later grant to the same owner.
        boolean anyTime = action == LockAction.RELEASE && token != FencingToken.NONE;
        long notAfter = anyTime ? ApplyRequest.NO_LIMIT : notAfter(timeout);
        return perform(new LockRequest(action, space, name, owner, ttlMillis, terms, token, notAfter, timeout), asker);
    }

    private CompletableFuture<LockReply> perform(LockRequest request, Asker asker) {
        long begun = time.clock().nanos();
        return ask(request.timeout().toNanos(), store -> asker.ask(store, request))
                .thenApply(reply -> {
                    serves();
                    measure(reply.serverMillis(), begun);
                    return reply;
                });
    }

    /**
     * A release of what this owner has, under this token or under any. When one of any has ended, it has been done or
     * is never done: the owner may ask again.
     */
    CompletableFuture<LockReply> release(
            String space, String name, String owner, long token, LockTerms terms, long nanos, Asker asker) {
        return perform(LockAction.RELEASE, space, name, owner, 1, terms, token, nanos, asker)
                .thenApply(reply -> {
                    if (reply.status() == LockStatus.LATE) {
                        throw BackendException.noAnswer("the release came too late to be done");
                    }
                    return reply;
                });
    }

    /** Begins to hear of releases; empty if it tells nobody of them, or not now. */
    Optional<ReleaseWatch> watchReleases(String space, ReleaseWatch.Listener listener) {
        return backend.store().get().flatMap(store -> store.watchReleases(space, listener));
    }

    private void serves() {
        failingSince = NEVER;
        refusedAt = NEVER;
    }

    /** Nothing arrives late inside this process; elsewhere the clock must have been measured. */
    private long notAfter(Duration timeout) {
        Optional<Long> measured = offset.millis();
        return backend.scope() == Scope.PROCESS || measured.isEmpty()
                ? ApplyRequest.NO_LIMIT
                : local.localMillis() + measured.get() + Time.ceilMillis(timeout);
    }

    private void measure(long serverMillis, long begun) {
        long now = time.clock().nanos();
        offset.sample(serverMillis, local.localMillis(), now - begun, now);
    }

    private <T> CompletableFuture<T> ask(long nanos, Function<LockStore, CompletionStage<T>> request) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            LockStore store = backend.store()
                    .get()
                    .orElseThrow(() -> BackendException.unreachable("it keeps no locks, or is not open yet"));
            CompletableFuture<T> stage = request.apply(store).toCompletableFuture();
            if (!stage.isDone()) {
                Timer timer = time.timeouts()
                        .schedule(
                                Duration.ofNanos(nanos),
                                () -> fail(
                                        answer,
                                        BackendException.noAnswer("no answer within " + nanos / 1_000_000 + " ms")));
                var unused = answer.whenComplete((value, failure) -> timer.cancel());
            }
            var unused = stage.whenComplete((value, failure) -> end(answer, value, failure));
        } catch (RuntimeException | Error e) {
            fail(answer, e);
        }
        return answer;
    }

    private <T> void end(CompletableFuture<T> answer, T value, @Nullable Throwable failure) {
        if (failure != null) {
            fail(answer, failure);
        } else if (Objects.isNull(value)) {
            fail(answer, BackendException.noAnswer("what it replied is no reply to the request"));
        } else {
            answer.complete(value);
        }
    }

    private void fail(CompletableFuture<?> answer, Throwable thrown) {
        BackendException failure = sorted(thrown);
        boolean counts =
                failure.kind() == BackendException.Kind.UNAVAILABLE || failure.kind() == BackendException.Kind.REFUSED;
        if (!answer.isDone() && counts) {
            long now = time.clock().nanos();
            if (failingSince == NEVER) {
                failingSince = now;
            }
            if (failure.kind() == BackendException.Kind.REFUSED) {
                refusedAt = now;
            }
        }
        answer.completeExceptionally(failure);
    }

    /** What a request failed with. */
    static BackendException sorted(Throwable thrown) {
        Throwable bare =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return bare instanceof BackendException sorted
                ? sorted
                : BackendException.noAnswer("it failed with " + bare, bare);
    }
}
