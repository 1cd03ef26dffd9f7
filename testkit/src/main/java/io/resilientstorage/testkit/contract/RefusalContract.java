package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.Change;
import io.resilientstorage.record.HybridClock;
import io.resilientstorage.record.VersionedRecord;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What comes late, and what comes from the future, changes nothing. */
public interface RefusalContract extends Contract {

    @ParameterizedTest
    @EnumSource
    default void afterItsNotAfterTimeNothingIsStored(ApplyKind kind) {
        VersionedRecord standing = subject().live("taken", subject().version(1), "standing");
        subject().apply(ApplyKind.DIRECT, standing);
        List<Change> changes = List.of(
                Change.of(subject().live("free", subject().version(2), "late")),
                Change.of(subject().live("taken", subject().version(2), "late")),
                Change.of(subject().tombstone("deleted", subject().version(2))));
        assertThat(subject().apply(kind, changes, Subject.GENERATION, subject().now() - 1_000))
                .containsExactly(
                        new ApplyResult(ApplyStatus.LATE, Version.NONE, false),
                        new ApplyResult(ApplyStatus.LATE, standing.version(), true),
                        new ApplyResult(ApplyStatus.LATE, Version.NONE, false));
        subject().assertMiss(subject().read("free"), Version.NONE);
        subject().assertHit(subject().read("taken"), standing);
        subject().assertMiss(subject().read("deleted"), Version.NONE);
    }

    @ParameterizedTest
    @EnumSource
    default void beforeItsNotAfterTimeAWriteIsStored(ApplyKind kind) {
        VersionedRecord record = subject().live("key", subject().version(1), "in time");
        assertThat(subject()
                        .apply(
                                kind,
                                List.of(Change.of(record)),
                                Subject.GENERATION,
                                subject().now() + 60_000))
                .containsExactly(new ApplyResult(ApplyStatus.APPLIED, record.version(), false));
        subject().assertHit(subject().read("key"), record);
    }

    @ParameterizedTest
    @EnumSource
    default void aVersionFromTheFutureIsRefused(ApplyKind kind) {
        VersionedRecord standing = subject().live("taken", subject().version(1), "standing");
        subject().apply(ApplyKind.DIRECT, standing);
        Version ahead = Version.of(subject().now() + HybridClock.MAX_AHEAD_MILLIS + 60_000, 0, 1);
        assertThat(subject().apply(kind, subject().live("free", ahead, "ahead")))
                .isEqualTo(new ApplyResult(ApplyStatus.AHEAD, Version.NONE, false));
        assertThat(subject().apply(kind, subject().live("taken", ahead, "ahead")))
                .isEqualTo(new ApplyResult(ApplyStatus.AHEAD, standing.version(), true));
        assertThat(subject().apply(kind, subject().tombstone("taken", ahead)))
                .isEqualTo(new ApplyResult(ApplyStatus.AHEAD, standing.version(), true));
        subject().assertMiss(subject().read("free"), Version.NONE);
        subject().assertHit(subject().read("taken"), standing);
    }

    @ParameterizedTest
    @EnumSource
    default void aVersionALittleAheadIsTaken(ApplyKind kind) {
        Version ahead = Version.of(subject().now() + HybridClock.MAX_AHEAD_MILLIS - 60_000, 0, 1);
        VersionedRecord record = subject().live("key", ahead, "a little ahead");
        assertThat(subject().apply(kind, record)).isEqualTo(new ApplyResult(ApplyStatus.APPLIED, ahead, false));
        subject().assertHit(subject().read("key"), record);
    }
}
