package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The notes of what other backends still have to get. For a backend with {@code hints()}. */
public interface HintContract extends Contract {

    /** A claim that outlasts the test. */
    Duration LONG_CLAIM = Duration.ofMinutes(5);

    @ParameterizedTest
    @EnumSource
    default void aHintIsStoredWithTheRecord(ApplyKind kind) {
        String target = Subject.unique("target");
        long before = subject().askNow();
        calls().apply(kind, subject().live("key", subject().version(1), "value"), target);
        Hint hint = calls().claimOne(target);
        assertThat(hint.target()).isEqualTo(target);
        assertThat(hint.key()).isEqualTo(subject().key("key"));
        assertThat(hint.version()).isEqualTo(subject().version(1));
        assertThat(hint.tries()).isZero();
        assertThat(hint.since())
                .isBetween(
                        before - ExpiryContract.TOLERANCE_MILLIS, subject().askNow() + ExpiryContract.TOLERANCE_MILLIS);
    }

    @Test
    default void aHintCarriesTheAssignedVersion() {
        String target = Subject.unique("target");
        subject().apply(ApplyKind.DIRECT, subject().live("key", subject().version(5), "standing"));
        ApplyResult raised =
                calls().apply(ApplyKind.DIRECT, subject().live("key", subject().version(1), "raised"), target);
        assertThat(raised.version().isNewerThan(subject().version(5))).isTrue();
        assertThat(calls().claimOne(target).version()).isEqualTo(raised.version());
    }

    @Test
    default void aDeleteAndARecordThatArrivesExpiredAreHintedToo() {
        String target = Subject.unique("target");
        calls().apply(ApplyKind.DIRECT, subject().tombstone("deleted", subject().version(1)), target);
        calls().apply(
                        ApplyKind.REPLAY,
                        subject()
                                .expiring(
                                        "ended",
                                        subject().version(2),
                                        "value",
                                        subject().now() - 1_000),
                        target);
        assertThat(calls().claim(target, 10))
                .extracting(Hint::key)
                .containsExactlyInAnyOrder(subject().key("deleted"), subject().key("ended"));
    }

    @Test
    default void everyLegalKeyCanBeHinted() {
        String target = Subject.unique("target");
        List<Change> changes = new ArrayList<>();
        for (String key : Samples.keys()) {
            changes.add(HintCalls.hinted(subject().live(key, subject().version(1), "value"), target));
        }
        subject().apply(ApplyKind.DIRECT, changes);
        List<Hint> hints = calls().claim(target, 1_000);
        assertThat(hints).extracting(hint -> hint.key().key()).containsExactlyInAnyOrderElementsOf(Samples.keys());
        subject().await(subject().hints().clear(hints));
        calls().assertSummary(target, 0, 0);
    }

    @Test
    default void whatIsNotAppliedLeavesNoHint() {
        String target = Subject.unique("target");
        subject().apply(ApplyKind.DIRECT, subject().live("key", subject().version(5), "standing"));
        VersionedRecord older = subject().live("key", subject().version(1), "older");
        assertThat(calls().apply(ApplyKind.REPLAY, older, target).status()).isEqualTo(ApplyStatus.SUPERSEDED);
        Version ahead = Version.of(subject().now() + 3_600_000, 0, 1);
        assertThat(calls().apply(ApplyKind.DIRECT, subject().live("key", ahead, "ahead"), target)
                        .status())
                .isEqualTo(ApplyStatus.AHEAD);
        Version ancient = Version.of(1, 0, 1);
        assertThat(calls().apply(ApplyKind.REPLAY, subject().live("ancient", ancient, "old"), target)
                        .status())
                .isEqualTo(ApplyStatus.TOO_OLD);
        List<Change> late =
                List.of(HintCalls.hinted(subject().live("late", subject().version(6), "late"), target));
        assertThat(subject()
                        .apply(
                                ApplyKind.DIRECT,
                                late,
                                Subject.GENERATION,
                                subject().now() - 1_000))
                .extracting(ApplyResult::status)
                .containsExactly(ApplyStatus.LATE);
        if (subject().backend().traits().conditions()) {
            Change failing = new Change(
                    subject().live("key", subject().version(6), "conditional"), Condition.ifAbsent(), Set.of(target));
            assertThat(subject().apply(ApplyKind.DIRECT, failing).status()).isEqualTo(ApplyStatus.CONDITION_FAILED);
        }
        assertThat(calls().claim(target, 10)).isEmpty();
        calls().assertSummary(target, 0, 0);
    }

