package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Conditions are judged in the same atomic step as the write. For a backend with {@code traits().conditions()}. */
public interface ConditionContract extends Contract {

    @Test
    default void ifAbsentStoresOnlyWhereNothingLives() throws Exception {
        VersionedRecord standing = subject().live("standing", subject().version(1), "value");
        subject().apply(ApplyKind.DIRECT, standing);
        subject()
                .apply(
                        ApplyKind.DIRECT,
                        subject().tombstone("deleted", subject().version(1)));
        VersionedRecord ended = subject()
                .expiring("ended", subject().version(1), "value", subject().now() - 1_000);
        subject().apply(ApplyKind.DIRECT, ended);
        foreign("foreign");

        assertThat(apply("nothing", 2, Condition.ifAbsent())).isEqualTo(applied(2, false));
        assertThat(apply("deleted", 2, Condition.ifAbsent())).isEqualTo(applied(2, false));
        assertThat(apply("ended", 2, Condition.ifAbsent())).isEqualTo(applied(2, false));
        assertThat(apply("standing", 2, Condition.ifAbsent()))
                .isEqualTo(failed(subject().version(1), true));
        assertThat(apply("foreign", 2, Condition.ifAbsent())).isEqualTo(failed(Version.NONE, true));
        subject().assertHit(subject().read("standing"), standing);
        subject().assertHit(subject().read("foreign"), subject().live("foreign", Version.NONE, "theirs"));
        for (String key : List.of("nothing", "deleted", "ended")) {
            subject()
                    .assertHit(
                            subject().read(key), subject().live(key, subject().version(2), "conditional"));
        }
    }

    @Test
    default void ifVersionStoresOnlyWhereThatVersionLives() throws Exception {
        Version standing = subject().version(1);
        subject().apply(ApplyKind.DIRECT, subject().live("standing", standing, "value"));
        subject().apply(ApplyKind.DIRECT, subject().tombstone("deleted", standing));
        subject()
                .apply(
                        ApplyKind.DIRECT,
                        subject().expiring("ended", standing, "value", subject().now() - 1_000));
        foreign("foreign");

        Version otherWriter = new Version(standing.timestamp(), standing.writer() + 1);
        assertThat(apply("standing", 2, Condition.ifVersion(otherWriter))).isEqualTo(failed(standing, true));
        assertThat(apply("standing", 2, Condition.ifVersion(subject().version(2))))
                .isEqualTo(failed(standing, true));
        assertThat(apply("standing", 2, Condition.ifVersion(Version.NONE))).isEqualTo(failed(standing, true));
        assertThat(apply("nothing", 2, Condition.ifVersion(standing))).isEqualTo(failed(Version.NONE, false));
        assertThat(apply("deleted", 2, Condition.ifVersion(standing))).isEqualTo(failed(standing, false));
        assertThat(apply("ended", 2, Condition.ifVersion(standing))).isEqualTo(failed(standing, false));
        assertThat(apply("foreign", 2, Condition.ifVersion(standing))).isEqualTo(failed(Version.NONE, true));
        subject().assertHit(subject().read("standing"), subject().live("standing", standing, "value"));
        subject().assertMiss(subject().read("nothing"), Version.NONE);
        subject().assertMiss(subject().read("deleted"), standing);

        assertThat(apply("standing", 2, Condition.ifVersion(standing))).isEqualTo(applied(2, true));
        subject()
                .assertHit(
                        subject().read("standing"),
                        subject().live("standing", subject().version(2), "conditional"));
    }

    @Test
    default void ifVersionNoneMatchesAForeignValueAndNothingElse() throws Exception {
        foreign("foreign");
        assertThat(apply("nothing", 1, Condition.ifVersion(Version.NONE))).isEqualTo(failed(Version.NONE, false));
        assertThat(apply("foreign", 1, Condition.ifVersion(Version.NONE))).isEqualTo(applied(1, true));
        subject()
                .assertHit(
                        subject().read("foreign"),
                        subject().live("foreign", subject().version(1), "conditional"));
    }

    @Test
    default void aConditionalDeleteDeletesOnlyThatVersion() {
        subject().apply(ApplyKind.DIRECT, subject().live("key", subject().version(1), "value"));
        VersionedRecord tombstone = subject().tombstone("key", subject().version(2));
        assertThat(subject()
                        .apply(
                                ApplyKind.DIRECT,
                                conditional(
                                        tombstone, Condition.ifVersion(subject().version(9)))))
                .isEqualTo(failed(subject().version(1), true));
        assertThat(subject()
                        .apply(
                                ApplyKind.DIRECT,
                                conditional(
                                        tombstone, Condition.ifVersion(subject().version(1)))))
                .isEqualTo(applied(2, true));
        subject().assertMiss(subject().read("key"), subject().version(2));
    }

    @Test
    default void aConditionThatHoldsStillRaisesTheVersion() {
        subject().apply(ApplyKind.DIRECT, subject().live("key", subject().version(5), "value"));
        Version assigned = subject().version(5).next(subject().version(1).writer());
        assertThat(apply("key", 1, Condition.ifVersion(subject().version(5))))
                .isEqualTo(new ApplyResult(ApplyStatus.APPLIED, assigned, true));
    }

