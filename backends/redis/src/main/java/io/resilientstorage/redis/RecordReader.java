package io.resilientstorage.redis;

import io.lettuce.core.protocol.CommandType;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.MissTrust;
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
 * Reads records by plain {@code GET}. What has ended stays in the server for a while, for its version; whether it has
 * is for the server to say, by its own clock.
 *
 * <p>A second question is asked, by a script for each key, of what the first did not settle: a value of another client,
 * for only the server knows its expiry; a record that may be near its end, by what the {@link ServerClock} tells; and a
 * miss, which is read again in one step with the sentinel of its slot tag. So a hit costs what it costs anywhere, and a
 * miss two round trips. Safe for use by several threads.
 */
final class RecordReader {

    /** What was read, and whether a miss among it met no WARM sentinel. */
    private record Found(List<ReadAnswer> answers, boolean cold) {

        ReadReply reply(Wire wire, Incarnation incarnation) {
            return new ReadReply(answers, incarnation, trust(wire, cold));
        }
    }

    private final ServerClock serverClock;

    RecordReader(ServerClock serverClock) {
        this.serverClock = serverClock;
    }

    /** The answers in the order of the keys. */
    CompletionStage<ReadReply> read(Wire wire, List<RecordKey> keys, int generation, Duration timeout) {
        Incarnation incarnation = wire.incarnation();
        return find(wire, keys, generation, timeout, true).thenApply(found -> found.reply(wire, incarnation));
    }

    /** The same for who does not care what a miss means. */
    CompletionStage<List<ReadAnswer>> readHits(Wire wire, List<RecordKey> keys, int generation, Duration timeout) {
        return find(wire, keys, generation, timeout, false).thenApply(Found::answers);
    }

    /** One record, which is what is asked for most often: the same with less. */
    CompletionStage<ReadReply> readOne(Servers servers, RecordKey key, int generation, Duration timeout) {
        byte[] place = PhysicalKey.ofRecord(key, generation);
        try {
            Wire wire = servers.wire();
            Incarnation incarnation = wire.incarnation();
            long deadline = wire.nanos() + timeout.toNanos();
            return Stages.then(
                    () -> wire.send(Call.ofKeys(CommandType.GET, List.of(place)), timeout), (reply, result) -> {
                        Optional<ReadAnswer> answer = answer(key, reply);
                        if (answer.isPresent() && isSettled(answer.get(), incarnation, wire.nanos())) {
                            result.complete(new ReadReply(List.of(answer.get()), incarnation, trust(wire, false)));
                            return;
                        }
                        Duration left = Duration.ofNanos(deadline - wire.nanos());
                        Stages.relay(
                                ScriptCall.runOne(wire, again(key, place, answer.isPresent()), left)
                                        .thenApply(second -> {
                                            ReadAnswer last =
                                                    lastAnswer(key, answer.orElse(ReadAnswer.Miss.NOTHING), second);
                                            boolean cold = isCold(last, second);
                                            return new ReadReply(List.of(last), incarnation, trust(wire, cold));
                                        }),
                                result);
                    });
        } catch (BackendException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletionStage<Found> find(
            Wire wire, List<RecordKey> keys, int generation, Duration timeout, boolean missesAgain) {
        Incarnation incarnation = wire.incarnation();
        long deadline = wire.nanos() + timeout.toNanos();
        List<byte[]> places =
                keys.stream().map(key -> PhysicalKey.ofRecord(key, generation)).toList();
        List<Call> gets = places.stream()
                .map(place -> Call.ofKeys(CommandType.GET, List.of(place)))
                .toList();
        return wire.send(gets, timeout).thenCompose(replies -> {
            List<ReadAnswer> answers = new ArrayList<>(keys.size());
            List<Integer> open = new ArrayList<>();
            List<ScriptCall> calls = new ArrayList<>();
            for (int i = 0; i < keys.size(); i++) {
                Optional<ReadAnswer> answer = answer(keys.get(i), replies.get(i));
                answers.add(answer.orElse(ReadAnswer.Miss.NOTHING));
                boolean settled = answer.isPresent()
                        && (isSettled(answer.get(), incarnation, wire.nanos())
                                || (answer.get() instanceof ReadAnswer.Miss && !missesAgain));
                if (!settled) {
                    open.add(i);
                    calls.add(again(keys.get(i), places.get(i), answer.isPresent()));
                }
            }
            return open.isEmpty()
                    ? CompletableFuture.completedFuture(new Found(answers, false))
                    : settled(wire, keys, answers, open, calls, Duration.ofNanos(deadline - wire.nanos()));
        });
    }

    private static MissTrust trust(Wire wire, boolean cold) {
        return cold ? MissTrust.COLD : MissTrust.unlessEvicted(wire.evicted());
    }

    /** Whether an answer needs no second question: it is no miss, and what was found has surely not ended. */
    private boolean isSettled(ReadAnswer answer, Incarnation life, long nanos) {
        if (answer instanceof ReadAnswer.Hit hit) {
            long expiresAt = hit.record().expiresAt();
            return expiresAt == VersionedRecord.NEVER || serverClock.isBefore(expiresAt, life, nanos);
        }
        return !(answer instanceof ReadAnswer.Miss);
    }

    private static CompletionStage<Found> settled(
            Wire wire,
            List<RecordKey> keys,
            List<ReadAnswer> answers,
            List<Integer> open,
            List<ScriptCall> calls,
            Duration timeout) {
        return ScriptCall.run(wire, calls, timeout).thenApply(replies -> {
            boolean cold = false;
            for (int i = 0; i < open.size(); i++) {
                int place = open.get(i);
                ReadAnswer last = lastAnswer(keys.get(place), answers.get(place), replies.get(i));
                answers.set(place, last);
                cold |= isCold(last, replies.get(i));
            }
            return new Found(answers, cold);
        });
    }

    /**
     * Only what is or may become a miss asks for the sentinel: while a slot is moving, a call of two keys may find one
     * here and one there.
     */
    private static ScriptCall again(RecordKey key, byte[] place, boolean maybeMissed) {
        List<byte[]> keys = maybeMissed ? List.of(place, PhysicalKey.ofSentinel(SlotTag.of(key))) : List.of(place);
        return ScriptCall.of(LuaScript.READ_AGAIN, keys);
    }

    /** What a reply says whose first element is the value; empty for a value of another client. */
    private static Optional<ReadAnswer> answer(RecordKey key, Reply reply) {
        if (reply instanceof Reply.Answer answer) {
            Optional<byte[]> stored = answer.bytes(0);
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

    private static ReadAnswer lastAnswer(RecordKey key, ReadAnswer first, Reply second) {
        if (isTornApart(second)) {
            return first;
        }
        return answer(key, second).orElseGet(() -> foreignHit(key, (Reply.Answer) second));
    }

    private static boolean isCold(ReadAnswer last, Reply second) {
        return last instanceof ReadAnswer.Miss && (isTornApart(second) || ((Reply.Answer) second).number(1) == 0);
    }

    /** The slot is moving, and the sentinel is not where the record would be: the miss stands, and is not believed. */
    private static boolean isTornApart(Reply second) {
        return second instanceof ServerError error && error.isTornApart();
    }

    private static ReadAnswer foreignHit(RecordKey key, Reply.Answer answer) {
        long ttl = answer.number(2);
        long expiresAt = ttl < 0 ? VersionedRecord.NEVER : answer.number(3) + ttl;
        Content value = Content.value(answer.bytes(0).orElseThrow());
        return new ReadAnswer.Hit(new VersionedRecord(key, Version.NONE, value, expiresAt));
    }
}