    @Test
    default void eachTargetHasAHintOfItsOwn() {
        String a = Subject.unique("target");
        String b = Subject.unique("target");
        calls().apply(ApplyKind.DIRECT, subject().live("both", subject().version(1), "value"), a, b);
        calls().apply(ApplyKind.DIRECT, subject().live("only b", subject().version(1), "value"), b);
        assertThat(calls().claim(a, 10))
                .extracting(Hint::key)
                .containsExactly(subject().key("both"));
        subject().await(subject().hints().clear(List.of(calls().hint(a, "both", 1))));
        calls().assertSummary(a, 0, 0);
        calls().assertSummary(b, 2, 0);
        assertThat(calls().claim(b, 10))
                .extracting(Hint::key)
                .containsExactlyInAnyOrder(subject().key("both"), subject().key("only b"));
    }

    @Test
    default void oneKeyHasOneHintThatOfItsNewestVersion() {
        String target = Subject.unique("target");
        for (int i = 1; i <= 3; i++) {
            calls().apply(ApplyKind.DIRECT, subject().live("key", subject().version(i), "value"), target);
        }
        subject().apply(ApplyKind.DIRECT, subject().live("key", subject().version(4), "without a hint"));
        calls().assertSummary(target, 1, 0);
        assertThat(calls().claimOne(target).version()).isEqualTo(subject().version(3));
    }

    @Test
    default void aHintIsClearedOnlyAtItsVersion() {
        String target = Subject.unique("target");
        calls().apply(ApplyKind.DIRECT, subject().live("key", subject().version(1), "value"), target);
        calls().apply(ApplyKind.DIRECT, subject().live("key", subject().version(2), "value"), target);
        subject()
                .await(subject()
                        .hints()
                        .clear(List.of(calls().hint(target, "key", 1), calls().hint(target, "unknown", 1))));
        calls().assertSummary(target, 1, 0);
        subject().await(subject().hints().clear(List.of(calls().hint(target, "key", 2))));
        calls().assertSummary(target, 0, 0);
        assertThat(calls().claim(target, 10)).isEmpty();
    }

    @Test
    default void aHintIsAsOldAsItsOldestUndeliveredWrite() {
        String target = Subject.unique("target");
        calls().apply(ApplyKind.DIRECT, subject().live("key", subject().version(1), "value"), target);
        long noted = subject().askNow();
        await().until(() -> subject().askNow() > noted + 30);
        calls().apply(ApplyKind.DIRECT, subject().live("key", subject().version(2), "value"), target);
        HintSummary summary = subject().await(subject().hints().summary(target));
        assertThat(summary.oldestMillis()).isBetween(25L, 60_000L);
        Hint hint = calls().claimOne(target);
        assertThat(hint.since()).as("that of the first").isLessThanOrEqualTo(noted + ExpiryContract.TOLERANCE_MILLIS);

        subject().await(subject().hints().clear(List.of(hint)));
        calls().assertSummary(target, 0, 0);
        calls().apply(ApplyKind.DIRECT, subject().live("key", subject().version(3), "value"), target);
        assertThat(calls().claimOne(target).since())
                .as("a new one")
                .isGreaterThan(noted + ExpiryContract.TOLERANCE_MILLIS);
    }

    @Test
    default void hintsAreClaimedOldestFirst() {
        String target = Subject.unique("target");
        for (String key : List.of("c", "a", "b")) {
            calls().apply(ApplyKind.DIRECT, subject().live(key, subject().version(1), "value"), target);
            long noted = subject().askNow();
            await().until(() -> subject().askNow() > noted + 2);
        }
        assertThat(calls().claim(target, 2))
                .extracting(hint -> hint.key().key())
                .containsExactlyInAnyOrder("c", "a");
        assertThat(calls().claim(target, 2))
                .extracting(hint -> hint.key().key())
                .containsExactly("b");
    }

