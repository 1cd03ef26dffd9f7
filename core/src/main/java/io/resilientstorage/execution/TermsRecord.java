package io.resilientstorage.execution;

import io.resilientstorage.api.Scope;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.namespace.Question;
import io.resilientstorage.namespace.Standing;
import io.resilientstorage.namespace.Terms;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The shared record of a namespace: a record like any other, in a namespace that users cannot name.
 *
 * <p>It is believed only where a shared backend has it. It is made only where all processes judge whether it is absent:
 * two that made it at two backends would both believe themselves to be the first.
 */
public final class TermsRecord implements Question {

    /** Where the records stand, each under the name of its namespace. {@link RequestRules} refuse it to users. */
    static final String NAMESPACE = "_rs";

    /** A call waits for the answer, and has to do its own work after it. */
    private static final int PART_OF_CALL_TIMEOUT = 4;

    private final Engine engine;

    /** The records that this engine reaches. */
    public TermsRecord(Engine engine) {
        this.engine = engine;
    }

    @Override
    public CompletableFuture<Standing> ask(String namespace, Terms mine) {
        Deadline deadline = Deadline.in(engine.time().clock(), engine.callTimeoutNanos() / PART_OF_CALL_TIMEOUT);
        return look(new RecordKey(NAMESPACE, namespace), mine, deadline, true)
                // Whatever failed: nobody could tell.
                .exceptionally(failure -> Standing.untold());
    }

    private CompletableFuture<Standing> look(RecordKey key, Terms mine, Deadline deadline, boolean mayMake) {
        return ReadCall.begin(engine, List.of(key), WriteMode.MIRROR_ASYNC, deadline)
                .thenCompose(outcomes -> seen(outcomes.get(0), key, mine, deadline, mayMake));
    }

    private CompletableFuture<Standing> seen(
            ReadOutcome outcome, RecordKey key, Terms mine, Deadline deadline, boolean mayMake) {
        if (outcome instanceof ReadOutcome.Absent absent && mayMake && isShared(absent.backend())) {
            return make(key, mine, deadline);
        }
        return CompletableFuture.completedFuture(
                outcome instanceof ReadOutcome.Found found && isShared(found.backend())
                        ? Standing.of(mine, text(found.record()), found.backend())
                        : Standing.untold());
    }

    private CompletableFuture<Standing> make(RecordKey key, Terms mine, Deadline deadline) {
        Write write = new Write(
                key,
                Content.value(mine.text().getBytes(StandardCharsets.UTF_8)),
                VersionedRecord.NEVER,
                Condition.ifAbsent());
        return WriteCall.begin(engine, List.of(write), true, WriteMode.MIRROR_ASYNC, deadline)
                .thenCompose(outcomes -> {
                    if (outcomes.get(0) instanceof WriteOutcome.Stored stored) {
                        return CompletableFuture.completedFuture(
                                stored.exact() && isShared(stored.receipt().backend())
                                        ? Standing.agreed()
                                        : Standing.untold());
                    }
                    // Somebody else was quicker, or wrote it where this process does not look first.
                    return look(key, mine, deadline, false);
                });
    }

    private boolean isShared(String backend) {
        return engine.members().stream()
                .anyMatch(member ->
                        member.name().equals(backend) && member.traits().scope() == Scope.SHARED);
    }

    private static String text(VersionedRecord record) {
        return new String(((Content.Value) record.content()).bytes(), StandardCharsets.UTF_8);
    }
}
