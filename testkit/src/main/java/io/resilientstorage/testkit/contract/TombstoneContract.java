package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.record.VersionedRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A delete is a record too. */
public interface TombstoneContract extends Contract {

    @ParameterizedTest
    @EnumSource
    default void aTombstoneHidesTheValueAndTellsItsVersion(ApplyKind kind) {
        subject().apply(ApplyKind.DIRECT, subject().live("key", subject().version(1), "value"));
        assertThat(subject().apply(kind, subject().tombstone("key", subject().version(2))))
                .isEqualTo(new ApplyResult(ApplyStatus.APPLIED, subject().version(2), true));
        subject().assertMiss(subject().read("key"), subject().version(2));
    }

    @ParameterizedTest
    @EnumSource
    default void theDeleteOfAnAbsentKeyIsKept(ApplyKind kind) {
        assertThat(subject().apply(kind, subject().tombstone("key", subject().version(2))))
                .isEqualTo(new ApplyResult(ApplyStatus.APPLIED, subject().version(2), false));
        subject().assertMiss(subject().read("key"), subject().version(2));
        assertThat(subject()
                        .apply(ApplyKind.REPLAY, subject().live("key", subject().version(1), "late")))
                .isEqualTo(new ApplyResult(ApplyStatus.SUPERSEDED, subject().version(2), false));
        subject().assertMiss(subject().read("key"), subject().version(2));
    }

    @Test
    default void aSecondDeleteMeetsNothingLivingAndIsNewer() {
        subject().apply(ApplyKind.DIRECT, subject().live("key", subject().version(1), "value"));
        subject().apply(ApplyKind.DIRECT, subject().tombstone("key", subject().version(2)));
        assertThat(subject()
                        .apply(
                                ApplyKind.DIRECT,
                                subject().tombstone("key", subject().version(3))))
                .isEqualTo(new ApplyResult(ApplyStatus.APPLIED, subject().version(3), false));
        subject().assertMiss(subject().read("key"), subject().version(3));
    }

    @Test
    default void aDeleteProposedLateIsRaisedAboveTheValue() {
        subject().apply(ApplyKind.DIRECT, subject().live("key", subject().version(5), "value"));
        Version assigned = subject().version(5).next(subject().version(1).writer());
        assertThat(subject()
                        .apply(
                                ApplyKind.DIRECT,
                                subject().tombstone("key", subject().version(1))))
                .isEqualTo(new ApplyResult(ApplyStatus.APPLIED, assigned, true));
        subject().assertMiss(subject().read("key"), assigned);
    }

    @Test
    default void aDeletedKeyCanBeWrittenAgain() {
        subject().apply(ApplyKind.DIRECT, subject().live("key", subject().version(1), "first"));
        subject().apply(ApplyKind.DIRECT, subject().tombstone("key", subject().version(2)));
        VersionedRecord again = subject().live("key", subject().version(3), "again");
        assertThat(subject().apply(ApplyKind.DIRECT, again))
                .isEqualTo(new ApplyResult(ApplyStatus.APPLIED, subject().version(3), false));
        subject().assertHit(subject().read("key"), again);
    }

    @Test
    default void aLateCopyOfADeletedRecordDoesNotBringItBack() {
        long soon = subject().askNow() + 60_000;
        subject().apply(ApplyKind.DIRECT, subject().expiring("key", subject().version(1), "value", soon));
        subject().apply(ApplyKind.DIRECT, subject().tombstone("key", subject().version(2)));
        subject().assertMiss(subject().read("key"), subject().version(2));
        VersionedRecord late = subject().expiring("key", subject().version(1), "value", soon);
        assertThat(subject().apply(ApplyKind.REPLAY, late).status()).isEqualTo(ApplyStatus.SUPERSEDED);
    }
}