    @Test
    default void aClaimedHintIsNobodyElsesUntilTheClaimEnds() {
        String target = Subject.unique("target");
        calls().apply(ApplyKind.DIRECT, subject().live("key", subject().version(1), "value"), target);
        long claimed = subject().askNow();
        Hint hint = subject()
                .await(subject().hints().claim(target, 10, Duration.ofMillis(400)))
                .get(0);
        await().pollInterval(Duration.ofMillis(20)).until(() -> {
            List<Hint> again = calls().claim(target, 10);
            if (again.isEmpty()) {
                return false;
            }
            assertThat(subject().askNow()).isGreaterThan(claimed + 400 - ExpiryContract.TOLERANCE_MILLIS);
            assertThat(again).containsExactly(hint);
            return true;
        });
        calls().assertSummary(target, 1, 0);
    }

    @Test
    default void aWriteDuringAClaimIsNotLost() {
        String target = Subject.unique("target");
        calls().apply(ApplyKind.DIRECT, subject().live("key", subject().version(1), "value"), target);
        Hint hint = subject()
                .await(subject().hints().claim(target, 10, Duration.ofMillis(50)))
                .get(0);
        calls().apply(ApplyKind.DIRECT, subject().live("key", subject().version(2), "value"), target);
        subject().await(subject().hints().clear(List.of(hint)));
        calls().assertSummary(target, 1, 0);
        await().untilAsserted(() -> assertThat(calls().claim(target, 10))
                .extracting(Hint::version)
                .containsExactly(subject().version(2)));
    }

    @Test
    default void aRetriedHintCanBeClaimedAgainAndCountsItsTries() {
        String target = Subject.unique("target");
        calls().apply(ApplyKind.DIRECT, subject().live("key", subject().version(1), "value"), target);
        for (int tries = 0; tries < 3; tries++) {
            Hint hint = calls().claimOne(target);
            assertThat(hint.tries()).isEqualTo(tries);
            subject().await(subject().hints().retry(List.of(hint)));
        }
        Hint last = calls().claimOne(target);
        calls().apply(ApplyKind.DIRECT, subject().live("key", subject().version(2), "value"), target);
        subject().await(subject().hints().retry(List.of(last)));
        calls().assertSummary(target, 1, 0);
    }

    @Test
    default void aParkedHintIsNotClaimedAndStaysVisible() {
        String target = Subject.unique("target");
        calls().apply(ApplyKind.DIRECT, subject().live("poison", subject().version(1), "value"), target);
        calls().apply(ApplyKind.DIRECT, subject().live("good", subject().version(1), "value"), target);
        subject().await(subject().hints().park(List.of(calls().hint(target, "poison", 1))));
        assertThat(calls().claim(target, 10))
                .extracting(Hint::key)
                .containsExactly(subject().key("good"));
        calls().assertSummary(target, 1, 1);
        subject().await(subject().hints().clear(List.of(calls().hint(target, "good", 1))));
        HintSummary summary = subject().await(subject().hints().summary(target));
        assertThat(summary).as("what is parked does not age the rest").isEqualTo(new HintSummary(0, 1, 0));
    }

    @Test
    default void aHintIsParkedOnlyAtItsVersionAndANewerWriteTakesItOut() {
        String target = Subject.unique("target");
        calls().apply(ApplyKind.DIRECT, subject().live("key", subject().version(2), "value"), target);
        subject().await(subject().hints().park(List.of(calls().hint(target, "key", 1))));
        calls().assertSummary(target, 1, 0);
        subject().await(subject().hints().park(List.of(calls().hint(target, "key", 2))));
        calls().assertSummary(target, 0, 1);
        calls().apply(ApplyKind.DIRECT, subject().live("key", subject().version(3), "value"), target);
        calls().assertSummary(target, 1, 0);
        Hint hint = calls().claimOne(target);
        assertThat(hint.version()).isEqualTo(subject().version(3));
        assertThat(hint.tries()).as("the new version was not refused yet").isZero();
    }

    private HintCalls calls() {
        return new HintCalls(subject());
    }
}
