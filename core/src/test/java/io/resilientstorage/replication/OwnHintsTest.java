package io.resilientstorage.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.time.Clock;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** When a process leaves hints to its own replicator, and when it carries them. */
class OwnHintsTest {

    private static final int SOURCE = 1;
    private static final int ELSEWHERE = 3;
    private static final Origin HINTED = new Origin(SOURCE, "life", true);

    private final PendingRecords pending = new PendingRecords(100, 1 << 20, source -> true);
    private int clearing;
    private long nowMillis;
    private final OwnHints own =
            new OwnHints(() -> pending.hintedAt(SOURCE), pending::oldestSince, () -> clearing, new ClockAt());

    private final class ClockAt implements Clock {
        @Override
        public long nanos() {
            return TimeUnit.MILLISECONDS.toNanos(nowMillis);
        }

        @Override
        public long wallMillis() {
            return nowMillis;
        }
    }

    @Test
    void hintsOfWhatWaitsHereAreItsOwn() {
        offer("a", 1, HINTED);
        offer("b", 1, HINTED);
        nowMillis = 60_000;

        assertThat(areAll(2, 60_000)).isTrue();
        assertThat(areAll(3, 60_000)).as("one more").isFalse();
    }

    @Test
    void whatIsAboutToBeClearedIsItsOwnToo() {
        offer("a", 1, HINTED);
        clearing = 2;

        assertThat(areAll(3, 0)).isTrue();
        assertThat(areAll(4, 0)).isFalse();
    }

    @Test
    void whatWasDeliveredWhileTheSourceWasAskedIsItsOwn() {
        offer("a", 1, HINTED);
        offer("b", 1, HINTED);
        long before = own.count();
        pending.delivered(pending.take(1, 1 << 20).get(0));

        assertThat(own.areAll(new HintSummary(2, 0, 0), before)).isTrue();
        assertThat(areAll(2, 0)).isFalse();
    }

    /** However few they are among many: a process that writes all the time must not hide them. */
    @Test
    void aHintThatIsOlderThanAllThatWaitsIsAnothers() {
        nowMillis = 60_000;
        offer("a", 1, HINTED);
        offer("b", 1, HINTED);
        nowMillis = 60_500;

        assertThat(areAll(1, 1_400)).isTrue();
        assertThat(areAll(1, 1_600)).isFalse();
    }

    @Test
    void withNothingThatWaitsAllAreOthers() {
        clearing = 5;

        assertThat(areAll(1, 0)).isFalse();
    }

    @Test
    void aKeyCountsOnceWhereverItWasWrittenAgainAndNotAfterItsDelivery() {
        offer("a", 1, HINTED);
        offer("a", 2, HINTED);
        offer("a", 3, new Origin(ELSEWHERE, "life", true));
        offer("b", 1, new Origin(SOURCE, "life", false));

        assertThat(pending.hintedAt(SOURCE)).isEqualTo(1);
        assertThat(pending.hintedAt(ELSEWHERE)).isEqualTo(1);
        pending.take(2, 1 << 20).forEach(pending::delivered);
        assertThat(pending.hintedAt(SOURCE)).isZero();
        assertThat(pending.hintedAt(ELSEWHERE)).isZero();
    }

    private boolean areAll(long hints, long oldestMillis) {
        return own.areAll(new HintSummary(hints, 0, oldestMillis), own.count());
    }

    private void offer(String key, long millis, Origin origin) {
        VersionedRecord record = new VersionedRecord(
                new RecordKey("default", key),
                Version.of(millis, 0, 1),
                Content.value(new byte[] {1}),
                VersionedRecord.NEVER);
        pending.offer(record, origin, TimeUnit.MILLISECONDS.toNanos(nowMillis), null);
    }
}
