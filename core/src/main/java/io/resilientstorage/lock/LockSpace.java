package io.resilientstorage.lock;

import io.resilientstorage.api.Acquired;
import io.resilientstorage.api.HeldByOther;
import io.resilientstorage.api.LockRefusal;
import io.resilientstorage.api.LockResult;
import io.resilientstorage.api.LockUnavailable;
import io.resilientstorage.api.LossReason;
import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.LockAction;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockStatus;
import io.resilientstorage.time.Clock;
import io.resilientstorage.time.Randomness;
import io.resilientstorage.time.Timers.Timer;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;

/** The locks of one space in this process: asks for them, and keeps what was granted. For several threads. */
final class LockSpace {

    private static final HexFormat HEX = HexFormat.of();

    private final String space;
    private final Keeper keeper;
    private final Surroundings around;
    private final OpenLeases leases;
    private final ReleaseQueue releases;
    private final Waiter waiter;
    private final WaitLines lines;
    private volatile Optional<LockRefusal> refused = Optional.empty();

    LockSpace(String space, Keeper keeper, Surroundings around, OpenLeases leases, ReleaseQueue releases) {
        this.space = space;
        this.keeper = keeper;
        this.around = around;
        this.leases = leases;
        this.releases = releases;
        this.waiter = new Waiter(around.time());
        this.lines = new WaitLines(this);
    }

    Clock clock() {
        return around.clock();
    }

    Keeper keeper() {
        return keeper;
    }

    Surroundings around() {
        return around;
    }

    LockRules rules() {
        return around.rules();
    }

    Waiter waiter() {
        return waiter;
    }

    Duration callTimeout() {
        return around.callTimeout();
    }

    Timer later(Duration delay, Runnable task) {
        return around.later(delay, task);
    }

    void tell(Runnable user) {
        around.tell(user);
    }

    String newOwner() {
        Randomness chance = around.time().randomness();
        return HEX.toHexDigits(chance.nextLong()) + HEX.toHexDigits(chance.nextLong());
    }

    /** An acquire for an owner of this process, who gives up what was granted for nothing. */
    CompletableFuture<Outcome> acquire(String name, String owner, long ttlMillis, long deadline, Asker asker) {
        return new Acquisition(keeper, space, name, owner, ttlMillis, deadline, clock(), asker)
                .run((at, until) -> releases.add(new ReleaseQueue.Entry(
                        at,
                        space,
                        name,
                        owner,
                        FencingToken.NONE,
                        keeper.terms(),
                        until,
                        until + ttlMillis * 1_000_000)))
                .thenApply(this::noted);
    }

    /** An acquire for an owner who is known elsewhere too: what was granted without an answer stays. */
    CompletableFuture<Outcome> acquireFor(String name, String holder, long ttlMillis, long deadline, Asker asker) {
        return new Acquisition(keeper, space, name, holder, ttlMillis, deadline, clock(), asker)
                .run((at, until) -> {})
                .thenApply(this::noted);
    }

    /** Tells of refusals, each once. */
    private Outcome noted(Outcome outcome) {
        if (outcome instanceof Outcome.Refused no) {
            LockUnavailable why = no.why();
            if (!refused.equals(Optional.of(why.reason()))) {
                refused = Optional.of(why.reason());
                around.publish(
                        at -> new StorageEvent.LockRefused(at, space, why.reason(), why.detail(), why.retryAfter()));
            }
        } else if (outcome instanceof Outcome.Granted && refused.isPresent()) {
            refused = Optional.empty();
        }
        return outcome;
    }

