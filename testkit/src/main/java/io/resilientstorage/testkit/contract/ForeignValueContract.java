package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Scope;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What other clients wrote is readable and older than anything of ours; a newer format of ours is left alone. */
public interface ForeignValueContract extends Contract {

    @ParameterizedTest
    @ValueSource(strings = {"value of another client", "", "42", "{\"json\":true}", "\0\u0001\u00ff"})
    default void aForeignValueIsReadAsItIsAndIsOlderThanAnyVersion(String value) throws Exception {
        RecordKey key = subject().key("key");
        subject().fixture().writeForeign(key, Subject.GENERATION, value.getBytes(StandardCharsets.UTF_8));
        subject().assertHit(subject().read(key), subject().live("key", Version.NONE, value));
    }

    @ParameterizedTest
    @EnumSource(names = {"DIRECT", "SEED"})
    default void aForeignValueIsReplacedByAnyWriteOfOurs(ApplyKind kind) throws Exception {
        foreign("key");
        VersionedRecord record = subject().live("key", Version.of(1, 0, 1), "ours");
        assertThat(subject().apply(kind, record))
                .isEqualTo(new ApplyResult(ApplyStatus.APPLIED, record.version(), true));
        subject().assertHit(subject().read("key"), record);
    }

    @Test
    default void aForeignValueIsReplacedByAReplayHoweverOld() throws Exception {
        foreign("key");
        VersionedRecord record = subject().live("key", Version.of(1, 0, 1), "ours");
        assertThat(subject().apply(ApplyKind.REPLAY, record))
                .isEqualTo(new ApplyResult(ApplyStatus.APPLIED, record.version(), true));
        subject().assertHit(subject().read("key"), record);
    }

    @Test
    default void aForeignValueIsDeleted() throws Exception {
        foreign("key");
        assertThat(subject()
                        .apply(
                                ApplyKind.DIRECT,
                                subject().tombstone("key", subject().version(1))))
                .isEqualTo(new ApplyResult(ApplyStatus.APPLIED, subject().version(1), true));
        subject().assertMiss(subject().read("key"), subject().version(1));
    }

    @Test
    default void aForeignValueThatWasCarriedOverIsSeededAndStaysForeign() {
        VersionedRecord carried = subject().live("key", Version.NONE, "value");
        assertThat(subject().apply(ApplyKind.SEED, carried))
                .isEqualTo(new ApplyResult(ApplyStatus.APPLIED, Version.NONE, false));
        subject().assertHit(subject().read("key"), carried);
        assertThat(subject().apply(ApplyKind.SEED, carried))
                .isEqualTo(new ApplyResult(ApplyStatus.SUPERSEDED, Version.NONE, true));
    }

    @Test
    default void aForeignValueReplacesNothingOfOurs() {
        VersionedRecord ours = subject().live("key", subject().version(1), "ours");
        subject().apply(ApplyKind.DIRECT, ours);
        assertThat(subject().apply(ApplyKind.SEED, subject().live("key", Version.NONE, "theirs")))
                .isEqualTo(new ApplyResult(ApplyStatus.SUPERSEDED, ours.version(), true));
        subject().assertHit(subject().read("key"), ours);
    }

    @Test
    default void aNewerFormatIsReportedAndLeftAlone() throws Exception {
        RecordKey key = subject().key("newer format");
        if (!subject().fixture().writeNewerFormat(key, Subject.GENERATION)) {
            assertThat(subject().backend().traits().scope())
                    .as("only what holds objects of this very process has no format")
                    .isEqualTo(Scope.PROCESS);
            subject().assertMiss(subject().read(key), Version.NONE);
            return;
        }
        assertThat(subject().read(key)).isInstanceOf(ReadAnswer.Unreadable.class);
        for (ApplyKind kind : ApplyKind.values()) {
            List<Change> changes = List.of(
                    Change.of(subject().live("before " + kind, subject().version(1), "beside it")),
                    Change.of(subject().live(key.key(), subject().version(1), "over it")),
                    Change.of(subject().live("after " + kind, subject().version(1), "beside it")));
            assertThat(subject().apply(kind, changes))
                    .extracting(ApplyResult::status)
                    .containsExactly(ApplyStatus.APPLIED, ApplyStatus.UNREADABLE, ApplyStatus.APPLIED);
            assertThat(subject()
                            .apply(
                                    kind,
                                    subject().tombstone(key.key(), subject().version(1)))
                            .status())
                    .isEqualTo(ApplyStatus.UNREADABLE);
        }
        VersionedRecord beside = subject().live("after SEED", subject().version(1), "beside it");
        List<ReadAnswer> answers = subject().read(List.of(key, beside.key()));
        assertThat(answers.get(0)).isInstanceOf(ReadAnswer.Unreadable.class);
        subject().assertHit(answers.get(1), beside);
    }

    private void foreign(String key) throws Exception {
        subject()
                .fixture()
                .writeForeign(subject().key(key), Subject.GENERATION, "theirs".getBytes(StandardCharsets.UTF_8));
    }
}
