package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.RecordScan;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Reading records by prefix, page by page. For a backend with {@code scan()}. */
public interface ScanContract extends Contract {

    /** More pages than any test has records: a scan that does not end. */
    int ENDLESS = 100_000;

    @Test
    default void aScanFindsEveryLiveRecordAsItStands() {
        List<VersionedRecord> live = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        long later = subject().now() + 600_000;
        for (int i = 0; i < 250; i++) {
            VersionedRecord record = i % 2 == 0
                    ? subject().live("key " + i, subject().version(i), "value " + i)
                    : subject().expiring("key " + i, subject().version(i), "value " + i, later + i);
            live.add(record);
            changes.add(Change.of(record));
        }
        subject().apply(ApplyKind.DIRECT, changes);
        assertThat(scan("", 100)).containsExactlyInAnyOrderElementsOf(live);
        assertThat(scan("", 7)).containsExactlyInAnyOrderElementsOf(live);
        assertThat(scan("", 10_000)).containsExactlyInAnyOrderElementsOf(live);
    }

    @Test
    default void anEmptyNamespaceHasNothing() {
        assertThat(scan("", 10)).isEmpty();
    }

    @Test
    default void deletedAndExpiredRecordsAreLeftOutUnlessTheyAreAskedFor() {
        VersionedRecord live = subject().live("live", subject().version(1), "value");
        subject().apply(ApplyKind.DIRECT, live);
        subject()
                .apply(
                        ApplyKind.DIRECT,
                        subject().tombstone("deleted at once", subject().version(1)));
        subject().apply(ApplyKind.DIRECT, subject().live("deleted", subject().version(1), "value"));
        subject()
                .apply(
                        ApplyKind.DIRECT,
                        subject().tombstone("deleted", subject().version(2)));
        subject()
                .apply(
                        ApplyKind.DIRECT,
                        subject()
                                .expiring(
                                        "expired",
                                        subject().version(1),
                                        "value",
                                        subject().now() - 1_000));
        assertThat(scan("", 10)).containsExactly(live);
        assertThat(scan("", 10, true))
                .containsExactlyInAnyOrder(
                        live,
                        subject().tombstone("deleted at once", subject().version(1)),
                        subject().tombstone("deleted", subject().version(2)),
                        subject().tombstone("expired", subject().version(1)));
    }

    @Test
    default void aPrefixIsTextAndNoPattern() {
        List<String> keys = List.of(
                "a%b",
                "a%", "axb", "a_b", "a__", "a\\b", "a\\", "a*b", "a*", "a?b", "a[bc]", "ab", "a[", "a", "A%b", "^a");
        writeAll(keys);
        for (String prefix :
                List.of("a%", "a_", "a__", "a\\", "a*", "a?", "a[", "a[b", "a", "A", "^", "%", "_", "*", "?")) {
            assertScan(prefix, keys);
        }
    }

    @Test
    default void everyLegalKeyIsFoundByItsOwnPrefixes() {
        List<String> keys = Samples.keys();
        writeAll(keys);
        assertScan("", keys);
        for (String key : keys) {
            assertScan(key, keys);
            assertScan(key.substring(0, key.offsetByCodePoints(0, 1)), keys);
        }
    }

    @Test
    default void aNamespaceIsTextAndNoPattern() {
        String base = subject().namespace();
        List<RecordKey> keys = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        for (String suffix : List.of("_a", "-a", ".a", "xa", "_a.b", "_")) {
            RecordKey key = new RecordKey(base + suffix, "key");
            keys.add(key);
            changes.add(Change.of(
                    new VersionedRecord(key, subject().version(1), Subject.content("v"), VersionedRecord.NEVER)));
        }
        subject().apply(ApplyKind.DIRECT, changes);
        for (RecordKey key : keys) {
            assertThat(scan(Optional.of(key.namespace()), "", Subject.GENERATION, 10))
                    .extracting(VersionedRecord::key)
                    .containsExactly(key);
        }
    }

