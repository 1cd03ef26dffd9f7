package io.resilientstorage.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PendingRecordsTest {

    private static final Origin HINTED = new Origin(0, "life", true);

    private static VersionedRecord record(String key, int version, int length) {
        return new VersionedRecord(
                new RecordKey("n", key),
                Version.of(1_000, version, 1),
                Content.value(new byte[length]),
                VersionedRecord.NEVER);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 24, 25, 50, 400})
    void theAgeOfARecordIsThatOfItsOwnHoweverLongTheProcessRuns(int days) {
        PendingRecords pending = new PendingRecords(10, 1 << 20, source -> true);
        long now = Duration.ofDays(days).toNanos() + 1;

        pending.offer(record("k", 1, 1), HINTED, now, null);

        assertThat(pending.oldestSince()).isEqualTo(now);
        assertThat(pending.take(1, 1 << 20))
                .singleElement()
                .satisfies(sent -> assertThat(sent.since()).isEqualTo(now));
    }

    @Test
    void aLargerRecordOfAKeyIsForgottenBeyondTheBytesWhereAHintKeepsIt() {
        PendingRecords pending = new PendingRecords(10, 1_000, source -> true);
        pending.offer(record("k", 1, 400), HINTED, 0, null);
        pending.offer(record("l", 1, 400), HINTED, 0, null);

        assertThat(pending.offer(record("k", 2, 700), HINTED, 0, null)).isFalse();

        assertThat(pending.newest(new RecordKey("n", "k"))).isEqualTo(record("k", 1, 400));
        assertThat(pending.offer(record("k", 3, 500), HINTED, 0, null)).isTrue();
        assertThat(pending.offer(record("l", 4, 100), HINTED, 0, null)).isTrue();
        assertThat(pending.newest(new RecordKey("n", "k"))).isEqualTo(record("k", 3, 500));
    }

    @Test
    void aLargerRecordOfAKeyThatNothingElseHoldsIsNeverForgotten() {
        PendingRecords pending = new PendingRecords(10, 1_000, source -> true);
        pending.offer(record("k", 1, 400), HINTED, 0, null);

        assertThat(pending.offer(record("k", 2, 2_000), new Origin(0, "life", false), 0, null))
                .isTrue();

        assertThat(pending.newest(new RecordKey("n", "k"))).isEqualTo(record("k", 2, 2_000));
    }

    /** Several calls may have found the last room at the same time. */
    @Test
    void whatOnlyThisProcessHasIsNeverForgottenThoughItsMemoryKeepsAHint() {
        PendingRecords pending = new PendingRecords(1, 1_000, source -> false);

        assertThat(pending.offer(record("k", 1, 1), HINTED, 0, null)).isTrue();
        assertThat(pending.offer(record("l", 1, 1), HINTED, 0, null)).isTrue();

        assertThat(pending.unhinted()).isEqualTo(2);
    }

    @Test
    void aWholeBatchPressesAndWhatIsOnItsWayDoesNot() {
        PendingRecords pending = new PendingRecords(10, 1_000, source -> true);
        pending.offer(record("k", 1, 1), HINTED, 0, null);
        assertThat(pending.presses(2)).isFalse();

        pending.offer(record("l", 1, 1), HINTED, 0, null);
        assertThat(pending.presses(2)).isTrue();

        pending.take(1, 1_000);
        assertThat(pending.presses(2)).isFalse();
    }

    @Test
    void whatSomebodyWaitsForPressesUntilItIsThereOrIsPutOff() {
        PendingRecords pending = new PendingRecords(10, 1_000, source -> true);
        Delivery one = new Delivery(Set.of(1), 1);
        Delivery other = new Delivery(Set.of(1), 1);
        pending.offer(record("k", 1, 1), HINTED, 0, one);
        pending.offer(record("k", 2, 1), HINTED, 0, other);
        assertThat(pending.presses(500)).isTrue();

        PendingRecords.Sent sent = pending.take(1, 1_000).get(0);
        assertThat(pending.returned(sent)).containsExactly(one, other);
        assertThat(pending.presses(500)).as("put off").isFalse();

        pending.offer(record("k", 3, 1), HINTED, 0, new Delivery(Set.of(1), 1));
        assertThat(pending.presses(500)).isTrue();
        pending.delivered(pending.take(1, 1_000).get(0));
        assertThat(pending.presses(500)).as("delivered").isFalse();
    }

    @Test
    void whatFailedGoesBeforeWhatIsReadyAndWhatIsPostponedAfterIt() {
        PendingRecords pending = new PendingRecords(10, 1_000, source -> true);
        Delivery delivery = new Delivery(Set.of(1), 1);
        pending.offer(record("failed", 1, 1), HINTED, 0, null);
        pending.offer(record("postponed", 1, 1), HINTED, 0, delivery);
        List<PendingRecords.Sent> sent = pending.take(2, 1_000);
        pending.offer(record("ready", 1, 1), HINTED, 0, null);

        assertThat(pending.postponed(sent.get(1))).containsExactly(delivery);
        pending.returned(sent.get(0));

        assertThat(pending.presses(500)).as("nobody waits for it any longer").isFalse();
        assertThat(pending.take(10, 1_000))
                .extracting(next -> next.record().key().key())
                .containsExactly("failed", "ready", "postponed");
    }
}