    /** One try. */
    CompletableFuture<LockResult> tryAcquire(String name, long ttlMillis, Asker asker) {
        leases.refuseIfFull();
        String owner = newOwner();
        long deadline = clock().nanos() + callTimeout().toNanos();
        CompletableFuture<LockResult> result = new CompletableFuture<>();
        var unused = acquire(name, owner, ttlMillis, deadline, asker).whenComplete((outcome, failure) -> {
            if (failure == null) {
                settle(result, name, owner, ttlMillis, outcome);
            } else {
                result.completeExceptionally(Waiter.bare(failure));
            }
        });
        endAt(deadline, result, Refusals.unreachable("no answer within the call time-out"));
        return result;
    }

    /** Tries until it gets it or the time is over. */
    CompletableFuture<LockResult> acquire(String name, long ttlMillis, Duration wait, Asker asker) {
        leases.refuseIfFull();
        return lines.join(name, ttlMillis, wait, asker);
    }

    /** Whatever a backend does, a call has an end. */
    <T> void endAt(long deadline, CompletableFuture<T> result, T last) {
        if (!result.isDone()) {
            Timer timer = later(Duration.ofNanos(deadline - clock().nanos()), () -> result.complete(last));
            var unused = result.whenComplete((done, failure) -> timer.cancel());
        }
    }

    /** Gives an outcome to who waits for it. A lease that nobody takes is released. */
    void settle(CompletableFuture<LockResult> result, String name, String owner, long ttlMillis, Outcome outcome) {
        if (!(outcome instanceof Outcome.Granted grant)) {
            result.complete(result(outcome));
            return;
        }
        LockLease lease = new LockLease(this, name, owner, ttlMillis, grant, keeper.scope(grant.by()));
        if (!lease.isHeld()) {
            releaseLater(lease);
            result.complete(Refusals.unreachable("it was granted, and the answer came when its time was over"));
            return;
        }
        leases.add(lease);
        lines.granted(name);
        lease.begin();
        if (!result.complete(new Acquired(lease)) || around.closed().getAsBoolean()) {
            var unused = lease.release();
        }
    }

    static LockResult result(Outcome outcome) {
        if (outcome instanceof Outcome.Held held) {
            return new HeldByOther(Duration.ofMillis(held.remainingMillis()));
        }
        return outcome instanceof Outcome.Refused no
                ? no.why()
                : Refusals.unreachable("it is not held under this token any more");
    }

    /**
     * One try to extend what was granted. Without a token it may be under any.
     *
     * @param wanted asked once more before a second question: whether it is still to be extended
     */
    CompletableFuture<Outcome> renew(
            Granter at, String name, String owner, long token, long ttlMillis, BooleanSupplier wanted, Asker asker) {
        return renewOnce(at, name, owner, token, ttlMillis, asker).thenCompose(outcome -> {
            // A window that nobody has extended: that is made good, and asked again.
            return outcome.isPresent()
                    ? CompletableFuture.completedFuture(outcome.get())
                    : keeper.look()
                            // It may have been closed meanwhile, and nothing renews after that.
                            .thenCompose(refusal -> wanted.getAsBoolean()
                                    ? renewOnce(at, name, owner, token, ttlMillis, asker)
                                    : CompletableFuture.completedFuture(Optional.<Outcome>empty()))
                            .thenApply(
                                    again -> again.orElseGet(() -> new Outcome.Refused(Refusals.inactive(at.name()))));
        });
    }

    private CompletableFuture<Optional<Outcome>> renewOnce(
            Granter at, String name, String owner, long token, long ttlMillis, Asker asker) {
        Sent sent = Sent.now(clock());
        Mandate mandate = keeper.mandate(at);
        return mandate.ask(LockAction.RENEW, space, name, owner, ttlMillis, token, at.attemptNanos(), asker)
                .thenCompose(reply ->
                        reply.status() == LockStatus.GRANTED && mandate.peer().isPresent()
                                ? copied(mandate, name, owner, sent, reply, asker)
                                : CompletableFuture.completedFuture(renewed(mandate, sent, reply)))
                .exceptionally(failure ->
                        Optional.of(new Outcome.Refused(Refusals.failed(at.name(), Granter.sorted(failure)))));
    }