    @Test
    default void lateAndAheadAreToldBeforeTheCondition() {
        subject().apply(ApplyKind.DIRECT, subject().live("key", subject().version(1), "value"));
        Change change = conditional(subject().live("key", subject().version(2), "conditional"), Condition.ifAbsent());
        assertThat(subject()
                        .apply(
                                ApplyKind.DIRECT,
                                List.of(change),
                                Subject.GENERATION,
                                subject().now() - 1_000))
                .containsExactly(new ApplyResult(ApplyStatus.LATE, subject().version(1), true));
        Version ahead = Version.of(subject().now() + 3_600_000, 0, 1);
        assertThat(subject()
                        .apply(
                                ApplyKind.DIRECT,
                                conditional(subject().live("key", ahead, "conditional"), Condition.ifAbsent())))
                .isEqualTo(new ApplyResult(ApplyStatus.AHEAD, subject().version(1), true));
    }

    @Test
    default void conditionsOfABatchAreJudgedOneByOne() {
        subject().apply(ApplyKind.DIRECT, subject().live("taken", subject().version(1), "value"));
        List<Change> changes = List.of(
                conditional(subject().live("taken", subject().version(2), "batch"), Condition.ifAbsent()),
                conditional(subject().live("free", subject().version(2), "batch"), Condition.ifAbsent()),
                conditional(
                        subject().live("gone", subject().version(2), "batch"),
                        Condition.ifVersion(subject().version(1))));
        assertThat(subject().apply(ApplyKind.DIRECT, changes, Subject.GENERATION, ApplyRequest.NO_LIMIT))
                .containsExactly(failed(subject().version(1), true), applied(2, false), failed(Version.NONE, false));
    }

    @Test
    default void aNewerFormatIsUnreadableUnderEveryCondition() throws Exception {
        RecordKey key = subject().key("newer format");
        if (!subject().fixture().writeNewerFormat(key, Subject.GENERATION)) {
            assertThat(apply(key.key(), 1, Condition.ifAbsent())).isEqualTo(applied(1, false));
            return;
        }
        List<Condition> conditions = List.of(
                Condition.ifAbsent(),
                Condition.ifVersion(Version.NONE),
                Condition.ifVersion(subject().version(1)));
        for (Condition condition : conditions) {
            assertThat(apply(key.key(), 2, condition).status()).isEqualTo(ApplyStatus.UNREADABLE);
        }
        assertThat(subject().read(key)).isInstanceOf(ReadAnswer.Unreadable.class);
    }

    @Test
    default void ofSixteenThreadsExactlyOneFindsTheKeyAbsent() throws Exception {
        for (int round = 0; round < 10; round++) {
            String key = "key " + round;
            List<ApplyResult> results = Parallel.run(thread -> subject()
                    .apply(
                            ApplyKind.DIRECT,
                            conditional(
                                    subject().live(key, subject().version(thread + 1), "by " + thread),
                                    Condition.ifAbsent())));
            assertThat(results.stream().filter(result -> result.status() == ApplyStatus.APPLIED))
                    .as("winners of round %d", round)
                    .hasSize(1);
            int winner = results.stream().map(ApplyResult::status).toList().indexOf(ApplyStatus.APPLIED);
            subject()
                    .assertHit(
                            subject().read(key), subject().live(key, subject().version(winner + 1), "by " + winner));
        }
    }

    @Test
    default void sixteenThreadsCountingByCompareAndSetLoseNothing() throws Exception {
        subject().apply(ApplyKind.DIRECT, subject().live("counter", subject().version(1), "0"));
        int each = 5;
        Parallel.run(thread -> {
            for (int done = 0; done < each; ) {
                VersionedRecord seen = ((ReadAnswer.Hit) subject().read("counter")).record();
                Version proposal = Version.of(subject().version(1).millis(), 0, thread + 1L);
                VersionedRecord next = subject().live("counter", proposal, Integer.toString(number(seen) + 1));
                ApplyResult result =
                        subject().apply(ApplyKind.DIRECT, conditional(next, Condition.ifVersion(seen.version())));
                if (result.status() == ApplyStatus.APPLIED) {
                    done++;
                } else {
                    assertThat(result.status()).isEqualTo(ApplyStatus.CONDITION_FAILED);
                }
            }
            return thread;
        });
        VersionedRecord last = ((ReadAnswer.Hit) subject().read("counter")).record();
        assertThat(number(last)).isEqualTo(Parallel.THREADS * each);
    }

    private static int number(VersionedRecord record) {
        return Integer.parseInt(Subject.text(record));
    }

    private ApplyResult apply(String key, int version, Condition condition) {
        return subject()
                .apply(
                        ApplyKind.DIRECT,
                        conditional(subject().live(key, subject().version(version), "conditional"), condition));
    }

    private static Change conditional(VersionedRecord record, Condition condition) {
        return new Change(record, condition, Set.of());
    }

    private ApplyResult applied(int version, boolean metLive) {
        return new ApplyResult(ApplyStatus.APPLIED, subject().version(version), metLive);
    }

    private static ApplyResult failed(Version standing, boolean metLive) {
        return new ApplyResult(ApplyStatus.CONDITION_FAILED, standing, metLive);
    }

    private void foreign(String key) throws Exception {
        subject()
                .fixture()
                .writeForeign(subject().key(key), Subject.GENERATION, "theirs".getBytes(StandardCharsets.UTF_8));
    }
}
