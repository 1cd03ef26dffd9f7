package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every legal key is a key of its own: in its namespace, in its generation, byte for byte. */
public interface KeyContract extends Contract {

    @Test
    default void everyLegalKeyRoundTripsByItself() {
        for (String key : Samples.keys()) {
            VersionedRecord record = subject().live(key, subject().version(1), "value of " + key);
            assertThat(subject().apply(ApplyKind.DIRECT, record).status()).isEqualTo(ApplyStatus.APPLIED);
            subject().assertHit(subject().read(key), record);
            subject().apply(ApplyKind.DIRECT, subject().tombstone(key, subject().version(2)));
            subject().assertMiss(subject().read(key), subject().version(2));
        }
    }

    @Test
    default void everyLegalKeyRoundTripsInOneBatch() {
        assertApart(Samples.keys().stream().map(subject()::key).toList());
    }

    @Test
    default void keysThatLookAlikeStayApart() {
        List<List<String>> groups = Samples.lookalikes();
        for (int i = 0; i < groups.size(); i++) {
            String namespace = subject().namespace() + "-" + i;
            assertApart(groups.get(i).stream()
                    .map(key -> new RecordKey(namespace, key))
                    .toList());
        }
    }

    @Test
    default void namespacesStayApart() {
        String base = subject().namespace();
        List<RecordKey> keys = new ArrayList<>();
        for (String suffix : List.of("", ".", "-", "_", ".a", "-a", "_a", "a", ".a.b")) {
            for (String key : List.of("b", "a:b", ".a", "a", ":", "{a}")) {
                keys.add(new RecordKey(base + suffix, key));
            }
        }
        assertApart(keys);
    }

    @Test
    default void generationsStayApart() {
        VersionedRecord first = subject().live("key", subject().version(2), "first");
        VersionedRecord second = subject().live("key", subject().version(1), "second");
        List<RecordKey> keys = List.of(first.key());
        assertThat(subject().apply(ApplyKind.REPLAY, List.of(Change.of(first)), 1, ApplyRequest.NO_LIMIT))
                .allMatch(result -> result.status() == ApplyStatus.APPLIED);
        assertThat(subject().read(keys, 2)).containsExactly(ReadAnswer.Miss.NOTHING);
        assertThat(subject().apply(ApplyKind.REPLAY, List.of(Change.of(second)), 2, ApplyRequest.NO_LIMIT))
                .allMatch(result -> result.status() == ApplyStatus.APPLIED);
        assertThat(subject().read(keys, 1)).containsExactly(new ReadAnswer.Hit(first));
        assertThat(subject().read(keys, 2)).containsExactly(new ReadAnswer.Hit(second));
        assertThat(subject().read(keys, 12)).containsExactly(ReadAnswer.Miss.NOTHING);
    }

    private void assertApart(List<RecordKey> keys) {
        List<Change> changes = new ArrayList<>();
        List<ReadAnswer> expected = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            Version version = subject().version(i + 1);
            VersionedRecord record =
                    new VersionedRecord(keys.get(i), version, Subject.content("value " + i), VersionedRecord.NEVER);
            changes.add(Change.of(record));
            expected.add(new ReadAnswer.Hit(record));
        }
        assertThat(subject().apply(ApplyKind.DIRECT, changes))
                .as("nothing stood there before")
                .allMatch(result -> result.status() == ApplyStatus.APPLIED && !result.metLive());
        assertThat(subject().read(keys)).isEqualTo(expected);
    }
}