    /** A renewal that the peer has no copy of does not count. */
    private CompletableFuture<Optional<Outcome>> copied(
            Mandate mandate, String name, String owner, Sent sent, LockReply grant, Asker asker) {
        Granter peer = mandate.peer().orElseThrow();
        return mandate.copy(space, name, owner, grant, peer.attemptNanos(), asker)
                .handle((reply, failure) -> {
                    if (failure != null) {
                        return Optional.of(new Outcome.Refused(Refusals.failed(peer.name(), Granter.sorted(failure))));
                    }
                    return reply.status() == LockStatus.COPIED
                            ? renewed(mandate, sent, grant)
                            : Optional.<Outcome>empty();
                });
    }

    /** Empty if somebody has to look at the authority. */
    private static Optional<Outcome> renewed(Mandate mandate, Sent sent, LockReply reply) {
        Granter at = mandate.at();
        return switch (reply.status()) {
            case GRANTED ->
                Optional.of(new Outcome.Granted(at, mandate.peer(), reply.token(), reply.remainingMillis(), sent));
            case LOST -> Optional.of(new Outcome.Lost());
            case DRAINING -> Optional.of(new Outcome.Refused(Refusals.draining(at.name(), reply.remainingMillis())));
            case DISAGREES ->
                Refusals.disagreement(at.name(), mandate.terms(), reply).map(Outcome.Refused::new);
            default -> Optional.empty();
        };
    }

    /** Gives a lease up at the backend. It has ended here already. */
    CompletableFuture<Boolean> release(LockLease lease, Asker asker) {
        leases.remove(lease);
        CompletableFuture<Boolean> released = new CompletableFuture<>();
        var unused = lease.granter()
                .release(
                        space,
                        lease.name(),
                        lease.owner(),
                        lease.fencingToken(),
                        keeper.terms(),
                        lease.granter().attemptNanos(),
                        asker)
                .whenComplete((reply, failure) -> {
                    if (failure != null) {
                        releaseLater(lease, lease.granter());
                    }
                    released.complete(failure == null && reply.status() == LockStatus.RELEASED);
                    lines.released(lease.name());
                });
        lease.copy().ifPresent(peer -> releaseCopy(lease, peer));
        return released;
    }

    /** Beside the release: a copy that is left over is in the way of others after a failover, until it ends. */
    private void releaseCopy(LockLease lease, Granter peer) {
        var unused = peer.release(
                        space,
                        lease.name(),
                        lease.owner(),
                        lease.fencingToken(),
                        keeper.terms(),
                        peer.attemptNanos(),
                        Asker.NOT_WAITING)
                .exceptionally(failure -> {
                    releaseLater(lease, peer);
                    return null;
                });
    }

    /** The same in the background, until it is done or the lock has ended. */
    void releaseLater(LockLease lease) {
        releaseLater(lease, lease.granter());
        lease.copy().ifPresent(peer -> releaseLater(lease, peer));
    }

    private void releaseLater(LockLease lease, Granter at) {
        long now = clock().nanos();
        releases.add(new ReleaseQueue.Entry(
                at,
                space,
                lease.name(),
                lease.owner(),
                lease.fencingToken(),
                keeper.terms(),
                now,
                now + rules().maxTtl().toNanos()));
    }

    void lost(LockLease lease, LossReason reason, Duration heldFor) {
        leases.remove(lease);
        if (reason == LossReason.UNREACHABLE) {
            // The backend may hold it for longer than this process knows.
            releaseLater(lease);
        }
        around.publish(at -> new StorageEvent.LockLost(at, space, lease.name(), lease.backend(), reason, heldFor));
        lines.released(lease.name());
    }

    /** Somebody has released a lock that is no lease of this process. */
    void released(String name) {
        lines.wake(name);
    }

    /** Hears of no release any more. */
    void close() {
        keeper.stop();
        lines.close();
    }

    String name() {
        return space;
    }
}
