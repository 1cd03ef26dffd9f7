package io.resilientstorage.recovery;

import io.resilientstorage.api.Sync;
import io.resilientstorage.attempt.Attempts;
import io.resilientstorage.attempt.Question;
import io.resilientstorage.backend.ChangeScan;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.SentinelStore;
import io.resilientstorage.backend.Warmth;
import io.resilientstorage.member.Member;
import io.resilientstorage.replication.MirrorSet;
import io.resilientstorage.replication.Replication;
import io.resilientstorage.state.BackendState;
import java.time.Duration;
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
        CompletableFuture<?>[] all = mirrors.mirrors().stream()
                .filter(member ->
                        attempts.keeper().current().backend(member.index()).sync() == Sync.IN_SYNC)
                .map(this::moveOne)
                .toArray(CompletableFuture<?>[]::new);
        var unused = CompletableFuture.allOf(all)
                .whenComplete((any, failure) -> attempts.time().timers().schedule(INTERVAL, this::move));
    }

    private CompletableFuture<?> moveOne(Member member) {
        Optional<SentinelStore> store = member.backend().sentinels();
        if (store.isEmpty()) {
            return CompletableFuture.completedFuture(null);
        }
        BackendState state = attempts.keeper().current().backend(member.index());
        return ask(() -> store.get().read()).thenCompose(reply -> {
            attempts.keeper().seen(member.index(), reply.incarnation().id());
            Optional<Sentinel> standing = reply.sentinel();
            replication.sentinelSeen(member.index(), standing);
            if (standing.isEmpty() || standing.get().warmth() == Warmth.COLD) {
                cold.accept(member.index());
                return CompletableFuture.completedFuture(false);
            }
            Optional<Member> mirror = mirrors.mirror().filter(other -> other.index() != member.index());
            // Of another life than the one that was found in sync nothing is known.
            return mirror.isPresent()
                            && state.incarnation()
                                    .equals(Optional.of(reply.incarnation().id()))
                    ? move(store.get(), reply.incarnation(), standing.get(), mirror.get())
                    : CompletableFuture.completedFuture(false);
        });
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

    /** The mirror is looked at after the life is known: what goes back to a snapshot meanwhile has another. */
    private CompletableFuture<Boolean> move(SentinelStore store, Incarnation life, Sentinel standing, Member mirror) {
        return cleanHead(mirror)
                .exceptionally(failure -> 0L)
                .thenCompose(position -> position <= standing.watermark()
                        ? CompletableFuture.completedFuture(false)
                        : ask(() -> mirror.backend().sentinels().orElseThrow().read())
                                .thenCompose(own -> {
                                    boolean same = own.sentinel().isPresent()
                                            && own.sentinel().get().warmth() == Warmth.WARM
                                            && own.sentinel().get().id().equals(standing.mirror());
                                    return same
                                            ? ask(() -> store.compareAndSet(
                                                    life, Optional.of(standing), standing.withWatermark(position)))
                                            : CompletableFuture.completedFuture(false);
                                }));
    }

    private <T> CompletableFuture<T> ask(Supplier<CompletionStage<T>> question) {
        return Question.ask(attempts.time(), TIMEOUT, question);
    }
}
