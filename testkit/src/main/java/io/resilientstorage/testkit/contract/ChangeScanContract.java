package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.ChangeScan;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Reading records in the order of their commits. For a backend with {@code changes()}. */
public interface ChangeScanContract extends Contract {

    @Test
    default void changesComeInTheOrderOfTheirCommits() {
        long start = end();
        VersionedRecord a = subject().live("a", subject().version(3), "value");
        VersionedRecord b = subject().live("b", subject().version(2), "value");
        VersionedRecord c = subject().live("c", subject().version(1), "value");
        for (VersionedRecord record : List.of(b, c, a)) {
            subject().apply(ApplyKind.REPLAY, record);
        }
        for (int limit : List.of(1, 2, 1_000)) {
            assertThat(follow(start, limit).records()).containsExactly(b, c, a);
        }
    }

    @Test
    default void aRecordThatChangesAgainMovesToTheEnd() {
        long start = end();
        VersionedRecord b = subject().live("b", subject().version(1), "value");
        VersionedRecord newer = subject().live("a", subject().version(2), "second");
        subject().apply(ApplyKind.DIRECT, subject().live("a", subject().version(1), "first"));
        subject().apply(ApplyKind.DIRECT, b);
        long middle = end();
        subject().apply(ApplyKind.DIRECT, newer);
        assertThat(follow(start, 1).records()).containsExactly(b, newer);
        assertThat(follow(middle, 1).records()).containsExactly(newer);
        assertThat(follow(end(), 1).records()).isEmpty();
    }

    @Test
    default void tombstonesAndExpiredRecordsAreChangesToo() {
        long start = end();
        VersionedRecord ended = subject()
                .expiring("ended", subject().version(1), "value", subject().now() - 1_000);
        VersionedRecord tombstone = subject().tombstone("deleted", subject().version(1));
        subject().apply(ApplyKind.DIRECT, ended);
        subject().apply(ApplyKind.DIRECT, tombstone);
        List<VersionedRecord> records = follow(start, 10).records();
        assertThat(records).extracting(VersionedRecord::key).containsExactly(ended.key(), tombstone.key());
        assertThat(records)
                .extracting(VersionedRecord::version)
                .containsOnly(subject().version(1));
        assertThat(records.get(0).isExpired(subject().now())
                        || records.get(0).content().isTombstone())
                .as("an expired record is told as one, or as a tombstone of its version")
                .isTrue();
        assertThat(records.get(1)).isEqualTo(tombstone);
    }

    @Test
    default void whatWasNotAppliedIsNoChange() {
        VersionedRecord standing = subject().live("key", subject().version(5), "value");
        subject().apply(ApplyKind.DIRECT, standing);
        long start = end();
        subject().apply(ApplyKind.REPLAY, subject().live("key", subject().version(1), "older"));
        subject().apply(ApplyKind.REPLAY, standing);
        assertThat(follow(start, 10).records()).isEmpty();
    }

