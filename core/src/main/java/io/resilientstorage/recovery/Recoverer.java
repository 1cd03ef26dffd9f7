package io.resilientstorage.recovery;

import io.resilientstorage.api.Recovery;
import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.attempt.Attempts;
import io.resilientstorage.attempt.Question;
import io.resilientstorage.backend.ChangeScan;
import io.resilientstorage.backend.RecordScan;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.SentinelReply;
import io.resilientstorage.backend.SentinelStore;
import io.resilientstorage.backend.Warmth;
import io.resilientstorage.event.EventSink;
import io.resilientstorage.member.Member;
import io.resilientstorage.replication.MirrorSet;
import io.resilientstorage.replication.Replication;
import io.resilientstorage.time.ReferenceClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out, when a backend appears, whether it is what it was, and gives it back what it has lost. What it finds is
 * written into the backend's {@link Sentinel}, so that every process knows.
 *
 * <table>
 *   <caption>What is done</caption>
 *   <tr><th>found</th><th>done</th></tr>
 *   <tr><td>no sentinel: it is empty, or was never seen</td><td>a COLD one is made, and the mirror is streamed in, newest
 *       first</td></tr>
 *   <tr><td>a COLD one</td><td>the same from the beginning: whoever began has not ended</td></tr>
 *   <tr><td>a WARM one of the same mirror</td><td>what the mirror has committed since its watermark is applied</td></tr>
 *   <tr><td>a WARM one of another mirror, or of a time that the mirror has forgotten</td><td>each record is compared
 *       with the mirror's, then as if empty</td></tr>
 * </table>
 *
 * <p>The mirror itself is compared with what the others' sentinels know of it; if it has lost something, it is filled
 * from the best of them. In a life in which it was not found whole yet it is not believed before they can be asked.
 * Without a mirror a backend counts as it is. Whatever fails is tried again, until the backend is not routable or has
 * another life. One recovery runs at a time; a newer one ends those before it. Safe for use by several threads.
 */
public final class Recoverer {

    private static final Logger LOG = LoggerFactory.getLogger(Recoverer.class);

    /** Told how far it is, and in which life of the backend. */
    public interface Listener {
        void warming(String incarnation, SyncWatch.Warming warming);
    }

    private static final Duration RETRY = Duration.ofMillis(500);

    /** How many times what has ended is waited for to be told from what is on its way: for 10 s. */
    private static final int MOST_WAITS = 20;

    private final Member member;
    private final Replication replication;
    private final MirrorSet mirrors;
    private final Attempts attempts;
    private final BiFunction<BooleanSupplier, Consumer<Progress>, Streams> streaming;
    private final EventSink events;
    private final Listener listener;
    private final OwnSentinel sentinel;
    private final RunProgress progress;
    private final LateArrivals late;
    private final AtomicLong run = new AtomicLong();
    private volatile boolean stopped;
    private volatile String warmIncarnation = "";
    private final AtomicInteger waits = new AtomicInteger();

    /**
     * A recoverer that does nothing until {@link #begin()}.
     *
     * @param waitingCalls how many calls of this process wait for an answer now
     */
    public Recoverer(
            Member member,
            Replication replication,
            Attempts attempts,
            ReferenceClock reference,
            Duration tombstoneLife,
            IntSupplier waitingCalls,
            EventSink events,
            Listener listener) {
        this.events = events;
        this.member = member;
        this.replication = replication;
        this.mirrors = replication.mirrors();
        this.attempts = attempts;
        this.streaming =
                (current, told) -> new Streams(member, attempts, reference, tombstoneLife, waitingCalls, current, told);
        this.listener = listener;
        this.sentinel = new OwnSentinel(member, replication, attempts);
        this.progress = new RunProgress(member.name(), attempts.time().clock());
        this.late = new LateArrivals(member, attempts, () -> streaming.apply(() -> !stopped, any -> {}));
    }

    void stop() {
        stopped = true;
        late.stop();
        run.incrementAndGet();
    }

