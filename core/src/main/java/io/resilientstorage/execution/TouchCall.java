package io.resilientstorage.execution;

import io.resilientstorage.api.ConditionalResult;
import io.resilientstorage.api.InexactConditionException;
import io.resilientstorage.api.UnreadableValueException;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.record.RecordKey;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Gives values that stand a new life: reads them, and stores each under the condition that it still has the version
 * that was read. A value that was changed in between is read again, a bounded number of times.
 *
 * <p>Another round begins only if there is as much time left as the last one took. Else what was told in the last one
 * is the result: a backend that still has to get the version that was read refuses in each round, and the last would
 * end in no answer at all.
 */
final class TouchCall {

    private static final int MAX_ROUNDS = 8;

    private final Engine engine;
    private final List<RecordKey> keys;
    private final Duration ttl;
    private final boolean demandsExact;
    private final WriteMode mode;
    private final Deadline deadline;
    private final ConditionalResult[] results;

    private TouchCall(
            Engine engine,
            List<RecordKey> keys,
            Duration ttl,
            boolean demandsExact,
            WriteMode mode,
            Deadline deadline) {
        this.engine = engine;
        this.keys = keys;
        this.ttl = ttl;
        this.demandsExact = demandsExact;
        this.mode = mode;
        this.deadline = deadline;
        this.results = new ConditionalResult[keys.size()];
    }

    static CompletableFuture<List<ConditionalResult>> begin(
            Engine engine,
            List<RecordKey> keys,
            Duration ttl,
            boolean demandsExact,
            WriteMode mode,
            Deadline deadline) {
        TouchCall call = new TouchCall(engine, keys, ttl, demandsExact, mode, deadline);
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            all.add(i);
        }
        return call.round(all, 1)
                .thenApply(done ->
                        Arrays.stream(call.results).map(Objects::requireNonNull).toList());
    }

    private CompletableFuture<Void> round(List<Integer> open, int number) {
        long left = deadline.remainingNanos();
        return ReadCall.begin(engine, open.stream().map(keys::get).toList(), mode, deadline)
                .thenCompose(outcomes -> store(open, outcomes, number, left));
    }

    private CompletableFuture<Void> store(
            List<Integer> open, List<ReadOutcome> outcomes, int number, long leftAtBegin) {
        List<Integer> found = new ArrayList<>();
        List<Write> writes = new ArrayList<>();
        for (int i = 0; i < open.size(); i++) {
            int key = open.get(i);
            ReadOutcome outcome = outcomes.get(i);
            if (outcome instanceof ReadOutcome.Found hit) {
                found.add(key);
                long expiresAt = engine.reference().millis() + ttl.toMillis();
                writes.add(new Write(
                        keys.get(key),
                        hit.record().content(),
                        expiresAt,
                        Condition.ifVersion(hit.record().version())));
            } else if (outcome instanceof ReadOutcome.Absent absent) {
                results[key] = new ConditionalResult.NotApplied(Optional.empty(), absent.backend(), true);
            } else if (outcome instanceof ReadOutcome.Unknown unknown) {
                if (demandsExact) {
                    return CompletableFuture.failedFuture(
                            new InexactConditionException(keys.get(key).namespace(), unknown.reason()));
                }
                results[key] = new ConditionalResult.NotApplied(Optional.empty(), unknown.backend(), false);
            } else if (outcome instanceof ReadOutcome.Unreadable unreadable) {
                return CompletableFuture.failedFuture(new UnreadableValueException(unreadable.problem()));
            }
        }
        return writes.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : WriteCall.begin(engine, writes, demandsExact, mode, deadline)
                        .thenCompose(written -> settle(found, written, number, leftAtBegin));
    }

    private CompletableFuture<Void> settle(
            List<Integer> found, List<WriteOutcome> written, int number, long leftAtBegin) {
        long left = deadline.remainingNanos();
        boolean mayRepeat = number < MAX_ROUNDS && left >= leftAtBegin - left;
        List<Integer> again = new ArrayList<>();
        for (int i = 0; i < found.size(); i++) {
            ConditionalResult result = Results.conditional(written.get(i));
            results[found.get(i)] = result;
            // Without a current version there is nothing to touch where it was to be stored, and no round will change
            // that.
            boolean changed = result instanceof ConditionalResult.NotApplied not
                    && not.current().isPresent();
            if (changed && mayRepeat) {
                again.add(found.get(i));
            }
        }
        return again.isEmpty() ? CompletableFuture.completedFuture(null) : round(again, number + 1);
    }
}
