package io.resilientstorage.replication;

import io.resilientstorage.attempt.Attempts;
import io.resilientstorage.attempt.Question;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.member.Member;
import io.resilientstorage.replication.PendingRecords.Sent;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/**
 * Looks, before records that have waited are sent, whether who acknowledged them has lost them meanwhile. It may have
 * been emptied, and filled by another process from the very target that still lacks them: then the target has to note
 * that it lacks them, in the same step in which it takes them. Clearing the hint would tell of it too, but this process
 * may die before.
 */
final class LifeLook {

    private final MirrorSet mirrors;
    private final Attempts attempts;
    private final Lives lives;
    private final BiConsumer<Integer, Optional<Sentinel>> seen;

    /** @param seen told of each sentinel that is read */
    LifeLook(MirrorSet mirrors, Attempts attempts, Lives lives, BiConsumer<Integer, Optional<Sentinel>> seen) {
        this.mirrors = mirrors;
        this.attempts = attempts;
        this.lives = lives;
        this.seen = seen;
    }

    /** Who acknowledged what of these has waited, and may have lost it without a word. */
    List<Member> due(Member target, List<Sent> batch) {
        if (target.backend().hints().isEmpty()) {
            return List.of();
        }
        long now = attempts.time().clock().nanos();
        return batch.stream()
                .filter(sent -> SecondLook.hasWaited(sent, now))
                .map(sent -> sent.pending().origin())
                .filter(origin -> isOpen(origin, target))
                .map(Origin::source)
                .distinct()
                .map(mirrors.members()::get)
                .toList();
    }

    /** Whether it counts as still having it. */
    private boolean isOpen(Origin origin, Member target) {
        return origin.source() != target.index()
                && mirrors.contains(origin.source())
                && origin.life().equals(lives.now(origin.source()))
                && tells(mirrors.members().get(origin.source()));
    }

    /** Recovery compares the mirror itself with what the others have. */
    private boolean tells(Member source) {
        return source.backend().sentinels().isPresent()
                && mirrors.mirror()
                        .filter(mirror -> mirror.index() == source.index())
                        .isEmpty();
    }

    /** Looks at the sentinels of these. Completes with the indexes of those that could not be asked; never fails. */
    CompletableFuture<Set<Integer>> look(List<Member> sources) {
        Set<Integer> silent = ConcurrentHashMap.newKeySet();
        return CompletableFuture.allOf(sources.stream()
                        .map(source -> look(source).exceptionally(failure -> {
                            silent.add(source.index());
                            return null;
                        }))
                        .toArray(CompletableFuture<?>[]::new))
                .thenApply(any -> silent);
    }

    private CompletableFuture<Void> look(Member source) {
        if (!attempts.keeper().current().backend(source.index()).isRoutable()) {
            return CompletableFuture.failedFuture(new IllegalStateException(source.name() + " is away"));
        }
        return Question.ask(
                        attempts.time(),
                        source.settings().attemptTimeout(),
                        () -> source.backend().sentinels().orElseThrow().read())
                .thenAccept(reply -> {
                    attempts.keeper().seen(source.index(), reply.incarnation().id());
                    seen.accept(source.index(), reply.sentinel());
                });
    }
}
