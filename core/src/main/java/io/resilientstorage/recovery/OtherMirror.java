package io.resilientstorage.recovery;

import io.resilientstorage.attempt.Question;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.SentinelStore;
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
 */
record OtherMirror(Member member, Optional<Sentinel> sentinel) {

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
                    .handle((reply, failure) ->
                            failure == null ? Optional.of(new OtherMirror(other, reply.sentinel())) : Optional.empty());
            all = all.thenCombine(one, (list, found) -> {
                found.ifPresent(list::add);
                return list;
            });
        }
        return all;
    }

    /** Whether one of them has had more of the mirror than the mirror has now. */
    static boolean anyKnowsMore(List<OtherMirror> others, Sentinel mirror, long head) {
        return others.stream()
                .flatMap(other -> other.sentinel().stream())
                .anyMatch(other -> other.mirror().equals(mirror.id()) && other.watermark() > head);
    }
}
