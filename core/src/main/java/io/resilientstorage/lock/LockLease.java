package io.resilientstorage.lock;

import io.resilientstorage.api.Lease;
import io.resilientstorage.api.LockRefusal;
import io.resilientstorage.api.LockScope;
import io.resilientstorage.api.LockUnavailable;
import io.resilientstorage.api.LossReason;
import io.resilientstorage.api.Renewal;
import io.resilientstorage.time.Timers.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A lease. It is <em>held</em> until its time is over, and ends once: closed by its owner, or lost. What ends it is
 * decided under its monitor; what follows from that is done outside.
 *
 * <p>Its time grows by renewals that were answered, and by nothing else. One that was answered after the lease has
 * ended changes nothing here; the release that was sent at the end, or the end of the time at the backend, sees to the
 * rest.
 */
final class LockLease implements Lease {

    private final LockSpace space;
    private final String name;
    private final String owner;
    private final long ttlMillis;
    private final Outcome.Granted grant;
    private final LockScope scope;
    private final long begunNanos;
    private final List<Consumer<? super LossReason>> listeners = new ArrayList<>();
    private Optional<Timer> endTimer = Optional.empty();
    private Optional<Timer> renewTimer = Optional.empty();
    private Optional<LossReason> lost = Optional.empty();
    private LossReason ifItExpires = LossReason.EXPIRED;
    private boolean renewing;
    private volatile Optional<Granter> copy;
    private volatile LeaseTime until;
    private volatile boolean ended;

    LockLease(LockSpace space, String name, String owner, long ttlMillis, Outcome.Granted grant, LockScope scope) {
        this.space = space;
        this.name = name;
        this.owner = owner;
        this.ttlMillis = ttlMillis;
        this.grant = grant;
        this.scope = scope;
        this.copy = grant.copy();
        this.begunNanos = grant.sent().nanos();
        this.until = LeaseTime.of(grant.sent(), grant.heldMillis());
    }

    /** Begins to watch its end. */
    void begin() {
        watchEnd();
    }

    String owner() {
        return owner;
    }

    LockSpace space() {
        return space;
    }

    Granter granter() {
        return grant.by();
    }

