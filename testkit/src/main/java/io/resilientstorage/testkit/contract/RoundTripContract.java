package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.Change;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is stored is what is read: value, version and expiry. */
public interface RoundTripContract extends Contract {

    @Test
    default void nothingIsKnownOfAKeyThatWasNeverWritten() {
        subject().assertMiss(subject().read("never written"), Version.NONE);
    }

    @ParameterizedTest
    @EnumSource
    default void aRecordIsReadAsItWasApplied(ApplyKind kind) {
        VersionedRecord record = subject().live("key", subject().version(1), "value");
        ApplyResult result = subject().apply(kind, record);
        assertThat(result).isEqualTo(new ApplyResult(ApplyStatus.APPLIED, record.version(), false));
        subject().assertHit(subject().read("key"), record);
    }

    @Test
    default void everyLegalValueIsReadAsItWasWritten() {
        Samples.values().forEach((name, bytes) -> {
            VersionedRecord record = new VersionedRecord(
                    subject().key(name), subject().version(1), Content.value(bytes), VersionedRecord.NEVER);
            assertThat(subject().apply(ApplyKind.DIRECT, record).status())
                    .as(name)
                    .isEqualTo(ApplyStatus.APPLIED);
            subject().assertHit(subject().read(name), record);
        });
    }

    @Test
    default void aValueIsReplacedByAShorterAndByAnEmptyOne() {
        List<String> values = List.of("a long value of some words", "short", "", "long again, once more");
        for (int i = 0; i < values.size(); i++) {
            VersionedRecord record = subject().live("key", subject().version(i + 1), values.get(i));
            subject().apply(ApplyKind.DIRECT, record);
            subject().assertHit(subject().read("key"), record);
        }
    }

    @Test
    default void everyLegalVersionIsReadAsItWasWritten() {
        long millis = subject().version(1).millis();
        List<Version> versions = List.of(
                Version.of(millis, 0, 0),
                Version.of(millis, 1, 1),
                Version.of(millis, 65_535, Long.MAX_VALUE),
                Version.of(millis, 32_768, (1L << 53) + 1),
                Version.of(1, 0, 1));
        for (Version version : versions) {
            VersionedRecord record = subject().live("of " + version, version, "value");
            assertThat(subject().apply(ApplyKind.SEED, record).status()).isEqualTo(ApplyStatus.APPLIED);
            subject().assertHit(subject().read(record.key()), record);
        }
    }

    @Test
    default void everyLegalExpiryIsReadAsItWasWritten() {
        long now = subject().now();
        List<Long> expiries = List.of(
                VersionedRecord.NEVER,
                now + 60_001,
                now + Duration.ofDays(1).toMillis() + 999,
                now + Duration.ofDays(36_525).toMillis() + 1);
        for (long expiry : expiries) {
            VersionedRecord record =
                    subject().expiring("until " + expiry, subject().version(1), "value", expiry);
            subject().apply(ApplyKind.DIRECT, record);
            subject().assertHit(subject().read(record.key()), record);
        }
    }

    @Test
    default void anExpiryIsTakenAwayAndGivenBackByLaterWrites() {
        long later = subject().now() + 60_000;
        List<Long> expiries = List.of(later, VersionedRecord.NEVER, later + 1, later);
        for (int i = 0; i < expiries.size(); i++) {
            VersionedRecord record = subject().expiring("key", subject().version(i + 1), "value", expiries.get(i));
            subject().apply(ApplyKind.DIRECT, record);
            subject().assertHit(subject().read("key"), record);
        }
    }

    @Test
    default void answersStandInTheOrderOfTheKeys() {
        List<Change> changes = new ArrayList<>();
        List<RecordKey> keys = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            keys.add(subject().key("key " + i));
            if (i % 2 == 0) {
                changes.add(Change.of(subject().live("key " + i, subject().version(i), "value " + i)));
            }
        }
        subject().apply(ApplyKind.DIRECT, changes);
        var answers = subject().read(keys);
        for (int i = 0; i < 40; i++) {
            if (i % 2 == 0) {
                subject().assertHit(answers.get(i), changes.get(i / 2).record());
            } else {
                subject().assertMiss(answers.get(i), Version.NONE);
            }
        }
    }
}
