package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Stores records, each by one run of {@code apply.lua}, in which all is decided. */
final class RecordWriter {

    private static final Map<Character, ApplyStatus> STATUSES = Map.of(
            'A', ApplyStatus.APPLIED,
            'S', ApplyStatus.SUPERSEDED,
            'O', ApplyStatus.TOO_OLD,
            'C', ApplyStatus.CONDITION_FAILED,
            'L', ApplyStatus.LATE,
            'B', ApplyStatus.BEHIND,
            'H', ApplyStatus.AHEAD,
            'U', ApplyStatus.UNREADABLE);

    private static final String IF_ABSENT = "A";
    private static final String NONE = "-";
    private static final String TOMBSTONE = "0";
    private static final int ARGUMENTS = 6;
    /** So many arguments has a record without a condition and hints: the script takes several of them. */
    private static final int PLAIN_ARGUMENTS = 4;

    private static final long FOREVER = 1_000_000_000_000_000L;

    /**
     * For how long the server keeps what has ended, for its version: what is older may still be on its way, and would
     * find nothing that is newer. The memory backend does the same, for 45 s. The script knows it too.
     */
    static final Duration LINGER = Duration.ofSeconds(60);

    private RecordWriter() {}

    /** The results in the order of the changes. */
    static CompletionStage<List<ApplyResult>> apply(Wire wire, ApplyRequest request, Duration tombstoneLife) {
        List<ScriptCall> calls = request.changes().stream()
                .map(change -> call(request, change, tombstoneLife))
                .toList();
        return ScriptCall.run(wire, calls, request.timeout()).thenApply(replies -> results(request.changes(), replies));
    }

    /** One record, which is what is stored most often: the same with less. */
    static CompletionStage<ApplyReply> applyOne(Servers servers, ApplyRequest request, Duration tombstoneLife) {
        Change change = request.changes().get(0);
        ScriptCall call = call(request, change, tombstoneLife);
        try {
            Wire wire = servers.wire();
            Incarnation incarnation = wire.incarnation();
            return Stages.then(
                    () -> call.arguments().size() == PLAIN_ARGUMENTS
                            ? ScriptCall.runJoined(wire, call, request.timeout())
                            : ScriptCall.runOne(wire, call, request.timeout()),
                    (reply, result) -> result.complete(new ApplyReply(List.of(result(change, reply)), incarnation)));
        } catch (BackendException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static ScriptCall call(ApplyRequest request, Change change, Duration tombstoneLife) {
        RecordKey key = change.record().key();
        List<byte[]> keys = new ArrayList<>(1 + 3 * change.hintsFor().size());
        keys.add(PhysicalKey.ofRecord(key, request.generation()));
        List<byte[]> arguments = new ArrayList<>(ARGUMENTS);
        arguments.add(ascii(tombstoneLife.toMillis() + " " + request.mostBehind()));
        arguments.add(ascii(Long.toString(request.notAfter())));
        arguments.add(RecordFormat.encode(change.record()));
        arguments.add(keptUntil(change.record()));
        boolean hinted = !change.hintsFor().isEmpty();
        if (hinted || request.kind() != ApplyKind.DIRECT || !(change.condition() instanceof Condition.None)) {
            arguments.add(ascii(kind(request.kind()) + condition(change.condition())));
        }
        if (hinted) {
            SlotTag tag = SlotTag.of(key);
            change.hintsFor().forEach(target -> keys.addAll(PhysicalKey.ofHints(target, tag)));
            arguments.add(RedisHints.member(key).getBytes(UTF_8));
        }
        return new ScriptCall(LuaScript.APPLY, keys, arguments);
    }

    /** Beyond this Redis' own expiry overflows; such a record is kept without one. */
    private static byte[] keptUntil(VersionedRecord record) {
        if (record.content().isTombstone()) {
            return ascii(TOMBSTONE);
        }
        return ascii(record.expiresAt() < FOREVER ? Long.toString(record.expiresAt() + LINGER.toMillis()) : NONE);
    }

    private static char kind(ApplyKind kind) {
        return switch (kind) {
            case DIRECT -> 'D';
            case REPLAY -> 'R';
            case SEED -> 'S';
        };
    }

    private static String condition(Condition condition) {
        if (condition instanceof Condition.IfVersion wanted) {
            return wanted.version().text();
        }
        return condition instanceof Condition.IfAbsent ? IF_ABSENT : NONE;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(US_ASCII);
    }

    private static ApplyResult result(Change change, Reply reply) {
        if (reply instanceof Reply.Answer answer) {
            return result(change, answer);
        }
        throw ((ServerError) reply).sorted();
    }

    private static List<ApplyResult> results(List<Change> changes, List<Reply> replies) {
        List<ApplyResult> results = new ArrayList<>(replies.size());
        List<BackendException> failures = new ArrayList<>();
        for (int i = 0; i < replies.size(); i++) {
            Reply reply = replies.get(i);
            if (reply instanceof ServerError error) {
                failures.add(error.sorted());
            } else if (reply instanceof Reply.Answer answer) {
                results.add(result(changes.get(i), answer));
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

    /** A number says that the record stands as it was offered, and no more. */
    private static ApplyResult result(Change change, Reply.Answer answer) {
        if (answer.items().get(0) instanceof Long met) {
            return new ApplyResult(ApplyStatus.APPLIED, change.record().version(), met == 1);
        }
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