    @Test
    default void withoutANamespaceAllAreScanned() {
        String prefix = Subject.unique("prefix");
        List<RecordKey> keys = new ArrayList<>();
        List<Change> changes = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            RecordKey key = new RecordKey(subject().namespace() + "-" + i, prefix + i);
            keys.add(key);
            changes.add(Change.of(
                    new VersionedRecord(key, subject().version(1), Subject.content("v"), VersionedRecord.NEVER)));
        }
        subject().apply(ApplyKind.DIRECT, changes);
        assertThat(scan(Optional.empty(), prefix, Subject.GENERATION, 1_000))
                .extracting(VersionedRecord::key)
                .containsExactlyInAnyOrderElementsOf(keys);
    }

    @Test
    default void aScanSeesItsOwnGenerationAlone() {
        VersionedRecord first = subject().live("key", subject().version(1), "first");
        VersionedRecord second = subject().live("key", subject().version(2), "second");
        subject().apply(ApplyKind.DIRECT, List.of(Change.of(first)), 1, ApplyRequest.NO_LIMIT);
        subject().apply(ApplyKind.DIRECT, List.of(Change.of(second)), 11, ApplyRequest.NO_LIMIT);
        assertThat(scan(Optional.of(subject().namespace()), "", 1, 10)).containsExactly(first);
        assertThat(scan(Optional.of(subject().namespace()), "", 11, 10)).containsExactly(second);
    }

    @Test
    default void foreignValuesAreFoundAndNewerFormatsLeftOut() throws Exception {
        VersionedRecord ours = subject().live("ours", subject().version(1), "value");
        subject().apply(ApplyKind.DIRECT, ours);
        subject()
                .fixture()
                .writeForeign(subject().key("theirs"), Subject.GENERATION, "v".getBytes(StandardCharsets.UTF_8));
        subject().fixture().writeNewerFormat(subject().key("newer"), Subject.GENERATION);
        assertThat(scan("", 10)).containsExactlyInAnyOrder(ours, subject().live("theirs", Version.NONE, "v"));
    }

    @Test
    default void aScanAmongWritesFindsWhatStandsAllThrough() throws Exception {
        List<String> standing = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            standing.add("standing " + i);
        }
        writeAll(standing);
        Parallel.run(thread -> {
            if (thread == 0) {
                for (int round = 0; round < 3; round++) {
                    assertThat(scan("", 10))
                            .extracting(record -> record.key().key())
                            .containsAll(standing);
                }
            } else {
                for (int i = 0; i < 20; i++) {
                    String key = "moving " + thread + "/" + i;
                    subject()
                            .apply(
                                    ApplyKind.DIRECT,
                                    subject().live(key, subject().version(1), "value"));
                    subject()
                            .apply(
                                    ApplyKind.DIRECT,
                                    subject().tombstone(key, subject().version(2)));
                }
            }
            return thread;
        });
    }

    @Test
    default void whatAProbeWritesIsNoRecord() {
        String prefix = "";
        List<RecordKey> before = scan(Optional.empty(), prefix, Subject.GENERATION, 1_000).stream()
                .map(VersionedRecord::key)
                .toList();
        subject().probe();
        assertThat(scan(Optional.empty(), prefix, Subject.GENERATION, 1_000))
                .extracting(VersionedRecord::key)
                .isSubsetOf(before);
    }

    private void writeAll(List<String> keys) {
        List<Change> changes = new ArrayList<>();
        for (String key : keys) {
            changes.add(Change.of(subject().live(key, subject().version(1), "value of " + key)));
        }
        subject().apply(ApplyKind.DIRECT, changes);
    }

    private void assertScan(String prefix, List<String> keys) {
        assertThat(scan(prefix, 50))
                .as("scan by prefix '%s'", prefix)
                .extracting(record -> record.key().key())
                .containsExactlyInAnyOrderElementsOf(
                        keys.stream().filter(key -> key.startsWith(prefix)).toList());
    }

    private List<VersionedRecord> scan(String prefix, int limit) {
        return scan(Optional.of(subject().namespace()), prefix, Subject.GENERATION, limit);
    }

    private List<VersionedRecord> scan(String prefix, int limit, boolean ended) {
        return scan(Optional.of(subject().namespace()), prefix, Subject.GENERATION, limit, ended);
    }

    private List<VersionedRecord> scan(Optional<String> namespace, String prefix, int generation, int limit) {
        return scan(namespace, prefix, generation, limit, false);
    }

    /** All records of a scan; one that is returned twice counts once. */
    private List<VersionedRecord> scan(
            Optional<String> namespace, String prefix, int generation, int limit, boolean ended) {
        RecordScan scan =
                subject().backend().scan().orElseThrow(() -> new AssertionError("the backend declares no scan"));
        List<VersionedRecord> found = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        for (int pages = 0; pages < ENDLESS; pages++) {
            RecordScan.Page page = subject()
                    .await(scan.scan(new RecordScan.Request(namespace, prefix, generation, cursor, limit, ended)));
            found.addAll(page.records());
            cursor = page.cursor();
            if (cursor.isEmpty()) {
                return found.stream().distinct().toList();
            }
        }
        throw new AssertionError("the scan does not end");
    }
}