    /** Who has a copy, too. */
    Optional<Granter> copy() {
        return copy;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String backend() {
        return grant.by().name();
    }

    @Override
    public LockScope scope() {
        return scope;
    }

    @Override
    public long fencingToken() {
        return grant.token();
    }

    private long leftNanos() {
        return ended ? 0 : until.leftNanos(space.clock());
    }

    @Override
    public Duration remaining() {
        return Duration.ofNanos(leftNanos());
    }

    @Override
    public boolean isHeld() {
        return leftNanos() > 0;
    }

    @Override
    public boolean ensure(Duration least) {
        return space.waiter().await(ensured(least, Asker.here()), space.callTimeout());
    }

    @Override
    public CompletableFuture<Boolean> ensureAsync(Duration least) {
        return ensured(least, Asker.NOT_WAITING);
    }

    private CompletableFuture<Boolean> ensured(Duration least, Asker asker) {
        LockRules.between("least", least, Duration.ZERO, Duration.ofMillis(ttlMillis));
        if (leftNanos() >= least.toNanos()) {
            return CompletableFuture.completedFuture(isHeld());
        }
        return renewed(ttlMillis, asker).thenApply(renewal -> isHeld() && leftNanos() >= least.toNanos());
    }

    @Override
    public Renewal renew(Duration ttl) {
        return space.waiter().await(renewed(ttl, Asker.here()), space.callTimeout());
    }

    @Override
    public CompletableFuture<Renewal> renewAsync(Duration ttl) {
        return renewed(ttl, Asker.NOT_WAITING);
    }

    private CompletableFuture<Renewal> renewed(Duration ttl, Asker asker) {
        return renewed(space.rules().ttlMillis(ttl, LockRules.LEAST_TTL), asker);
    }

    private CompletableFuture<Renewal> renewed(long forMillis, Asker asker) {
        if (!isHeld()) {
            expire();
            return CompletableFuture.completedFuture(Renewal.LOST);
        }
        return space.renew(grant.by(), name, owner, grant.token(), forMillis, this::isHeld, asker)
                .thenApply(this::renewed);
    }

    private Renewal renewed(Outcome outcome) {
        if (outcome instanceof Outcome.Granted again) {
            synchronized (this) {
                if (!ended && isHeld()) {
                    copy = again.copy().or(() -> copy);
                    until = until.or(LeaseTime.of(again.sent(), again.heldMillis()));
                    ifItExpires = LossReason.EXPIRED;
                    watchEnd();
                    return Renewal.RENEWED;
                }
            }
            // Before it is given up: a wall clock that ended it may be set back.
            lose(LossReason.EXPIRED);
            space.releaseLater(this);
            return Renewal.LOST;
        }
        if (outcome instanceof Outcome.Lost) {
            lose(LossReason.TAKEN);
            return Renewal.LOST;
        }
        synchronized (this) {
            ifItExpires = outcome instanceof Outcome.Refused refused && isOfTheAuthority(refused.why())
                    ? LossReason.AUTHORITY_CHANGED
                    : LossReason.UNREACHABLE;
        }
        return isHeld() ? Renewal.UNAVAILABLE : Renewal.LOST;
    }

    private static boolean isOfTheAuthority(LockUnavailable why) {
        return why.reason() == LockRefusal.DRAINING || why.reason() == LockRefusal.DISAGREES;
    }

    @Override
    public Lease keepRenewing() {
        synchronized (this) {
            if (ended || renewing) {
                return this;
            }
            renewing = true;
        }
        renewIn(Math.max(0, remaining().toMillis() - ttlMillis * 2 / 3));
        return this;
    }

    private synchronized void renewIn(long millis) {
        if (!ended) {
            renewTimer = Optional.of(space.later(Duration.ofMillis(millis), this::renewNow));
        }
    }

    /** However a renewal ends, the next one follows, until the lease has ended. */
    private void renewNow() {
        if (!isHeld()) {
            expire();
            return;
        }
        var unused = renewed(ttlMillis, Asker.NOT_WAITING).whenComplete((renewal, failure) -> {
            boolean done = failure == null && renewal == Renewal.RENEWED;
            renewIn(done ? ttlMillis / 3 : Math.max(50, ttlMillis / 12));
        });
    }

    @Override
    public Lease onLost(Consumer<? super LossReason> listener) {
        LockRules.notNull("listener", listener);
        Optional<LossReason> already;
        synchronized (this) {
            already = lost;
            if (already.isEmpty() && !ended) {
                listeners.add(listener);
            }
        }
        already.ifPresent(reason -> space.tell(() -> listener.accept(reason)));
        return this;
    }

    private synchronized void watchEnd() {
        endTimer.ifPresent(Timer::cancel);
        long left = until.leftNanos(space.clock());
        if (!ended) {
            endTimer = Optional.of(space.later(Duration.ofNanos(Math.max(0, left)), this::mayHaveEnded));
        }
    }

    private void mayHaveEnded() {
        synchronized (this) {
            if (isHeld()) {
                watchEnd();
                return;
            }
        }
        expire();
    }

    /** Its time was seen to be over, and stays over, also if a wall clock that ended it is set back. */
    private void expire() {
        LossReason reason;
        synchronized (this) {
            reason = ifItExpires;
        }
        lose(reason);
    }

    /** Ends it, unless it has ended. */
    void lose(LossReason reason) {
        List<Consumer<? super LossReason>> told;
        synchronized (this) {
            if (ended) {
                return;
            }
            end();
            lost = Optional.of(reason);
            told = List.copyOf(listeners);
        }
        space.lost(this, reason, Duration.ofNanos(space.clock().nanos() - begunNanos));
        told.forEach(listener -> space.tell(() -> listener.accept(reason)));
    }

    /** The caller has the monitor. */
    private void end() {
        ended = true;
        endTimer.ifPresent(Timer::cancel);
        renewTimer.ifPresent(Timer::cancel);
    }

    @Override
    public CompletableFuture<Boolean> release() {
        return release(Asker.NOT_WAITING);
    }

    private CompletableFuture<Boolean> release(Asker asker) {
        synchronized (this) {
            if (ended) {
                return CompletableFuture.completedFuture(false);
            }
            end();
        }
        return space.release(this, asker);
    }

    @Override
    public void close() {
        space.waiter().settle(release(Asker.here()), Duration.ofNanos(grant.by().attemptNanos()));
    }

    @Override
    public String toString() {
        return "Lease[name=" + name + ", backend=" + backend() + ", fencingToken=" + fencingToken() + ", remaining="
                + remaining() + "]";
    }
}