    /** Looks at the backend from the beginning. */
    void begin() {
        long mine = run.incrementAndGet();
        progress.begin();
        waits.set(0);
        go(mine);
    }

    private void go(long mine) {
        if (!isCurrent(mine)) {
            return;
        }
        Optional<SentinelStore> store = member.backend().sentinels();
        if (store.isEmpty()) {
            attempts.keeper().current().backend(member.index()).incarnation().ifPresent(life -> {
                cameBack(life, "it is in another life, and keeps no sentinel by which one could see what it has lost");
                warm(mine, life);
            });
            return;
        }
        var unused = ask(() -> store.get().read())
                .thenCompose(reply -> recover(mine, store.get(), reply))
                .whenComplete((done, failure) -> {
                    if (failure != null && !(failure instanceof Overtaken || failure.getCause() instanceof Overtaken)) {
                        attempts.time().timers().schedule(RETRY, () -> go(mine));
                    }
                });
    }

    private boolean isCurrent(long mine) {
        return !stopped
                && run.get() == mine
                && attempts.keeper().current().backend(member.index()).isRoutable();
    }

    private <T> CompletableFuture<T> ask(Supplier<CompletionStage<T>> question) {
        return Question.ask(attempts.time(), Streams.TIMEOUT, question);
    }

    /** What is being streamed to it now; empty if nothing is. */
    Optional<Recovery> recovery() {
        return progress.recovery();
    }

    private void warm(long mine, String incarnation) {
        if (run.get() != mine) {
            return;
        }
        progress.finished().ifPresent(events::publish);
        warmIncarnation = incarnation;
        listener.warming(incarnation, SyncWatch.Warming.WARM);
    }

    private Streams streams(long mine) {
        return streaming.apply(() -> isCurrent(mine), progress::stream);
    }

    private CompletableFuture<Void> recover(long mine, SentinelStore store, SentinelReply reply) {
        String life = reply.incarnation().id();
        attempts.keeper().seen(member.index(), life);
        replication.sentinelSeen(member.index(), reply.sentinel());
        if (!isCurrent(mine)) {
            return CompletableFuture.failedFuture(new Overtaken());
        }
        Optional<Member> mirror = mirrors.mirror();
        if (mirror.isEmpty()) {
            return asItIs(mine, store, reply.sentinel(), life);
        }
        return mirror.get().index() == member.index()
                ? recoverMirror(mine, store, life)
                : recoverByMirror(mine, mirror.get(), store, reply.sentinel(), life);
    }

    // ---- without a mirror

    /** What was there before, in a life that this process knew, may be gone, and nobody can tell. */
    private void cameBack(String life, String reason) {
        if (!warmIncarnation.isEmpty() && !warmIncarnation.equals(life)) {
            events.publish(new StorageEvent.CameBackWithoutMirror(now(), member.name(), reason));
        }
    }

    private Instant now() {
        return Instant.ofEpochMilli(attempts.time().clock().wallMillis());
    }

    private CompletableFuture<Void> asItIs(long mine, SentinelStore store, Optional<Sentinel> standing, String life) {
        if (standing.isPresent() && standing.get().warmth() == Warmth.WARM) {
            cameBack(life, "it is in another life, and may have the content of an earlier time");
            warm(mine, life);
            return done();
        }
        Sentinel next = new Sentinel(sentinel.newId(), Warmth.WARM, 0, "");
        return sentinel.swap(store, life, standing, next).thenRun(() -> {
            cameBack(life, "it has lost the sentinel that it had, and so perhaps all records");
            warm(mine, life);
        });
    }

    // ---- by the mirror

