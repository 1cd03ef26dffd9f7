package io.resilientstorage.memory;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyRule;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.ManualTime;
import java.util.Optional;

/** What a backend does, said for one thread: the rule on the one record, and the one hint of it. */
public class RecordModel extends RecordOperations {

    private Optional<VersionedRecord> stored = Optional.empty();
    private Version hint = Version.NONE;
    private boolean claimed;

    @Override
    ReadAnswer answer() {
        if (stored.isEmpty()) {
            return ReadAnswer.Miss.NOTHING;
        }
        VersionedRecord record = stored.get();
        return record.isLive(ManualTime.START_MILLIS)
                ? new ReadAnswer.Hit(record)
                : new ReadAnswer.Miss(record.version());
    }

    @Override
    ApplyResult result(ApplyKind kind, Change change) {
        ApplyRule rule = new ApplyRule(
                kind,
                ApplyRequest.NO_LIMIT,
                ApplyRequest.NO_LIMIT,
                ManualTime.START_MILLIS,
                MemoryBench.TOMBSTONE_LIFE);
        ApplyRule.Verdict verdict = rule.decide(change, stored);
        if (verdict.store().isPresent()) {
            stored = verdict.store();
            if (!change.hintsFor().isEmpty()) {
                hint = verdict.result().version();
            }
        }
        return verdict.result();
    }

    @Override
    Version claimed() {
        Version free = claimed ? Version.NONE : hint;
        claimed = !hint.equals(Version.NONE);
        return free;
    }

    @Override
    void clear(Version delivered) {
        if (delivered.equals(hint)) {
            hint = Version.NONE;
            claimed = false;
        }
    }

    /** With a tombstone, out of which a write brings the key back. */
    public static final class Buried extends RecordModel {
        public Buried() {
            delete();
        }
    }
}
