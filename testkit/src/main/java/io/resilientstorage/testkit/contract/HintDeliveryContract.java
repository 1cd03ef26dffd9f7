package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.Incarnation;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What becomes of a hint whose record was delivered, and how one is made for a record that stands already. For a
 * backend with {@code hints()}. A backend of PROCESS scope may drop a record when its last hint is cleared.
 */
public interface HintDeliveryContract extends Contract {

    @Test
    default void aNewerVersionThatWasDeliveredClearsTheHint() {
        String target = Subject.unique("target");
        calls().apply(ApplyKind.DIRECT, subject().live("key", subject().version(1), "value"), target);
        subject().apply(ApplyKind.DIRECT, subject().live("key", subject().version(2), "without a hint"));
        subject().await(subject().hints().clear(List.of(calls().hint(target, "key", 2))));
        calls().assertSummary(target, 0, 0);
        assertThat(calls().claim(target, 10)).isEmpty();
    }

    @Test
    default void aHintStaysIfANewerRecordStandsAndCanBeClaimedAtOnce() {
        String target = Subject.unique("target");
        calls().apply(ApplyKind.DIRECT, subject().live("key", subject().version(1), "value"), target);
        Hint claimed = calls().claimOne(target);
        subject().apply(ApplyKind.DIRECT, subject().tombstone("key", subject().version(2)));
        subject().await(subject().hints().clear(List.of(claimed)));
        calls().assertSummary(target, 1, 0);
        assertThat(calls().claimOne(target)).isEqualTo(claimed);
        subject().await(subject().hints().clear(List.of(calls().hint(target, "key", 2))));
        calls().assertSummary(target, 0, 0);
    }

    /** What was delivered came late, when another had delivered the newer one already and its hint had gone. */
    @Test
    default void whatStandsNewerThanWhatWasDeliveredGetsAHintIfItHasNone() {
        String target = Subject.unique("target");
        List<Hint> delivered = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String key = "key " + i;
            calls().apply(ApplyKind.DIRECT, subject().live(key, subject().version(1), "value"), target);
            delivered.add(calls().hint(target, key, 1));
        }
        subject().await(subject().hints().clear(delivered));
        calls().assertSummary(target, 0, 0);
        subject().apply(ApplyKind.DIRECT, subject().live("key 2", subject().version(2), "without a hint"));
        subject().apply(ApplyKind.DIRECT, subject().tombstone("key 4", subject().version(3)));

        subject().await(subject().hints().clear(delivered));

        calls().assertSummary(target, 2, 0);
        List<Hint> made = calls().claim(target, 10);
        assertThat(made)
                .extracting(hint -> hint.key().key(), Hint::version, Hint::tries)
                .containsExactlyInAnyOrder(
                        tuple("key 2", subject().version(2), 0),
                        tuple("key 4", subject().version(3), 0));
        subject().await(subject().hints().clear(made));
        calls().assertSummary(target, 0, 0);
        subject().await(subject().hints().clear(made));
        calls().assertSummary(target, 0, 0);
    }

    @Test
    default void theHintsOfOneClearAreJudgedEachByItself() {
        String target = Subject.unique("target");
        List<Hint> delivered = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            calls().apply(ApplyKind.DIRECT, subject().live("key " + i, subject().version(1), "value"), target);
            if (i % 3 == 0) {
                subject()
                        .apply(
                                ApplyKind.DIRECT,
                                subject().live("key " + i, subject().version(2), "newer"));
            }
            delivered.add(calls().hint(target, "key " + i, 1));
        }
        subject().await(subject().hints().clear(delivered));
        assertThat(calls().claim(target, 100))
                .extracting(hint -> hint.key().key())
                .hasSize(50)
                .allMatch(key -> Integer.parseInt(key.substring(4)) % 3 == 0);
    }

    @Test
    default void aParkedHintIsClearedByTheSameRule() {
        String target = Subject.unique("target");
        calls().apply(ApplyKind.DIRECT, subject().live("key", subject().version(1), "value"), target);
        subject().await(subject().hints().park(List.of(calls().hint(target, "key", 1))));
        subject().apply(ApplyKind.DIRECT, subject().live("key", subject().version(2), "without a hint"));
        subject().await(subject().hints().clear(List.of(calls().hint(target, "key", 1))));
        calls().assertSummary(target, 0, 1);
        subject().await(subject().hints().clear(List.of(calls().hint(target, "key", 2))));
        calls().assertSummary(target, 0, 0);
    }

    @Test
    default void clearingTellsTheLifeOfTheBackend() {
        String target = Subject.unique("target");
        Incarnation now = subject().probe().incarnation();
        assertThat(subject()
                        .await(subject().hints().clear(List.of(calls().hint(target, "unknown", 1))))
                        .incarnation())
                .isEqualTo(now);
        assertThat(subject().await(subject().hints().clear(List.of())).incarnation())
                .isEqualTo(now);
    }

    @Test
    default void aRecordThatStandsCanGetAHintLater() {
        String target = Subject.unique("target");
        String first = Subject.unique("target");
        calls().apply(ApplyKind.DIRECT, subject().live("key", subject().version(1), "value"), first);
        subject().await(subject().hints().note(List.of(calls().hint(target, "key", 1))));
        calls().assertSummary(target, 1, 0);
        Hint hint = calls().claimOne(target);
        assertThat(hint.key()).isEqualTo(subject().key("key"));
        assertThat(hint.version()).isEqualTo(subject().version(1));
        assertThat(hint.tries()).isZero();
        subject().await(subject().hints().clear(List.of(hint)));
        calls().assertSummary(target, 0, 0);
        calls().assertSummary(first, 1, 0);
    }

    @Test
    default void aHintThatStandsKeepsItsAgeAndGetsTheNewerVersion() {
        String target = Subject.unique("target");
        calls().apply(ApplyKind.DIRECT, subject().live("key", subject().version(1), "value"), target);
        subject().apply(ApplyKind.DIRECT, subject().live("key", subject().version(3), "without a hint"));
        long noted = subject().askNow();
        await().until(() -> subject().askNow() > noted + 30);
        subject().await(subject().hints().note(List.of(calls().hint(target, "key", 3))));
        subject().await(subject().hints().note(List.of(calls().hint(target, "key", 2))));
        calls().assertSummary(target, 1, 0);
        Hint hint = calls().claimOne(target);
        assertThat(hint.version()).isEqualTo(subject().version(3));
        assertThat(hint.since()).isLessThanOrEqualTo(noted + ExpiryContract.TOLERANCE_MILLIS);
    }

    @Test
    default void whetherOrNotAKeyWithoutARecordGetsAHintItCanBeCleared() {
        String target = Subject.unique("target");
        subject().await(subject().hints().note(List.of(calls().hint(target, "unknown", 1))));
        assertThat(calls().claim(target, 10))
                .extracting(Hint::version)
                .isSubsetOf(subject().version(1));
        subject().await(subject().hints().clear(List.of(calls().hint(target, "unknown", 1))));
        calls().assertSummary(target, 0, 0);
    }

    private HintCalls calls() {
        return new HintCalls(subject());
    }
}
