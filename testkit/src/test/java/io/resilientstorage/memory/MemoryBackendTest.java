package io.resilientstorage.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MemoryBackendTest {

    private final MemoryBench bench = new MemoryBench(MemoryBounds.DEFAULT);

    @Test
    void aRecordEndsAtTheMillisecondOfItsExpiry() {
        VersionedRecord record = bench.ending("key", 1, Duration.ofSeconds(10));
        bench.apply(ApplyKind.DIRECT, record);
        bench.time.advance(Duration.ofMillis(9_999));
        assertThat(bench.read("key")).isEqualTo(new ReadAnswer.Hit(record));
        bench.time.advance(Duration.ofMillis(1));
        assertThat(bench.read("key")).isEqualTo(new ReadAnswer.Miss(record.version()));
    }

    @Test
    void expiryFollowsTheReferenceClockWhenItsOffsetIsMeasuredAnew() {
        VersionedRecord record = bench.ending("key", 1, Duration.ofSeconds(10));
        bench.apply(ApplyKind.DIRECT, record);
        bench.clock.useOffset(-20_000);
        bench.time.advance(Duration.ofSeconds(29));
        assertThat(bench.read("key")).isEqualTo(new ReadAnswer.Hit(record));
        bench.clock.useOffset(0);
        assertThat(bench.read("key")).isInstanceOf(ReadAnswer.Miss.class);
    }

    @Test
    void whatHasEndedIsFreedWithinAMinuteWithoutAnyCall() {
        for (int i = 0; i < 1_000; i++) {
            bench.apply(ApplyKind.DIRECT, bench.ending("key " + i, 1, Duration.ofSeconds(1 + i % 30)));
        }
        assertThat(bench.backend.usage().living()).isEqualTo(1_000);
        bench.time.advance(Duration.ofSeconds(30 + 60));
        MemoryUsage usage = bench.backend.usage();
        assertThat(usage.living()).isZero();
        assertThat(usage.livingBytes()).isZero();
        assertThat(usage.evicted()).as("ended is not evicted").isZero();
        assertThat(usage.graves()).isEqualTo(1_000);
    }

    @Test
    void manyThatEndAtOnceAreFreedInSteps() {
        for (int i = 0; i < 20_000; i++) {
            bench.apply(ApplyKind.DIRECT, bench.ending("key " + i, 1, Duration.ofSeconds(3)));
        }
        bench.time.advance(Duration.ofSeconds(3).plus(Ends.LINGER).minusMillis(1));
        long before = bench.backend.usage().living();
        long most = 0;
        for (int millis = 0; millis < 10_000 && before > 0; millis++) {
            bench.time.advance(Duration.ofMillis(1));
            long after = bench.backend.usage().living();
            most = Math.max(most, before - after);
            before = after;
        }
        assertThat(before).isZero();
        assertThat(most).as("freed in one step").isBetween(1L, 2_000L);
    }

    @Test
    void aRecordThatWasWrittenAgainWithALongerLifeIsNotFreedAtItsFormerEnd() {
        for (int i = 0; i < 100; i++) {
            bench.apply(ApplyKind.DIRECT, bench.ending("key", i, Duration.ofSeconds(5)));
        }
        bench.apply(ApplyKind.DIRECT, bench.ending("key", 100, Duration.ofMinutes(5)));
        bench.time.advance(Duration.ofMinutes(4));
        assertThat(bench.read("key")).isInstanceOf(ReadAnswer.Hit.class);
        bench.time.advance(Duration.ofMinutes(2));
        assertThat(bench.backend.usage().living()).isZero();
    }

    @Test
    void whatEndsAfterDaysIsFreedSoonAfterwards() {
        bench.apply(ApplyKind.DIRECT, bench.ending("key", 1, Duration.ofDays(3)));
        bench.time.advance(Duration.ofDays(3).minusSeconds(1));
        assertThat(bench.read("key")).isInstanceOf(ReadAnswer.Hit.class);
        bench.time.advance(Duration.ofMinutes(1));
        assertThat(bench.backend.usage().living()).isZero();
    }

    @Test
    void aStepOfTheSharedClockThatIsTakenBackFreesNothingAndStopsNoSweep() {
        VersionedRecord record = bench.ending("key", 1, Duration.ofSeconds(60));
        bench.apply(ApplyKind.DIRECT, record);
        bench.clock.useOffset(Duration.ofDays(3_650).toMillis());
        bench.time.advance(Duration.ofSeconds(10));
        bench.clock.useOffset(0);
        assertThat(bench.read("key")).isEqualTo(new ReadAnswer.Hit(record));

        bench.apply(ApplyKind.DIRECT, bench.ending("other", 1, Duration.ofSeconds(20)));
        bench.time.advance(Duration.ofMinutes(2));
        assertThat(bench.backend.usage().living()).isZero();
    }

    @Test
    void whatHasEndedForGoodStaysDeadWhenTheClockGoesBack() {
        VersionedRecord record = bench.ending("key", 1, Duration.ofSeconds(5));
        bench.apply(ApplyKind.DIRECT, record);
        bench.time.advance(Duration.ofMinutes(2));
        assertThat(bench.backend.usage().graves()).isEqualTo(1);
        bench.clock.useOffset(Duration.ofMinutes(-5).toMillis());
        assertThat(bench.read("key")).isEqualTo(new ReadAnswer.Miss(record.version()));
        RecordKey key = bench.key("key");
        assertThat(bench.backend.immediateReads().orElseThrow().read(key.namespace(), key.key(), 1))
                .isEqualTo(new ReadAnswer.Miss(record.version()));
        assertThat(bench.apply(ApplyKind.DIRECT, bench.live("key", 2, "new")).metLive())
                .isFalse();
    }

    @Test
    void theVersionOfARecordThatHasEndedIsKeptThroughTheTombstoneLife() {
        VersionedRecord record = bench.ending("key", 5, Duration.ofSeconds(1));
        bench.apply(ApplyKind.DIRECT, record);
        bench.time.advance(MemoryBench.TOMBSTONE_LIFE);
        assertThat(bench.read("key")).isEqualTo(new ReadAnswer.Miss(record.version()));
        assertThat(bench.apply(ApplyKind.REPLAY, bench.live("key", 4, "older")))
                .isEqualTo(new ApplyResult(ApplyStatus.SUPERSEDED, record.version(), false));
        bench.time.advance(Duration.ofMinutes(2));
        assertThat(bench.read("key")).isEqualTo(ReadAnswer.Miss.NOTHING);
        assertThat(bench.backend.usage().graves()).isZero();
    }

    @Test
    void aTombstoneIsForgottenAfterItsLife() {
        bench.apply(ApplyKind.DIRECT, bench.tombstone("key", 1));
        bench.time.advance(MemoryBench.TOMBSTONE_LIFE.minusSeconds(1));
        assertThat(bench.read("key")).isEqualTo(new ReadAnswer.Miss(bench.version(1)));
        bench.time.advance(Duration.ofSeconds(10));
        assertThat(bench.read("key")).isEqualTo(ReadAnswer.Miss.NOTHING);
    }

    @Test
    void aKeyThatIsWrittenAgainLeavesNoGrave() {
        bench.apply(ApplyKind.DIRECT, bench.tombstone("key", 1));
        assertThat(bench.backend.usage().graves()).isEqualTo(1);
        bench.apply(ApplyKind.DIRECT, bench.live("key", 2, "again"));
        assertThat(bench.backend.usage().graves()).isZero();
    }

    @Test
    void afterItsCloseItHoldsNothingRunsNothingAndAnswersNothing() {
        bench.apply(ApplyKind.DIRECT, bench.live("key", 1, "value"));
        bench.backend.close(Duration.ofSeconds(1));
        assertThat(bench.time.pendingTimers()).isZero();
        assertThat(bench.backend.usage()).isEqualTo(MemoryUsage.NONE);
        assertThatThrownBy(() -> bench.read("key"))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(BackendException.class, e -> {
                    assertThat(e.kind()).isEqualTo(BackendException.Kind.UNAVAILABLE);
                    assertThat(e.outcomeKnown()).isTrue();
                });
    }

    @Test
    void itGoesOnSweepingWithOneTimer() {
        bench.time.advance(Duration.ofMinutes(10));
        assertThat(bench.time.failures()).isEmpty();
        assertThat(bench.time.pendingTimers())
                .as("exactly one sweep is scheduled")
                .isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 65536, maxEntries",
        "-1, 65536, maxEntries",
        "100000001, 65536, maxEntries",
        "1, 65535, maxBytes",
        "1, 0, maxBytes",
        "1, 1125899906842625, maxBytes"
    })
    void aBoundOutOfItsRangeIsRefusedByItsName(int maxEntries, long maxBytes, String name) {
        assertThatThrownBy(() -> new MemoryBounds(maxEntries, maxBytes))
                .isInstanceOfSatisfying(
                        InvalidSettingException.class,
                        e -> assertThat(e.setting()).isEqualTo(name))
                .hasMessageContaining("must be between");
    }

    @Test
    void aHitOfAForeignVersionIsALiveRecord() {
        bench.apply(ApplyKind.SEED, bench.live("key", Version.NONE, "theirs"));
        assertThat(bench.read("key")).isInstanceOf(ReadAnswer.Hit.class);
    }
}
