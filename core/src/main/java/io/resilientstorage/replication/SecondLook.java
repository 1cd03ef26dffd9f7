package io.resilientstorage.replication;

import io.resilientstorage.api.Durability;
import io.resilientstorage.attempt.Attempts;
import io.resilientstorage.attempt.Question;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.replication.PendingRecords.Sent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Looks whether something newer stands than a record that is about to be sent to a backend that forgets what has ended,
 * or loses what it had: a newer one may have been there and gone, and the late one would be found in its place until
 * its hint is cleared. Asked is the backend that took the record, or, where one host or one process has it alone, or
 * the one that took it is the one that lost it, the mirror. What is young is sent from memory.
 */
final class SecondLook {

    /** Longer than a delivery takes where all is well. */
    private static final Duration YOUNG = Duration.ofMillis(100);

    /**
     * What a look found.
     *
     * @param newer what stands of those for which something newer does
     * @param waiting those that have to wait, as nobody could be asked about them
     */
    record Looked(Map<RecordKey, VersionedRecord> newer, List<Sent> waiting) {}

    private final MirrorSet mirrors;
    private final Attempts attempts;
    private final Function<RecordKey, @Nullable VersionedRecord> pending;

    /** @param pending the newest record of a key that any backend still has to get, null if there is none */
    SecondLook(MirrorSet mirrors, Attempts attempts, Function<RecordKey, @Nullable VersionedRecord> pending) {
        this.mirrors = mirrors;
        this.attempts = attempts;
        this.pending = pending;
    }

    private static boolean forgets(Member target) {
        return target.traits().durability() != Durability.DURABLE;
    }

    /** Whether a record has waited for longer than a delivery takes where all is well. */
    static boolean hasWaited(Sent sent, long now) {
        return now - sent.since() > YOUNG.toNanos();
    }

    /** For which of these this process itself knows something newer, young or not; and what. */
    Map<RecordKey, VersionedRecord> newerHere(Member target, Stream<VersionedRecord> records) {
        Map<RecordKey, VersionedRecord> found = new HashMap<>();
        if (forgets(target)) {
            records.forEach(record -> {
                VersionedRecord known = pending.apply(record.key());
                if (known != null && known.version().isNewerThan(record.version())) {
                    found.put(record.key(), known);
                }
            });
        }
        return found;
    }

    /** The newest of each key. */
    static Map<RecordKey, VersionedRecord> newest(
            Map<RecordKey, VersionedRecord> some, Map<RecordKey, VersionedRecord> others) {
        Map<RecordKey, VersionedRecord> all = new HashMap<>(some);
        others.forEach((key, record) ->
                all.merge(key, record, (a, b) -> a.version().isNewerThan(b.version()) ? a : b));
        return all;
    }

    /** Which of these have to be looked at before they are sent. */
    List<Sent> due(Member target, List<Sent> batch) {
        if (!forgets(target)) {
            return List.of();
        }
        long now = attempts.time().clock().nanos();
        return batch.stream()
                .filter(sent -> sent.pending().origin().superseded() || hasWaited(sent, now))
                .toList();
    }

    /**
     * Looks. What a backend took that keeps hints of it waits if that cannot be asked now, and so does what goes back
     * to who lost it, if the mirror cannot; what nothing else keeps goes without.
     */
    CompletableFuture<Looked> look(Member target, List<Sent> due) {
        Map<Integer, List<Sent>> bySource = new TreeMap<>();
        due.forEach(sent -> bySource.computeIfAbsent(sent.pending().origin().source(), any -> new ArrayList<>())
                .add(sent));
        CompletableFuture<Looked> all =
                CompletableFuture.completedFuture(new Looked(new HashMap<>(), new ArrayList<>()));
        for (Map.Entry<Integer, List<Sent>> some : bySource.entrySet()) {
            List<Sent> sent = some.getValue();
            boolean mayWait = some.getKey() == target.index()
                    || (mirrors.contains(some.getKey())
                            && sent.stream()
                                    .allMatch(one -> one.pending().origin().hinted()));
            var asked = newer(
                            some.getKey(),
                            target,
                            sent.stream().map(Sent::record).toList())
                    .thenApply(newer -> new Looked(newer, List.of()))
                    .exceptionally(failure -> new Looked(Map.of(), mayWait ? sent : List.of()));
            all = all.thenCombine(asked, (found, more) -> {
                found.newer().putAll(more.newer());
                found.waiting().addAll(more.waiting());
                return found;
            });
        }
        return all;
    }

    /** What stands of records of one source for which something newer does; nothing if nobody can tell. */
    CompletableFuture<Map<RecordKey, VersionedRecord>> newer(int source, Member target, List<VersionedRecord> records) {
        Optional<Member> witness = witness(source, target);
        if (witness.isEmpty()) {
            return CompletableFuture.completedFuture(Map.of());
        }
        Duration timeout = witness.get().settings().attemptTimeout();
        List<RecordKey> keys = records.stream().map(VersionedRecord::key).toList();
        return Question.ask(
                        attempts.time(),
                        timeout,
                        () -> witness.get().backend().read(new ReadRequest(keys, Member.GENERATION, timeout)))
                .thenApply(reply -> {
                    Map<RecordKey, VersionedRecord> found = new HashMap<>();
                    for (int i = 0; i < records.size(); i++) {
                        note(found, records.get(i), reply.answers().get(i));
                    }
                    return found;
                });
    }

    private Optional<Member> witness(int source, Member target) {
        if (source == target.index()) {
            return mirrors.mirror()
                    .or(() -> mirrors.mirrors().stream()
                            .filter(other -> other.index() != target.index())
                            .findFirst());
        }
        return mirrors.contains(source)
                ? Optional.of(mirrors.members().get(source))
                : mirrors.mirror()
                        .filter(mirror -> mirror.index() != target.index()
                                && attempts.keeper()
                                        .current()
                                        .backend(mirror.index())
                                        .isRoutable());
    }

    private static void note(Map<RecordKey, VersionedRecord> found, VersionedRecord sent, ReadAnswer answer) {
        if (answer instanceof ReadAnswer.Hit hit) {
            if (hit.record().version().isNewerThan(sent.version())) {
                found.put(sent.key(), hit.record());
            }
        } else if (answer instanceof ReadAnswer.Miss miss && miss.version().isNewerThan(sent.version())) {
            found.put(sent.key(), VersionedRecord.ended(sent.key(), miss.version()));
        }
    }
}
