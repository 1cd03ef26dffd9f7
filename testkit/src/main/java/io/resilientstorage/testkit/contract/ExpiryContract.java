package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A record is found until it ends, by the backend's clock, and never after; whatever the process's wall clock says. */
public interface ExpiryContract extends Contract {

    /** How far the clock that a probe tells may be from the one that expiry is judged by. */
    long TOLERANCE_MILLIS = 5;

    @Test
    default void aRecordIsFoundUntilItEndsAndNeverAfter() {
        VersionedRecord record = subject()
                .expiring("key", subject().version(1), "value", subject().askNow() + 400);
        subject().apply(ApplyKind.DIRECT, record);
        assertEndsInTime(record);
    }

    @Test
    default void aReplayedRecordEndsInTime() {
        VersionedRecord record = subject()
                .expiring("key", subject().version(1), "value", subject().askNow() + 400);
        subject().apply(ApplyKind.REPLAY, record);
        assertEndsInTime(record);
    }

    @Test
    default void aLaterWriteWithAShorterLifeEndsInTime() {
        subject().apply(ApplyKind.DIRECT, subject().live("key", subject().version(1), "for ever"));
        VersionedRecord record = subject()
                .expiring("key", subject().version(2), "value", subject().askNow() + 400);
        subject().apply(ApplyKind.DIRECT, record);
        assertEndsInTime(record);
    }

    /** What is older may have been on its way since before the newer one was written. */
    @ParameterizedTest
    @EnumSource(names = {"REPLAY", "SEED"})
    default void whatIsOlderDoesNotComeBackWhenTheNewerHasEnded(ApplyKind kind) {
        VersionedRecord newer = subject()
                .expiring("key", subject().version(2), "newer", subject().askNow() + 200);
        subject().apply(ApplyKind.DIRECT, newer);
        assertEndsInTime(newer);
        VersionedRecord older = subject().live("key", subject().version(1), "older, and late");
        assertThat(subject().apply(kind, older))
                .isEqualTo(new ApplyResult(ApplyStatus.SUPERSEDED, newer.version(), false));
        subject().assertMiss(subject().read("key"), newer.version());
    }

    @Test
    default void aWriteOfASlowClockIsRaisedAboveWhatHasEnded() {
        VersionedRecord newer = subject()
                .expiring("key", subject().version(2), "newer", subject().askNow() + 200);
        subject().apply(ApplyKind.DIRECT, newer);
        assertEndsInTime(newer);
        ApplyResult result = subject()
                .apply(ApplyKind.DIRECT, subject().live("key", subject().version(1), "of a slow clock"));
        assertThat(result.status()).isEqualTo(ApplyStatus.APPLIED);
        assertThat(result.version().isNewerThan(newer.version())).isTrue();
    }

    @Test
    default void aRecordThatHadEndedIsNeverFound() {
        for (long ago : List.of(1L, 1_000L, Duration.ofHours(20).toMillis())) {
            String key = "ended " + ago;
            VersionedRecord record = subject()
                    .expiring(key, subject().version(1), "value", subject().askNow() - ago);
            assertThat(subject().apply(ApplyKind.DIRECT, record).status()).isEqualTo(ApplyStatus.APPLIED);
            subject().assertMiss(subject().read(key), record.version());
        }
    }

    @Test
    default void aStepOfTheWallClockEndsNoRecordAndKeepsNone() {
        long now = subject().askNow();
        VersionedRecord living = subject().expiring("living", subject().version(1), "value", now + 60_000);
        VersionedRecord ended = subject().expiring("ended", subject().version(1), "value", now - 1_000);
        subject().apply(ApplyKind.DIRECT, living);
        subject().apply(ApplyKind.DIRECT, ended);
        for (int days : List.of(400, -800, 400)) {
            subject().time().stepWallClock(Duration.ofDays(days));
            subject().assertHit(subject().read("living"), living);
            subject().assertMiss(subject().read("ended"), ended.version());
        }
    }

    @Test
    default void aRecordWrittenUnderAWrongWallClockEndsInTime() {
        for (int days : List.of(-3, 6)) {
            subject().time().stepWallClock(Duration.ofDays(days));
            String key = "stepped by " + days;
            VersionedRecord record = subject()
                    .expiring(key, subject().version(1), "value", subject().askNow() + 300);
            assertThat(subject().apply(ApplyKind.DIRECT, record).status()).isEqualTo(ApplyStatus.APPLIED);
            assertEndsInTime(record);
        }
    }

    @Test
    default void aWriteAfterTheEndFindsNothingLiving() {
        VersionedRecord first = subject()
                .expiring("key", subject().version(1), "value", subject().askNow() + 50);
        subject().apply(ApplyKind.DIRECT, first);
        await().until(() -> !(subject().read("key") instanceof ReadAnswer.Hit));
        VersionedRecord second = subject().live("key", subject().version(2), "second");
        var result = subject().apply(ApplyKind.DIRECT, second);
        assertThat(result.metLive()).isFalse();
        assertThat(result.status()).isEqualTo(ApplyStatus.APPLIED);
        subject().assertHit(subject().read("key"), second);
    }

    private void assertEndsInTime(VersionedRecord record) {
        AtomicInteger hits = new AtomicInteger();
        await().pollInterval(Duration.ofMillis(5)).until(() -> {
            long before = subject().askNow();
            ReadAnswer answer = subject().read(record.key());
            long after = subject().askNow();
            if (answer instanceof ReadAnswer.Hit) {
                assertThat(before).as("found after its end").isLessThan(record.expiresAt() + TOLERANCE_MILLIS);
                subject().assertHit(answer, record);
                hits.incrementAndGet();
                return false;
            }
            assertThat(after).as("not found before its end").isGreaterThan(record.expiresAt() - TOLERANCE_MILLIS);
            assertThat(answer)
                    .as("the version of a record that ended is remembered for a while")
                    .isEqualTo(new ReadAnswer.Miss(record.version()));
            return true;
        });
        assertThat(hits).as("reads that found it before its end").hasPositiveValue();
    }
}
