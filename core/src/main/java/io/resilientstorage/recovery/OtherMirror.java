package io.resilientstorage.recovery;

import io.resilientstorage.attempt.Question;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.SentinelStore;
import io.resilientstorage.backend.Warmth;
import io.resilientstorage.member.Member;
import io.resilientstorage.replication.MirrorSet;
import io.resilientstorage.time.Time;
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

    /** Whether it had everything that the mirror had when it got this sentinel, see {@link #beingFilled}. */
    boolean knewAll(Sentinel cold) {
        return isWhole() && follows(cold.mirror()) && sentinel.orElseThrow().watermark() >= cold.watermark();
    }

    /** Whether any of these knows that the mirror had more in this life than up to its head: then it went back. */
    static boolean knowMore(List<OtherMirror> others, Sentinel own, long head) {
        return others.stream()
                .anyMatch(other -> other.follows(own.id())
                        && other.sentinel().orElseThrow().watermark() > head);
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
            return new Sentinel(newId, Warmth.COLD, head, found.id());
        }
        boolean old = others.stream().anyMatch(other -> other.follows(found.id()));
        return old ? new Sentinel(newId, Warmth.COLD, found.watermark(), found.mirror()) : found;
    }

    /** Those beside this one that can be asked now. */
    static CompletableFuture<List<OtherMirror>> all(Member than, MirrorSet mirrors, Time time) {
        CompletableFuture<List<OtherMirror>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (Member other : mirrors.mirrors()) {
            Optional<SentinelStore> store = other.backend().sentinels();
            if (other.index() == than.index() || store.isEmpty()) {
                continue;
            }
            CompletableFuture<Optional<OtherMirror>> one = Question.ask(
                            time, Streams.TIMEOUT, () -> store.get().read())
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