    private CompletableFuture<Void> recoverByMirror(
            long mine, Member mirror, SentinelStore store, Optional<Sentinel> standing, String life) {
        boolean isWarm = standing.isPresent() && standing.get().warmth() == Warmth.WARM;
        if (isWarm && warmIncarnation.equals(life)) {
            // The same life that was found to be whole before: being away alone loses nothing.
            warm(mine, life);
            return done();
        }
        if (!isWarm && warmIncarnation.equals(life)) {
            listener.warming(life, SyncWatch.Warming.COLD);
        }
        return ask(() -> mirror.backend().sentinels().orElseThrow().read()).thenCompose(reply -> {
            Optional<Sentinel> own =
                    OtherMirror.told(mirror, reply, attempts.keeper()).sentinel();
            if (own.isEmpty() || own.get().warmth() == Warmth.COLD) {
                return OwnSentinel.later("the mirror is not whole itself");
            }
            if (standing.isPresent() && standing.get().beats() > own.get().beats()) {
                // Who found it whole before that one could be asked looks again.
                OtherMirror.lookAgain(mirror, attempts.keeper());
                return OwnSentinel.later("the mirror went back, and is to be filled itself first");
            }
            ChangeScan changes = mirror.backend().changes().orElseThrow();
            return ask(changes::extent)
                    .thenCompose(extent -> byMirror(mine, mirror, changes, extent, own.get(), store, standing, life)
                            .thenRun(() -> late.after(mirror, changes, extent.head())));
        });
    }

    private CompletableFuture<Void> byMirror(
            long mine,
            Member mirror,
            ChangeScan changes,
            ChangeScan.Extent extent,
            Sentinel own,
            SentinelStore store,
            Optional<Sentinel> standing,
            String life) {
        String mirrorId = own.id();
        if (standing.isEmpty() || standing.get().warmth() == Warmth.COLD) {
            // What others put there too must not make it another: so no beats yet.
            Sentinel cold =
                    new Sentinel(standing.map(Sentinel::id).orElseGet(sentinel::newId), Warmth.COLD, 0, mirrorId);
            CompletableFuture<Void> ready =
                    standing.equals(Optional.of(cold)) ? done() : sentinel.swap(store, life, standing, cold);
            return ready.thenCompose(any -> compared(mine, mirror, life))
                    .thenCompose(any -> streams(mine).fill(changes, extent.head()))
                    .thenCompose(any -> sentinel.swap(
                            store,
                            life,
                            Optional.of(cold),
                            new Sentinel(cold.id(), Warmth.WARM, extent.head(), own.beats(), mirrorId)))
                    .thenRun(() -> warm(mine, life));
        }
        Sentinel known = standing.get();
        if (known.mirror().equals(mirrorId) && known.watermark() >= extent.floor()) {
            return streams(mine)
                    .catchUp(changes, known.watermark(), extent.head())
                    .thenCompose(position -> ask(changes::extent)
                            .thenCompose(after -> after.floor() > known.watermark()
                                    ? OwnSentinel.later("tombstones were purged meanwhile that may have been needed")
                                    : done())
                            .thenCompose(any -> position == known.watermark()
                                    ? done()
                                    : sentinel.swap(
                                            store,
                                            life,
                                            standing,
                                            known.withWatermark(position).withBeats(own.beats()))))
                    .thenRun(() -> warm(mine, life));
        }
        Sentinel compared = new Sentinel(known.id(), Warmth.WARM, extent.head(), own.beats(), mirrorId);
        return streams(mine)
                .reconcile(mirror)
                .thenCompose(any -> streams(mine).fill(changes, extent.head()))
                .thenCompose(any -> sentinel.swap(store, life, standing, compared))
                .thenRun(() -> warm(mine, life));
    }

    /** In another life it may have what it had when there was no sentinel yet, and that may be old. */
    private CompletableFuture<Void> compared(long mine, Member mirror, String life) {
        return warmIncarnation.equals(life)
                ? done()
                : streams(mine).reconcile(mirror).thenRun(() -> {
                    if (run.get() == mine) {
                        listener.warming(life, SyncWatch.Warming.COLD);
                    }
                });
    }

    // ---- the mirror itself

    private CompletableFuture<Void> recoverMirror(long mine, SentinelStore store, String life) {
        // The others first: a count that one of them has was reached in the mirror before.
        return OtherMirror.all(member, mirrors, attempts)
                .thenCompose(others -> ask(store::read)
                        .thenCompose(now -> ask(() ->
                                        member.backend().changes().orElseThrow().extent())
                                .thenCompose(extent -> now.incarnation().id().equals(life)
                                        ? judge(mine, store, now.sentinel(), extent.head(), others, life)
                                        : OwnSentinel.later("it is in another life"))));
    }

