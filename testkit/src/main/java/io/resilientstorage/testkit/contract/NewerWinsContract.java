package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Carried records: applied only if newer, under their own version, in any order and however often. */
public interface NewerWinsContract extends Contract {

    @ParameterizedTest
    @EnumSource(names = {"REPLAY", "SEED"})
    default void aNewerRecordReplacesAnOlderOne(ApplyKind kind) {
        subject().apply(kind, subject().live("key", subject().version(1), "old"));
        VersionedRecord newer = subject().live("key", subject().version(2), "new");
        assertThat(subject().apply(kind, newer)).isEqualTo(new ApplyResult(ApplyStatus.APPLIED, newer.version(), true));
        subject().assertHit(subject().read("key"), newer);
    }

    @ParameterizedTest
    @EnumSource(names = {"REPLAY", "SEED"})
    default void anOlderRecordIsSuperseded(ApplyKind kind) {
        VersionedRecord newer = subject().live("key", subject().version(2), "new");
        subject().apply(kind, newer);
        assertThat(subject().apply(kind, subject().live("key", subject().version(1), "old")))
                .isEqualTo(new ApplyResult(ApplyStatus.SUPERSEDED, newer.version(), true));
        assertThat(subject().apply(kind, subject().tombstone("key", subject().version(1))))
                .isEqualTo(new ApplyResult(ApplyStatus.SUPERSEDED, newer.version(), true));
        subject().assertHit(subject().read("key"), newer);
    }

    @ParameterizedTest
    @EnumSource(names = {"REPLAY", "SEED"})
    default void theSameRecordAgainChangesNothing(ApplyKind kind) {
        VersionedRecord record = subject()
                .expiring("key", subject().version(1), "value", subject().now() + 60_000);
        subject().apply(kind, record);
        for (int i = 0; i < 3; i++) {
            assertThat(subject().apply(kind, record))
                    .isEqualTo(new ApplyResult(ApplyStatus.SUPERSEDED, record.version(), true));
        }
        subject().assertHit(subject().read("key"), record);
    }

    @Test
    default void versionsAreComparedAsNumbersInAllTheirParts() {
        long millis = subject().version(1).millis();
        List<Version> ascending = List.of(
                Version.of(999, 65_535, Long.MAX_VALUE),
                Version.of(1_000, 0, 0),
                Version.of(millis, 0, 0),
                Version.of(millis, 0, 9),
                Version.of(millis, 0, 10),
                Version.of(millis, 0, 1L << 53),
                Version.of(millis, 0, (1L << 53) + 1),
                Version.of(millis, 0, Long.MAX_VALUE - 1),
                Version.of(millis, 0, Long.MAX_VALUE),
                Version.of(millis, 9, 1),
                Version.of(millis, 10, 0),
                Version.of(millis, 65_534, 5),
                Version.of(millis, 65_535, 0),
                Version.of(millis + 1, 0, 0));
        for (Version version : ascending) {
            VersionedRecord record = subject().live("key", version, version.text());
            assertThat(subject().apply(ApplyKind.SEED, record).status())
                    .as("is newer: %s", version)
                    .isEqualTo(ApplyStatus.APPLIED);
            subject().assertHit(subject().read("key"), record);
        }
        Version last = ascending.get(ascending.size() - 1);
        for (Version version : ascending) {
            assertThat(subject().apply(ApplyKind.SEED, subject().live("key", version, "again")))
                    .isEqualTo(new ApplyResult(ApplyStatus.SUPERSEDED, last, true));
        }
    }

    @Test
    default void aReplayOlderThanTheTombstoneLifeThatMeetsNothingIsTooOld() {
        Version old = Version.of(
                subject().now()
                        - Subject.TOMBSTONE_LIFE.toMillis()
                        - Duration.ofMinutes(1).toMillis(),
                0,
                1);
        assertThat(subject().apply(ApplyKind.REPLAY, subject().live("live", old, "value")))
                .isEqualTo(new ApplyResult(ApplyStatus.TOO_OLD, Version.NONE, false));
        assertThat(subject().apply(ApplyKind.REPLAY, subject().tombstone("deleted", old)))
                .isEqualTo(new ApplyResult(ApplyStatus.TOO_OLD, Version.NONE, false));
        subject().assertMiss(subject().read("live"), Version.NONE);
        subject().assertMiss(subject().read("deleted"), Version.NONE);
    }

