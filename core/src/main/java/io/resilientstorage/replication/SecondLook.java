package io.resilientstorage.replication;

import io.resilientstorage.api.Durability;
import io.resilientstorage.attempt.Attempts;
import io.resilientstorage.attempt.Question;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.replication.PendingRecords.Sent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Reads records that have waited for a while again where they were taken, before they are sent to a backend that
 * forgets what has expired: a newer one may have been there and gone, and the late one would be found in its place
 * until the hint is cleared. What is young is sent from memory.
 */
final class SecondLook {

    /** Longer than a delivery takes where all is well. */
    private static final Duration YOUNG = Duration.ofMillis(100);

    private final MirrorSet mirrors;
    private final Attempts attempts;

    SecondLook(MirrorSet mirrors, Attempts attempts) {
        this.mirrors = mirrors;
        this.attempts = attempts;
    }

    /** Which of these have to be read again before they are sent. */
    List<Sent> due(Member target, List<Sent> batch) {
        if (target.traits().durability() == Durability.DURABLE) {
            return List.of();
        }
        long now = attempts.time().clock().nanos();
        return batch.stream()
                .filter(sent -> sent.pending().origin().hinted() && now - sent.since() > YOUNG.toNanos())
                .toList();
    }

    /** What stands of those for which something newer does; fails if a source cannot be asked now. */
    CompletableFuture<Map<RecordKey, VersionedRecord>> newer(List<Sent> due) {
        Map<Integer, List<Sent>> bySource = new HashMap<>();
        due.forEach(sent -> bySource.computeIfAbsent(sent.pending().origin().source(), any -> new ArrayList<>())
                .add(sent));
        CompletableFuture<Map<RecordKey, VersionedRecord>> all = CompletableFuture.completedFuture(new HashMap<>());
        for (int index : bySource.keySet().stream().sorted().toList()) {
            List<Sent> some = bySource.getOrDefault(index, List.of());
            Member source = mirrors.members().get(index);
            Duration timeout = source.settings().attemptTimeout();
            List<RecordKey> keys =
                    some.stream().map(sent -> sent.record().key()).toList();
            CompletableFuture<ReadReply> asked = Question.ask(
                    attempts.time(),
                    timeout,
                    () -> source.backend().read(new ReadRequest(keys, Member.GENERATION, timeout)));
            all = all.thenCombine(asked, (found, reply) -> {
                for (int i = 0; i < some.size(); i++) {
                    note(found, some.get(i).record(), reply.answers().get(i));
                }
                return found;
            });
        }
        return all;
    }

    private static void note(Map<RecordKey, VersionedRecord> found, VersionedRecord sent, ReadAnswer answer) {
        if (answer instanceof ReadAnswer.Hit hit) {
            if (hit.record().version().isNewerThan(sent.version())) {
                found.put(sent.key(), hit.record());
            }
        } else if (answer instanceof ReadAnswer.Miss miss && miss.version().isNewerThan(sent.version())) {
            found.put(
                    sent.key(),
                    new VersionedRecord(sent.key(), miss.version(), Content.tombstone(), VersionedRecord.NEVER));
        }
    }
}
