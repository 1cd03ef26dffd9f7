package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A batch is many writes in one call: results in order, each by itself. */
public interface BatchContract extends Contract {

    @Test
    default void aThousandRecordsAreWrittenAndReadInOrder() {
        List<Change> changes = new ArrayList<>();
        List<ApplyResult> applied = new ArrayList<>();
        List<RecordKey> keys = new ArrayList<>();
        List<ReadAnswer> answers = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            VersionedRecord record = i % 10 == 9
                    ? subject().tombstone("key " + i, subject().version(i))
                    : subject().live("key " + i, subject().version(i), "value " + i);
            changes.add(Change.of(record));
            applied.add(new ApplyResult(ApplyStatus.APPLIED, record.version(), false));
            keys.add(record.key());
            answers.add(
                    record.content().isTombstone()
                            ? new ReadAnswer.Miss(record.version())
                            : new ReadAnswer.Hit(record));
        }
        assertThat(subject().apply(ApplyKind.REPLAY, changes)).isEqualTo(applied);
        assertThat(subject().read(keys)).isEqualTo(answers);
    }

    @Test
    default void eachRecordOfABatchHasItsOwnOutcome() {
        subject().apply(ApplyKind.REPLAY, subject().live("has newer", subject().version(5), "newer"));
        subject().apply(ApplyKind.REPLAY, subject().live("has older", subject().version(1), "older"));
        subject()
                .apply(
                        ApplyKind.REPLAY,
                        subject().tombstone("deleted", subject().version(6)));
        Version ancient = Version.of(subject().now() - Duration.ofDays(30).toMillis(), 0, 1);
        Version ahead = Version.of(subject().now() + Duration.ofHours(1).toMillis(), 0, 1);
        List<Change> changes = List.of(
                Change.of(subject().live("has newer", subject().version(3), "batch")),
                Change.of(subject().live("has older", subject().version(3), "batch")),
                Change.of(subject().live("deleted", subject().version(3), "batch")),
                Change.of(subject().live("nothing there", subject().version(3), "batch")),
                Change.of(subject().live("ancient", ancient, "batch")),
                Change.of(subject().live("ahead", ahead, "batch")));
        assertThat(subject().apply(ApplyKind.REPLAY, changes))
                .containsExactly(
                        new ApplyResult(ApplyStatus.SUPERSEDED, subject().version(5), true),
                        new ApplyResult(ApplyStatus.APPLIED, subject().version(3), true),
                        new ApplyResult(ApplyStatus.SUPERSEDED, subject().version(6), false),
                        new ApplyResult(ApplyStatus.APPLIED, subject().version(3), false),
                        new ApplyResult(ApplyStatus.TOO_OLD, Version.NONE, false),
                        new ApplyResult(ApplyStatus.AHEAD, Version.NONE, false));
        subject()
                .assertHit(
                        subject().read("has newer"),
                        subject().live("has newer", subject().version(5), "newer"));
        subject()
                .assertHit(
                        subject().read("has older"),
                        subject().live("has older", subject().version(3), "batch"));
        subject().assertMiss(subject().read("deleted"), subject().version(6));
        subject()
                .assertHit(
                        subject().read("nothing there"),
                        subject().live("nothing there", subject().version(3), "batch"));
        subject().assertMiss(subject().read("ancient"), Version.NONE);
        subject().assertMiss(subject().read("ahead"), Version.NONE);
    }

    @Test
    default void directVersionsAreAssignedForEachRecordOfABatch() {
        subject().apply(ApplyKind.DIRECT, subject().live("b", subject().version(5), "standing"));
        List<Change> changes = new ArrayList<>();
        for (String key : List.of("a", "b", "c")) {
            changes.add(Change.of(subject().live(key, subject().version(3), "batch")));
        }
        assertThat(subject().apply(ApplyKind.DIRECT, changes))
                .containsExactly(
                        new ApplyResult(ApplyStatus.APPLIED, subject().version(3), false),
                        new ApplyResult(
                                ApplyStatus.APPLIED,
                                subject().version(5).next(subject().version(3).writer()),
                                true),
                        new ApplyResult(ApplyStatus.APPLIED, subject().version(3), false));
    }

    /** Batches of the same keys in different orders are what makes careless row locks wait for each other in a ring. */
    @Test
    default void overlappingBatchesOfSixteenThreadsAllSucceed() throws Exception {
        int keys = 12;
        List<List<ApplyResult>> results = Parallel.run(thread -> {
            Random random = new Random(thread);
            List<ApplyResult> mine = new ArrayList<>();
            for (int round = 0; round < 8; round++) {
                List<Change> changes = new ArrayList<>();
                for (int i = 0; i < keys; i++) {
                    Version proposal = Version.of(subject().version(round).millis(), 0, thread + 1L);
                    changes.add(Change.of(subject().live("key " + i, proposal, thread + "/" + round)));
                }
                Collections.shuffle(changes, random);
                mine.addAll(subject().apply(ApplyKind.DIRECT, changes));
            }
            return mine;
        });
        assertThat(results)
                .allSatisfy(mine ->
                        assertThat(mine).hasSize(8 * keys).allMatch(result -> result.status() == ApplyStatus.APPLIED));
    }
}
