package io.resilientstorage.recovery;

import io.resilientstorage.api.Sync;
import io.resilientstorage.attempt.Attempts;
import io.resilientstorage.attempt.Question;
import io.resilientstorage.backend.ChangeScan;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.SentinelReply;
import io.resilientstorage.backend.SentinelStore;
import io.resilientstorage.backend.Warmth;
import io.resilientstorage.member.Member;
import io.resilientstorage.replication.MirrorSet;
import io.resilientstorage.replication.Replication;
import io.resilientstorage.state.BackendState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntConsumer;
import java.util.function.Supplier;

/**
 * Moves the watermarks of the backends that are in sync, so that one which comes back with an old content has little to
 * catch up. Everything that the mirror has committed up to its head is in a backend for which the mirror keeps no hint:
 * what stands in the mirror came from that backend, or with a hint for it. So the head is asked first, then the hints.
 *
 * <p>Under load there are hints at each look, so the watermark may stand still. What tells whether the mirror itself
 * went back must not: a number of <em>beats</em>, counted in the mirror's sentinel while another backend can be seen
 * too, and noted in that one's. A mirror that has less of them than is noted elsewhere went back, however much was
 * written to it since.
 *
 * <p>On the way it notices a backend whose sentinel has gone while nobody read a key that it lacks. Runs by itself.
 */
public final class WatermarkMover {

    private static final Duration INTERVAL = Duration.ofSeconds(5);
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    private final Replication replication;
    private final MirrorSet mirrors;
    private final Attempts attempts;
    private final IntConsumer cold;
    private volatile boolean stopped;

    /**
     * A mover that does nothing until {@link #start()}.
     *
     * @param cold told of a backend in sync that has no WARM sentinel
     */
    public WatermarkMover(Replication replication, Attempts attempts, IntConsumer cold) {
        this.replication = replication;
        this.mirrors = replication.mirrors();
        this.attempts = attempts;
        this.cold = cold;
    }

    /** Begins. */
    public void start() {
        attempts.time().timers().schedule(INTERVAL, this::move);
    }

    /** Moves nothing any more. */
    public void stop() {
        stopped = true;
    }

    private void move() {
        if (stopped) {
            return;
        }
        var unused =
                round().whenComplete((any, failure) -> attempts.time().timers().schedule(INTERVAL, this::move));
    }

    /** A backend other than the mirror that is in sync, and the sentinel that stands there. */
    private record Found(SentinelStore store, Incarnation life, Sentinel sentinel) {}

    private CompletableFuture<?> round() {
        CompletableFuture<List<Found>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (Member member : mirrors.mirrors()) {
            if (attempts.keeper().current().backend(member.index()).sync() == Sync.IN_SYNC) {
                all = all.thenCombine(look(member).exceptionally(failure -> Optional.empty()), (list, found) -> {
                    found.ifPresent(list::add);
                    return list;
                });
            }
        }
        return all.thenCompose(found -> {
            Optional<Member> mirror = mirrors.mirror();
            return mirror.isEmpty() || found.isEmpty()
                    ? CompletableFuture.completedFuture(null)
                    : move(mirror.get(), found);
        });
    }

    private CompletableFuture<Optional<Found>> look(Member member) {
        Optional<SentinelStore> store = member.backend().sentinels();
        if (store.isEmpty()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        BackendState state = attempts.keeper().current().backend(member.index());
        return ask(store.get()::read).thenApply(reply -> {
            seen(member, reply);
            Optional<Sentinel> standing = reply.sentinel();
            if (standing.isEmpty() || standing.get().warmth() == Warmth.COLD) {
                cold.accept(member.index());
                return Optional.empty();
            }
            boolean isMirror = mirrors.mirror()
                    .filter(other -> other.index() == member.index())
                    .isPresent();
            // Of another life than the one that was found in sync nothing is known.
            boolean known =
                    state.incarnation().equals(Optional.of(reply.incarnation().id()));
            return known && !isMirror
                    ? Optional.of(new Found(store.get(), reply.incarnation(), standing.get()))
                    : Optional.empty();
        });
    }

    private void seen(Member member, SentinelReply reply) {
        attempts.keeper().seen(member.index(), reply.incarnation().id());
        replication.sentinelSeen(member.index(), reply.sentinel());
    }

    /** The mirror's head if it keeps no hint for anybody else, 0 if it does. */
    private CompletableFuture<Long> cleanHead(Member mirror) {
        ChangeScan changes = mirror.backend().changes().orElseThrow();
        HintStore hints = mirror.backend().hints().orElse(null);
        return ask(changes::extent).thenCompose(extent -> {
            if (hints == null) {
                return CompletableFuture.completedFuture(0L);
            }
            CompletableFuture<Long> clean = CompletableFuture.completedFuture(extent.head());
            for (Member other : mirrors.mirrors()) {
                if (other.index() != mirror.index()) {
                    clean = clean.thenCombine(
                            ask(() -> hints.summary(other.name())),
                            (position, summary) -> summary.pending() == 0 ? position : 0L);
                }
            }
            return clean;
        });
    }

    /**
     * The mirror is looked at after the life is known: what goes back to a snapshot meanwhile has another. And its
     * sentinel after its head, which so belongs to the life of the content that is named there.
     */
    private CompletableFuture<?> move(Member mirror, List<Found> others) {
        SentinelStore store = mirror.backend().sentinels().orElseThrow();
        return cleanHead(mirror)
                .exceptionally(failure -> 0L)
                .thenCompose(position -> ask(store::read).thenCompose(reply -> {
                    seen(mirror, reply);
                    Optional<Sentinel> own = reply.sentinel().filter(sentinel -> sentinel.warmth() == Warmth.WARM);
                    return own.isEmpty()
                            ? CompletableFuture.completedFuture(null)
                            : move(mirror, store, reply.incarnation(), own.get(), position, others);
                }));
    }

    private CompletableFuture<?> move(
            Member mirror, SentinelStore store, Incarnation life, Sentinel own, long position, List<Found> others) {
        long beats = others.stream()
                .mapToLong(other -> other.sentinel().beats())
                .max()
                .orElse(0);
        if (beats > own.beats()) {
            OtherMirror.lookAgain(mirror, attempts.keeper());
            return CompletableFuture.completedFuture(null);
        }
        List<Found> following = others.stream()
                .filter(other -> other.sentinel().mirror().equals(own.id()))
                .toList();
        if (following.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        // A beat that was counted, and is not known elsewhere yet, is as good as another.
        long next = beats == own.beats() ? beats + 1 : own.beats();
        CompletableFuture<Boolean> counted = beats == own.beats()
                ? ask(() -> store.compareAndSet(life, Optional.of(own), own.withBeats(next)))
                : CompletableFuture.completedFuture(true);
        return counted.thenCompose(done -> done
                ? CompletableFuture.allOf(following.stream()
                        .map(other -> move(other, position, next))
                        .toArray(CompletableFuture<?>[]::new))
                : CompletableFuture.completedFuture(null));
    }

    private CompletableFuture<Boolean> move(Found other, long position, long beats) {
        Sentinel standing = other.sentinel();
        Sentinel next =
                standing.withWatermark(Math.max(standing.watermark(), position)).withBeats(beats);
        return ask(() -> other.store().compareAndSet(other.life(), Optional.of(standing), next));
    }

    private <T> CompletableFuture<T> ask(Supplier<CompletionStage<T>> question) {
        return Question.ask(attempts.time(), TIMEOUT, question);
    }
}
