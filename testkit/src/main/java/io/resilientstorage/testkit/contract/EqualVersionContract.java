package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.record.VersionedRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Of equal versions the tombstone wins, then the earlier expiry, whichever came first. */
public interface EqualVersionContract extends Contract {

    @ParameterizedTest
    @EnumSource(names = {"REPLAY", "SEED"})
    default void ofEqualVersionsTheTombstoneWins(ApplyKind kind) {
        Version version = subject().version(1);
        VersionedRecord value = subject().live("value first", version, "value");
        subject().apply(kind, value);
        assertThat(subject().apply(kind, subject().tombstone("value first", version)))
                .isEqualTo(new ApplyResult(ApplyStatus.APPLIED, version, true));
        subject().assertMiss(subject().read("value first"), version);

        subject().apply(kind, subject().tombstone("tombstone first", version));
        assertThat(subject().apply(kind, subject().live("tombstone first", version, "value")))
                .isEqualTo(new ApplyResult(ApplyStatus.SUPERSEDED, version, false));
        assertThat(subject().apply(kind, subject().tombstone("tombstone first", version)))
                .isEqualTo(new ApplyResult(ApplyStatus.SUPERSEDED, version, false));
        subject().assertMiss(subject().read("tombstone first"), version);
    }

    @ParameterizedTest
    @EnumSource(names = {"REPLAY", "SEED"})
    default void ofEqualVersionsTheEarlierExpiryWins(ApplyKind kind) {
        long soon = subject().now() + 60_000;
        assertEarlierWins(kind, "both end", soon, soon + 1);
        assertEarlierWins(kind, "one never ends", soon, VersionedRecord.NEVER);
    }

    @ParameterizedTest
    @EnumSource(names = {"REPLAY", "SEED"})
    default void ofEqualVersionsOneThatHasEndedWins(ApplyKind kind) {
        Version version = subject().version(1);
        VersionedRecord living = subject().live("key", version, "value");
        VersionedRecord ended = living.withExpiresAt(subject().now() - 1_000);
        subject().apply(kind, living);
        assertThat(subject().apply(kind, ended)).isEqualTo(new ApplyResult(ApplyStatus.APPLIED, version, true));
        subject().assertMiss(subject().read("key"), version);
        assertThat(subject().apply(kind, living)).isEqualTo(new ApplyResult(ApplyStatus.SUPERSEDED, version, false));
        subject().assertMiss(subject().read("key"), version);
    }

    private void assertEarlierWins(ApplyKind kind, String name, long earlier, long later) {
        Version version = subject().version(1);
        VersionedRecord first = subject().expiring(name + ", earlier first", version, "value", earlier);
        subject().apply(kind, first);
        assertThat(subject().apply(kind, first.withExpiresAt(later)))
                .isEqualTo(new ApplyResult(ApplyStatus.SUPERSEDED, version, true));
        subject().assertHit(subject().read(first.key()), first);

        VersionedRecord second = subject().expiring(name + ", later first", version, "value", later);
        subject().apply(kind, second);
        assertThat(subject().apply(kind, second.withExpiresAt(earlier)))
                .isEqualTo(new ApplyResult(ApplyStatus.APPLIED, version, true));
        subject().assertHit(subject().read(second.key()), second.withExpiresAt(earlier));
    }
}
