package io.resilientstorage.redis;

import io.lettuce.core.protocol.CommandType;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Reads records by plain {@code GET}. What has expired is not judged here: the server removes it by its own clock. Only
 * for a value of another client a second question is needed, for only the server knows its expiry.
 */
final class RecordReader {

    private RecordReader() {}

    /** The answers in the order of the keys. */
    static CompletionStage<List<ReadAnswer>> read(Wire wire, List<RecordKey> keys, int generation, Duration timeout) {
        long deadline = wire.nanos() + timeout.toNanos();
        List<byte[]> places =
                keys.stream().map(key -> PhysicalKey.ofRecord(key, generation)).toList();
        List<Call> gets = places.stream()
                .map(place -> Call.ofKeys(CommandType.GET, List.of(place)))
                .toList();
        return wire.send(gets, timeout).thenCompose(replies -> {
            List<ReadAnswer> answers = new ArrayList<>(keys.size());
            List<Integer> foreign = new ArrayList<>();
            for (int i = 0; i < keys.size(); i++) {
                Optional<ReadAnswer> answer = answer(keys.get(i), replies.get(i), 0);
                answers.add(answer.orElse(ReadAnswer.Miss.NOTHING));
                if (answer.isEmpty()) {
                    foreign.add(i);
                }
            }
            return foreign.isEmpty()
                    ? CompletableFuture.completedFuture(answers)
                    : withForeign(wire, keys, places, answers, foreign, Duration.ofNanos(deadline - wire.nanos()));
        });
    }

    /** One record, which is what is asked for most often: the same with less. */
    static CompletionStage<ReadReply> readOne(Servers servers, RecordKey key, int generation, Duration timeout) {
        byte[] place = PhysicalKey.ofRecord(key, generation);
        try {
            Wire wire = servers.wire();
            Incarnation incarnation = wire.incarnation();
            long deadline = wire.nanos() + timeout.toNanos();
            return Stages.then(
                    () -> wire.send(Call.ofKeys(CommandType.GET, List.of(place)), timeout), (reply, result) -> {
                        Optional<ReadAnswer> answer = answer(key, reply, 0);
                        if (answer.isPresent()) {
                            result.complete(new ReadReply(List.of(answer.get()), incarnation, wire.evicted()));
                            return;
                        }
                        List<ReadAnswer> answers = new ArrayList<>(List.of(ReadAnswer.Miss.NOTHING));
                        Duration left = Duration.ofNanos(deadline - wire.nanos());
                        Stages.relay(
                                withForeign(wire, List.of(key), List.of(place), answers, List.of(0), left)
                                        .thenApply(all -> new ReadReply(all, incarnation, wire.evicted())),
                                result);
                    });
        } catch (BackendException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static CompletionStage<List<ReadAnswer>> withForeign(
            Wire wire,
            List<RecordKey> keys,
            List<byte[]> places,
            List<ReadAnswer> answers,
            List<Integer> foreign,
            Duration timeout) {
        List<ScriptCall> calls = foreign.stream()
                .map(i -> ScriptCall.of(LuaScript.READ_FOREIGN, List.of(places.get(i))))
                .toList();
        return ScriptCall.run(wire, calls, timeout).thenApply(replies -> {
            for (int i = 0; i < foreign.size(); i++) {
                RecordKey key = keys.get(foreign.get(i));
                Reply reply = replies.get(i);
                answers.set(foreign.get(i), answer(key, reply, 0).orElseGet(() -> foreignHit(key, reply)));
            }
            return answers;
        });
    }

    /** What a reply says whose element is the value; empty for a value of another client. */
    private static Optional<ReadAnswer> answer(RecordKey key, Reply reply, int element) {
        if (reply instanceof Reply.Answer answer) {
            Optional<byte[]> stored = answer.bytes(element);
            if (stored.isEmpty()) {
                return Optional.of(ReadAnswer.Miss.NOTHING);
            }
            return RecordFormat.isForeign(stored.get())
                    ? Optional.empty()
                    : Optional.of(RecordFormat.decode(key, stored.get()));
        }
        ServerError error = (ServerError) reply;
        if (error.isWrongType()) {
            return Optional.of(new ReadAnswer.Unreadable("a Redis key that holds no string"));
        }
        throw error.sorted();
    }

    private static ReadAnswer foreignHit(RecordKey key, Reply reply) {
        Reply.Answer answer = (Reply.Answer) reply;
        long ttl = answer.number(1);
        long expiresAt = ttl < 0 ? VersionedRecord.NEVER : answer.number(2) + ttl;
        Content value = Content.value(answer.bytes(0).orElseThrow());
        return new ReadAnswer.Hit(new VersionedRecord(key, Version.NONE, value, expiresAt));
    }
}