    private CompletableFuture<Void> judge(
            long mine,
            SentinelStore store,
            Optional<Sentinel> standing,
            long head,
            List<OtherMirror> others,
            String life) {
        if (!isCurrent(mine)) {
            // What is told now would be told after what the run that has begun meanwhile has found.
            return CompletableFuture.failedFuture(new Overtaken());
        }
        boolean isWarm = standing.isPresent() && standing.get().warmth() == Warmth.WARM;
        boolean less = !isWarm || OtherMirror.knowMore(others, standing.get(), head);
        boolean anyUnknown = OtherMirror.isAnyMissing(
                others, member, mirrors, attempts.keeper().current());
        if (!less && (!anyUnknown || warmIncarnation.equals(life))) {
            warm(mine, life);
            return done();
        }
        if (less && others.stream().anyMatch(OtherMirror::canFill)) {
            return rebuild(mine, store, standing, isWarm ? head : 0, others, life);
        }
        if (anyUnknown) {
            listener.warming(life, SyncWatch.Warming.UNKNOWN);
            return OwnSentinel.later("whether it has lost something cannot be told before the others can be asked");
        }
        Sentinel next = new Sentinel(sentinel.newId(), Warmth.WARM, 0, OtherMirror.beats(others) + 1, "");
        listener.warming(life, SyncWatch.Warming.COLD);
        // Only then: a miss of what was believed before it was gathered would be taken for an end.
        return gather(mine, others)
                .thenCompose(any -> sentinel.swap(store, life, standing, next))
                .thenRun(() -> warm(mine, life));
    }

    /** Nobody has everything: what the others have is not the less for that. There is nothing, as a rule. */
    private CompletableFuture<Void> gather(long mine, List<OtherMirror> others) {
        CompletableFuture<Void> all = done();
        for (OtherMirror other : others) {
            Optional<RecordScan> scan = other.member().backend().scan();
            all = scan.isEmpty() ? all : all.thenCompose(any -> streams(mine).copy(other.member(), scan.get()));
        }
        return all.exceptionally(failure -> {
            LOG.warn("Not all that others still have has come to {}: {}", member.name(), failure.toString());
            return null;
        });
    }

    /** Fills the mirror from another backend that has everything, and ends there what has ended meanwhile. */
    private CompletableFuture<Void> rebuild(
            long mine,
            SentinelStore store,
            Optional<Sentinel> standing,
            long head,
            List<OtherMirror> others,
            String life) {
        listener.warming(life, SyncWatch.Warming.COLD);
        OtherMirror source =
                others.stream().filter(OtherMirror::canFill).findFirst().orElseThrow();
        Sentinel cold = OtherMirror.beingFilled(standing, head, others, sentinel.newId());
        RecordScan scan = source.member().backend().scan().orElseThrow();
        Optional<LostDeletions> lost =
                LostDeletions.of(member, cold, others, attempts, () -> waits.incrementAndGet() <= MOST_WAITS);
        Sentinel filled = new Sentinel(cold.id(), Warmth.WARM, 0, OtherMirror.beats(others) + 1, "");
        return sentinel.swap(store, life, standing, cold)
                .thenCompose(any -> streams(mine).copy(source.member(), scan))
                .thenCompose(any -> lost.isEmpty() ? done() : streams(mine).end(lost.get()))
                .thenCompose(any -> sentinel.swap(store, life, Optional.of(cold), filled))
                .thenRun(() -> {
                    lost.flatMap(LostDeletions::left)
                            .ifPresent(
                                    why -> events.publish(new StorageEvent.DeletionsLost(now(), member.name(), why)));
                    warm(mine, life);
                });
    }

    // ---- steps

    private static CompletableFuture<Void> done() {
        return CompletableFuture.completedFuture(null);
    }
}
