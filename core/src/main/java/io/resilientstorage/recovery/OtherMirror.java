package io.resilientstorage.recovery;

import io.resilientstorage.api.Sync;
import io.resilientstorage.attempt.Attempts;
import io.resilientstorage.attempt.Question;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.SentinelReply;
import io.resilientstorage.backend.SentinelStore;
import io.resilientstorage.backend.Warmth;
import io.resilientstorage.member.Member;
import io.resilientstorage.replication.MirrorSet;
import io.resilientstorage.state.Snapshot;
import io.resilientstorage.state.StateKeeper;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Another backend that is to have every record, and the sentinel that was found there.
 *
 * @param member the backend
 * @param sentinel its sentinel, empty if it has none
 * @param life the id of the incarnation in which it was found
 */
record OtherMirror(Member member, Optional<Sentinel> sentinel, String life) {

    /** Whether it has everything up to its watermark. */
    boolean isWhole() {
        return sentinel.isPresent() && sentinel.get().warmth() == Warmth.WARM;
    }

    /** Whether the mirror can be filled from it. */
    boolean canFill() {
        return isWhole() && member.backend().scan().isPresent();
    }

    private boolean follows(String mirrorId) {
        return sentinel.isPresent() && sentinel.get().mirror().equals(mirrorId);
    }

    /**
     * Whether it had everything that the mirror had when it got this sentinel, see {@link #beingFilled}. What has more
     * beats was found in sync after the mirror was in the state to which it went back: for what it did not have of
     * that, there is a hint.
     */
    boolean knewAll(Sentinel cold) {
        return isWhole()
                && follows(cold.mirror())
                && (sentinel.orElseThrow().watermark() >= cold.watermark()
                        || sentinel.orElseThrow().beats() > cold.beats());
    }

    /** Whether any of these knows that the mirror had more than it has up to its head: then it went back. */
    static boolean knowMore(List<OtherMirror> others, Sentinel own, long head) {
        return beats(others) > own.beats()
                || others.stream()
                        .anyMatch(other -> other.follows(own.id())
                                && other.sentinel().orElseThrow().watermark() > head);
    }

    /** The mirror went back, and is taken for whole here: its recovery begins again. */
    static void lookAgain(Member mirror, StateKeeper keeper) {
        if (keeper.current().backend(mirror.index()).sync() == Sync.IN_SYNC) {
            keeper.cold(mirror.index());
        }
    }

    /** The most beats that any of them has. */
    static long beats(List<OtherMirror> others) {
        return others.stream()
                .flatMap(other -> other.sentinel().stream())
                .mapToLong(Sentinel::beats)
                .max()
                .orElse(0);
    }

    /**
     * The mirror's sentinel while it is filled. Whoever goes on after another has to know up to where the mirror had
     * something when it was found to have gone back, and in which life. One that stands stays, so that several can do
     * this at a time, unless it is an old one itself.
     *
     * @param head where the mirror's positions end, 0 if it lost everything
     * @param newId the id of a new sentinel
     */
    static Sentinel beingFilled(Optional<Sentinel> standing, long head, List<OtherMirror> others, String newId) {
        if (standing.isEmpty()) {
            return new Sentinel(newId, Warmth.COLD, 0, "");
        }
        Sentinel found = standing.get();
        if (found.warmth() == Warmth.WARM) {
            return new Sentinel(newId, Warmth.COLD, head, found.beats(), found.id());
        }
        boolean old = others.stream().anyMatch(other -> other.follows(found.id()));
        return old ? new Sentinel(newId, Warmth.COLD, found.watermark(), found.beats(), found.mirror()) : found;
    }

    /**
     * Whether one of those beside this one could not be asked; not counting what was taken offline, nor what keeps no
     * sentinel, which is known once it has answered anything.
     */
    static boolean isAnyMissing(List<OtherMirror> found, Member than, MirrorSet mirrors, Snapshot snapshot) {
        return mirrors.mirrors().stream()
                .filter(other -> other.index() != than.index()
                        && snapshot.backend(other.index()).online()
                        && (other.backend().sentinels().isPresent()
                                || snapshot.backend(other.index()).incarnation().isEmpty()))
                .anyMatch(other -> found.stream().noneMatch(one -> one.member().index() == other.index()));
    }

    /** Each reply tells in which life a backend is. */
    static SentinelReply told(Member by, SentinelReply reply, StateKeeper keeper) {
        keeper.seen(by.index(), reply.incarnation().id());
        return reply;
    }

    /** Those beside this one that can be asked now. */
    static CompletableFuture<List<OtherMirror>> all(Member than, MirrorSet mirrors, Attempts attempts) {
        CompletableFuture<List<OtherMirror>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (Member other : mirrors.mirrors()) {
            Optional<SentinelStore> store = other.backend().sentinels();
            if (other.index() == than.index() || store.isEmpty()) {
                continue;
            }
            CompletableFuture<Optional<OtherMirror>> one = Question.ask(
                            attempts.time(), Streams.TIMEOUT, () -> store.get().read())
                    .thenApply(reply -> told(other, reply, attempts.keeper()))
                    .handle((reply, failure) -> failure == null
                            ? Optional.of(new OtherMirror(
                                    other, reply.sentinel(), reply.incarnation().id()))
                            : Optional.empty());
            all = all.thenCombine(one, (list, found) -> {
                found.ifPresent(list::add);
                return list;
            });
        }
        return all;
    }
}