    @Test
    default void aReplayJustWithinTheTombstoneLifeIsApplied() {
        Version version = Version.of(
                subject().now()
                        - Subject.TOMBSTONE_LIFE.toMillis()
                        + Duration.ofMinutes(10).toMillis(),
                0,
                1);
        VersionedRecord record = subject().live("key", version, "value");
        assertThat(subject().apply(ApplyKind.REPLAY, record).status()).isEqualTo(ApplyStatus.APPLIED);
        subject().assertHit(subject().read("key"), record);
    }

    @Test
    default void anAncientReplayThatMeetsSomethingOlderIsApplied() {
        long ancient = subject().now() - Duration.ofDays(30).toMillis();
        subject().apply(ApplyKind.SEED, subject().live("key", Version.of(ancient, 0, 1), "older"));
        VersionedRecord record = subject().live("key", Version.of(ancient, 1, 1), "newer");
        assertThat(subject().apply(ApplyKind.REPLAY, record).status()).isEqualTo(ApplyStatus.APPLIED);
        subject().assertHit(subject().read("key"), record);
    }

    @Test
    default void anAncientSeedIsApplied() {
        Version ancient = Version.of(subject().now() - Duration.ofDays(3_650).toMillis(), 0, 1);
        VersionedRecord record = subject().live("key", ancient, "value");
        assertThat(subject().apply(ApplyKind.SEED, record).status()).isEqualTo(ApplyStatus.APPLIED);
        subject().assertHit(subject().read("key"), record);
    }

    @ParameterizedTest
    @EnumSource
    default void aRecordThatArrivesExpiredHidesWhatIsOlder(ApplyKind kind) {
        subject().apply(ApplyKind.REPLAY, subject().live("key", subject().version(2), "older, and there first"));
        VersionedRecord expired = subject()
                .expiring("key", subject().version(3), "expired", subject().now() - 1_000);
        assertThat(subject().apply(kind, expired))
                .isEqualTo(new ApplyResult(ApplyStatus.APPLIED, expired.version(), true));
        subject().assertMiss(subject().read("key"), expired.version());
        assertThat(subject()
                        .apply(ApplyKind.REPLAY, subject().live("key", subject().version(1), "older, and late")))
                .isEqualTo(new ApplyResult(ApplyStatus.SUPERSEDED, expired.version(), false));
        subject().assertMiss(subject().read("key"), expired.version());
    }

    @Test
    default void aRecordThatArrivesLongExpiredHidesWhatIsOlderThroughTheTombstoneLife() {
        long twentyHoursAgo = subject().now() - Duration.ofHours(20).toMillis();
        VersionedRecord expired =
                subject().expiring("key", Version.of(twentyHoursAgo, 0, 1), "expired", twentyHoursAgo + 1_000);
        assertThat(subject().apply(ApplyKind.REPLAY, expired).status()).isEqualTo(ApplyStatus.APPLIED);
        VersionedRecord older = subject().live("key", Version.of(twentyHoursAgo - 1_000, 0, 1), "older");
        assertThat(subject().apply(ApplyKind.REPLAY, older))
                .isEqualTo(new ApplyResult(ApplyStatus.SUPERSEDED, expired.version(), false));
        subject().assertMiss(subject().read("key"), expired.version());
    }

    @Test
    default void aNewerReplayReplacesOneThatArrivedExpired() {
        subject()
                .apply(
                        ApplyKind.REPLAY,
                        subject()
                                .expiring(
                                        "key",
                                        subject().version(1),
                                        "expired",
                                        subject().now() - 1_000));
        VersionedRecord newer = subject().live("key", subject().version(2), "newer");
        assertThat(subject().apply(ApplyKind.REPLAY, newer))
                .isEqualTo(new ApplyResult(ApplyStatus.APPLIED, newer.version(), false));
        subject().assertHit(subject().read("key"), newer);
    }

    @Test
    default void replaysInAnyOrderBySixteenThreadsConvergeOnTheNewest() throws Exception {
        List<VersionedRecord> records = new ArrayList<>();
        for (int i = 1; i <= 30; i++) {
            records.add(
                    i % 5 == 0
                            ? subject().tombstone("key", subject().version(i))
                            : subject().live("key", subject().version(i), "value " + i));
        }
        VersionedRecord newest = subject().live("key", subject().version(31), "newest");
        records.add(newest);
        long seed = System.nanoTime();
        Parallel.run(thread -> {
            List<VersionedRecord> shuffled = new ArrayList<>(records);
            Collections.shuffle(shuffled, new Random(seed + thread));
            shuffled.forEach(record -> subject().apply(ApplyKind.REPLAY, record));
            return thread;
        });
        subject().assertHit(subject().read("key"), newest);
    }
}
