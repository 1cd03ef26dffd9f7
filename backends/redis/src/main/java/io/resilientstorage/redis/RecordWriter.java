package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Stores records, each by one run of {@code apply.lua}, in which all is decided. */
final class RecordWriter {

    private static final Map<Character, ApplyStatus> STATUSES = Map.of(
            'A', ApplyStatus.APPLIED,
            'S', ApplyStatus.SUPERSEDED,
            'O', ApplyStatus.TOO_OLD,
            'C', ApplyStatus.CONDITION_FAILED,
            'L', ApplyStatus.LATE,
            'H', ApplyStatus.AHEAD,
            'U', ApplyStatus.UNREADABLE);

    private static final long FOREVER = 1_000_000_000_000_000L;

    private RecordWriter() {}

    /** The results in the order of the changes. */
    static CompletionStage<List<ApplyResult>> apply(Wire wire, ApplyRequest request, Duration tombstoneLife) {
        List<ScriptCall> calls = request.changes().stream()
                .map(change -> call(request, change, tombstoneLife))
                .toList();
        return ScriptCall.run(wire, calls, request.timeout()).thenApply(RecordWriter::results);
    }

    private static ScriptCall call(ApplyRequest request, Change change, Duration tombstoneLife) {
        RecordKey key = change.record().key();
        List<byte[]> keys = new ArrayList<>(1 + 3 * change.hintsFor().size());
        keys.add(PhysicalKey.ofRecord(key, request.generation()));
        SlotTag tag = SlotTag.of(key);
        change.hintsFor().forEach(target -> keys.addAll(PhysicalKey.ofHints(target, tag)));
        List<byte[]> arguments = ScriptCall.bytes(
                kind(request.kind()),
                Long.toString(request.notAfter()),
                condition(change.condition()),
                Long.toString(tombstoneLife.toMillis()),
                RedisHints.member(key));
        arguments.add(RecordFormat.encode(change.record()));
        arguments.add(expiry(change.record()).getBytes(US_ASCII));
        return new ScriptCall(LuaScript.APPLY, keys, arguments);
    }

    /** Beyond this Redis' own expiry overflows; such a record is kept without one. */
    private static String expiry(VersionedRecord record) {
        return record.expiresAt() < FOREVER ? Long.toString(record.expiresAt()) : "-";
    }

    private static String kind(ApplyKind kind) {
        return switch (kind) {
            case DIRECT -> "D";
            case REPLAY -> "R";
            case SEED -> "S";
        };
    }

    private static String condition(Condition condition) {
        if (condition instanceof Condition.IfVersion wanted) {
            return wanted.version().text();
        }
        return condition instanceof Condition.IfAbsent ? "A" : "-";
    }

    private static List<ApplyResult> results(List<Reply> replies) {
        List<ApplyResult> results = new ArrayList<>(replies.size());
        List<BackendException> failures = new ArrayList<>();
        for (Reply reply : replies) {
            if (reply instanceof ServerError error) {
                failures.add(error.sorted());
            } else if (reply instanceof Reply.Answer answer) {
                results.add(result(answer));
            }
        }
        if (failures.isEmpty()) {
            return results;
        }
        boolean nothingStored = results.stream().noneMatch(result -> result.status() == ApplyStatus.APPLIED)
                && failures.stream().allMatch(BackendException::outcomeKnown);
        BackendException first = failures.get(0);
        throw nothingStored
                ? first
                : BackendException.noAnswer(
                        "the server failed at " + failures.size() + " of " + replies.size() + " records: "
                                + first.getMessage(),
                        first);
    }

    private static ApplyResult result(Reply.Answer answer) {
        byte[] text = answer.bytes(0).orElseThrow();
        ApplyStatus status = STATUSES.get((char) text[0]);
        if (status == null) {
            throw BackendException.noAnswer("the script answered something unknown");
        }
        Version version = RecordFormat.version(text, 2);
        if (version == null) {
            throw BackendException.noAnswer("the script answered something unknown");
        }
        return new ApplyResult(status, version, text[1] == '1');
    }
}