    @Test
    default void theRecordsOfABatchAreAllThere() {
        long start = end();
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            changes.add(Change.of(subject().live("key " + i, subject().version(i), "value")));
        }
        subject().apply(ApplyKind.SEED, changes);
        assertThat(follow(start, 7).records())
                .containsExactlyInAnyOrderElementsOf(
                        changes.stream().map(Change::record).toList());
    }

    @Test
    default void changesAreThoseOfOneGeneration() {
        long start = end(2);
        VersionedRecord first = subject().live("key", subject().version(1), "first");
        VersionedRecord second = subject().live("key", subject().version(2), "second");
        subject().apply(ApplyKind.DIRECT, List.of(Change.of(first)), 1, ApplyRequest.NO_LIMIT);
        subject().apply(ApplyKind.DIRECT, List.of(Change.of(second)), 2, ApplyRequest.NO_LIMIT);
        assertThat(follow(start, 10, 2).records()).containsExactly(second);
    }

    @Test
    default void aPositionAtTheEndStaysWhereItIs() {
        long end = end();
        ChangeScan.Page page = subject().await(scan().changes(end, Subject.GENERATION, 10));
        assertThat(page.records()).isEmpty();
        assertThat(page.position()).isGreaterThanOrEqualTo(end);
    }

    /**
     * The trap: a position taken from a sequence commits out of order, so a reader that has seen 7 misses the 6 that
     * commits later.
     */
    @Test
    default void aReaderThatFollowsSixteenWritersMissesNothing() throws Exception {
        long start = end();
        int keys = 40;
        Map<RecordKey, Version> written = new ConcurrentHashMap<>();
        Map<RecordKey, Version> seen = new HashMap<>();
        AtomicInteger writing = new AtomicInteger(Parallel.THREADS - 1);
        Parallel.run(thread -> {
            if (thread == 0) {
                long position = start;
                while (writing.get() > 0) {
                    position = see(position, 5, seen);
                }
                for (long before = -1; before != position; ) {
                    before = position;
                    position = see(position, 5, seen);
                }
                return thread;
            }
            for (int i = 0; i < 25; i++) {
                List<Change> changes = new ArrayList<>();
                // Batches of different lengths are transactions of different lengths.
                for (int j = 0; j <= thread % 4; j++) {
                    Version proposal = Version.of(subject().version(i).millis(), 0, thread + 1L);
                    String key = "key " + (thread * 7 + i * 3 + j) % keys;
                    changes.add(Change.of(
                            (i + j) % 5 == 0
                                    ? subject().tombstone(key, proposal)
                                    : subject().live(key, proposal, "value")));
                }
                List<ApplyResult> results = subject().apply(ApplyKind.DIRECT, changes);
                for (int j = 0; j < changes.size(); j++) {
                    written.merge(changes.get(j).record().key(), results.get(j).version(), ChangeScanContract::newer);
                }
            }
            writing.decrementAndGet();
            return thread;
        });
        assertThat(seen).as("the versions that the reader saw").isEqualTo(written);
    }

    @Test
    default void theLatestComeFirst() {
        long start = extent().head();
        VersionedRecord a = subject().live("a", subject().version(3), "value");
        VersionedRecord b = subject().live("b", subject().version(2), "value");
        VersionedRecord c = subject().live("c", subject().version(1), "value");
        for (VersionedRecord record : List.of(b, c, a)) {
            subject().apply(ApplyKind.REPLAY, record);
        }
        long head = extent().head();
        for (int limit : List.of(1, 2, 1_000)) {
            assertThat(back(head, start, limit)).containsExactly(a, c, b);
        }
    }

    @Test
    default void tombstonesAreAmongTheLatestAndOtherGenerationsAreNot() {
        long start = extent().head();
        VersionedRecord live = subject().live("live", subject().version(1), "value");
        VersionedRecord tombstone = subject().tombstone("deleted", subject().version(2));
        VersionedRecord other = subject().live("other", subject().version(3), "value");
        subject().apply(ApplyKind.DIRECT, live);
        subject().apply(ApplyKind.DIRECT, tombstone);
        subject().apply(ApplyKind.DIRECT, List.of(Change.of(other)), 2, ApplyRequest.NO_LIMIT);
        assertThat(back(extent().head(), start, 10)).containsExactly(tombstone, live);
    }

    @Test
    default void aScanFromTheNewestDownHasEachRecordOfABatchOnce() {
        long start = extent().head();
        List<VersionedRecord> records = new ArrayList<>();
        for (int batch = 0; batch < 6; batch++) {
            List<Change> changes = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                VersionedRecord record =
                        subject().live("key " + batch + " " + i, subject().version(i), "value");
                records.add(record);
                changes.add(Change.of(record));
            }
            subject().apply(ApplyKind.SEED, changes);
        }
        long head = extent().head();
        for (int limit : List.of(7, 50, 120)) {
            assertThat(back(head, start, limit)).containsExactlyInAnyOrderElementsOf(records);
        }
        assertThat(back(head, 0, 1_000))
                .as("and nothing else down to the beginning")
                .containsExactlyInAnyOrderElementsOf(records);
    }

    @Test
    default void aPageFromTheNewestDownIsAboutAsLongAsWasAsked() {
        for (int i = 0; i < 5; i++) {
            subject()
                    .apply(
                            ApplyKind.DIRECT,
                            subject().live("key " + i, subject().version(i), "value"));
        }
        ChangeScan.Page page = subject().await(scan().latest(extent().head(), Subject.GENERATION, 2));
        assertThat(page.records()).extracting(record -> record.key().key()).containsExactly("key 4", "key 3");
        ChangeScan.Page next = subject().await(scan().latest(page.position(), Subject.GENERATION, 2));
        assertThat(next.records()).extracting(record -> record.key().key()).containsExactly("key 2", "key 1");
    }

    @Test
    default void aRecordThatIsChangedDuringAScanDownMovesOutOfItsWay() {
        long start = extent().head();
        for (String key : List.of("a", "b", "c")) {
            subject().apply(ApplyKind.DIRECT, subject().live(key, subject().version(1), "value"));
        }
        long head = extent().head();
        ChangeScan.Page first = subject().await(scan().latest(head, Subject.GENERATION, 1));
        assertThat(first.records()).extracting(record -> record.key().key()).containsExactly("c");
        VersionedRecord moved = subject().live("b", subject().version(2), "newer");
        subject().apply(ApplyKind.DIRECT, moved);
        assertThat(back(first.position(), start, 1))
                .extracting(record -> record.key().key())
                .containsExactly("a");
        assertThat(follow(head, 10).records()).containsExactly(moved);
    }

    @Test
    default void theHeadIsBehindAllThatWasCommittedAndBeforeAllThatWillBe() {
        long before = extent().head();
        for (int i = 0; i < 20; i++) {
            VersionedRecord record = subject().live("key " + i, subject().version(i), "value");
            subject().apply(ApplyKind.DIRECT, record);
            ChangeScan.Extent extent = extent();
            assertThat(extent.head()).isGreaterThan(before);
            assertThat(extent.floor()).isBetween(0L, extent.head());
            assertThat(subject()
                            .await(scan().latest(extent.head(), Subject.GENERATION, 1))
                            .records())
                    .containsExactly(record);
            assertThat(follow(extent.head(), 10).records()).isEmpty();
            assertThat(subject()
                            .await(scan().latest(before, Subject.GENERATION, 1))
                            .records())
                    .doesNotContain(record);
            before = extent.head();
        }
    }

    /** What a warm-up does: all up to the head, from the newest down, and what came after it. */
    @Test
    default void downFromTheHeadAndUpFromItNothingIsMissing() throws Exception {
        long start = extent().head();
        Map<RecordKey, Version> written = new ConcurrentHashMap<>();
        Map<RecordKey, Version> seen = new HashMap<>();
        AtomicInteger writing = new AtomicInteger(Parallel.THREADS - 1);
        Parallel.run(thread -> {
            if (thread > 0) {
                for (int i = 0; i < 25; i++) {
                    Version proposal = Version.of(subject().version(i).millis(), 0, thread + 1L);
                    VersionedRecord record = subject().live("key " + (thread * 7 + i * 3) % 40, proposal, "value");
                    Version assigned = subject().apply(ApplyKind.DIRECT, record).version();
                    written.merge(record.key(), assigned, ChangeScanContract::newer);
                }
                writing.decrementAndGet();
                return thread;
            }
            long head;
            do {
                Map<RecordKey, Version> before = Map.copyOf(written);
                head = extent().head();
                seen.clear();
                see(back(head, start, 3), seen);
                // What has moved up meanwhile is seen on the way up.
                see(follow(head, 5).records(), seen);
                before.forEach((key, version) -> assertThat(seen.get(key))
                        .as("%s, of which %s was committed before the head was asked", key, version)
                        .isNotNull()
                        .matches(newest -> !version.isNewerThan(newest)));
            } while (writing.get() > 0);
            see(follow(head, 5).records(), seen);
            return thread;
        });
        assertThat(seen).as("the versions that the scan saw").isEqualTo(written);
    }

    private static void see(List<VersionedRecord> records, Map<RecordKey, Version> seen) {
        records.forEach(record -> seen.merge(record.key(), record.version(), ChangeScanContract::newer));
    }

    private ChangeScan.Extent extent() {
        return subject().await(scan().extent());
    }

    /** The records of this test's namespace from a position down to about another. */
    private List<VersionedRecord> back(long upTo, long downTo, int limit) {
        List<VersionedRecord> records = new ArrayList<>();
        long position = upTo;
        while (position > downTo) {
            ChangeScan.Page page = subject().await(scan().latest(position, Subject.GENERATION, limit));
            assertThat(page.position()).as("positions descend").isLessThan(position);
            page.records().stream()
                    .filter(record -> record.key().namespace().equals(subject().namespace()))
                    .forEach(records::add);
            if (page.records().isEmpty()) {
                assertThat(page.position()).as("nothing is left").isZero();
            }
            position = page.position();
        }
        return records;
    }

    private long see(long position, int limit, Map<RecordKey, Version> seen) {
        ChangeScan.Page page = subject().await(scan().changes(position, Subject.GENERATION, limit));
        assertThat(page.position()).as("positions ascend").isGreaterThanOrEqualTo(position);
        for (VersionedRecord record : page.records()) {
            if (record.key().namespace().equals(subject().namespace())) {
                seen.merge(record.key(), record.version(), ChangeScanContract::newer);
            }
        }
        return page.position();
    }

    private static Version newer(Version a, Version b) {
        return a.isNewerThan(b) ? a : b;
    }

    private ChangeScan scan() {
        return subject().backend().changes().orElseThrow(() -> new AssertionError("the backend declares no changes"));
    }

    private long end() {
        return end(Subject.GENERATION);
    }

    private long end(int generation) {
        return follow(0, 1_000, generation).position();
    }

    private ChangeScan.Page follow(long after, int limit) {
        return follow(after, limit, Subject.GENERATION);
    }

    /** The changes of this test's namespace from a position to the end. */
    private ChangeScan.Page follow(long after, int limit, int generation) {
        List<VersionedRecord> records = new ArrayList<>();
        long position = after;
        while (true) {
            ChangeScan.Page page = subject().await(scan().changes(position, generation, limit));
            assertThat(page.position()).as("positions ascend").isGreaterThanOrEqualTo(position);
            page.records().stream()
                    .filter(record -> record.key().namespace().equals(subject().namespace()))
                    .forEach(records::add);
            if (page.records().isEmpty()) {
                return new ChangeScan.Page(records, page.position());
            }
            assertThat(page.position()).as("a page with records goes on").isGreaterThan(position);
            position = page.position();
        }
    }
}
