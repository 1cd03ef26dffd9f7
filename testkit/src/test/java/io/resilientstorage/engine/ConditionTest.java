package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.Codec;
import io.resilientstorage.api.ConditionalResult;
import io.resilientstorage.api.Found;
import io.resilientstorage.api.InexactConditionException;
import io.resilientstorage.api.KeyValueStore;
import io.resilientstorage.api.NamespaceOptions;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.config.Strategy;
import io.resilientstorage.record.Content;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Conditions are exact while all processes share one serving backend; a result says when that was not so. */
class ConditionTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static KeyValueStore<String> exact(Lab lab) {
        return lab.storage().namespace("default", Codec.string(), NamespaceOptions.EXACT_CONDITIONS);
    }

    private static Version version(Lab lab, String key) {
        return ((Found<String>) lab.storage().read(key)).version();
    }

    @Test
    void setIfAbsentStoresOnceAndNamesWhatStands() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            ConditionalResult first = lab.storage().setIfAbsent("k", "v");
            ConditionalResult second = lab.storage().setIfAbsent("k", "w");

            assertThat(first.applied()).isTrue();
            assertThat(first.exact()).isTrue();
            assertThat(second).isEqualTo(new ConditionalResult.NotApplied(Optional.of(version(lab, "k")), "one", true));
            assertThat(lab.storage().get("k")).contains("v");
        }
    }

    @Test
    void setIfAbsentTakesAnExpiredOrDeletedKeyForAbsent() {
        try (Lab lab = new Lab().shared("one").start()) {
            lab.storage().set("expired", "v", Duration.ofSeconds(1));
            lab.storage().set("deleted", "v");
            lab.storage().delete("deleted");
            lab.advance(Duration.ofSeconds(1));

            assertThat(lab.storage().setIfAbsent("expired", "w").applied()).isTrue();
            assertThat(lab.storage().setIfAbsent("deleted", "w", MINUTE).applied())
                    .isTrue();
        }
    }

    @Test
    void compareAndSetStoresOnlyOverTheExpectedVersion() {
        try (Lab lab = new Lab().shared("one").start()) {
            Version first = lab.storage().set("k", "v").version();

            assertThat(lab.storage().compareAndSet("k", first, "w").applied()).isTrue();
            assertThat(lab.storage().compareAndSet("k", first, "x").applied()).isFalse();
            assertThat(lab.storage().get("k")).contains("w");
            assertThat(lab.storage().compareAndSet("none", first, "x"))
                    .isEqualTo(new ConditionalResult.NotApplied(Optional.empty(), "one", true));
        }
    }

    @Test
    void aConditionThatAnotherBackendJudgesIsNotExact() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").failCalls(Node.unreachable());

            assertThat(lab.storage().setIfAbsent("k", "v").exact()).isFalse();
            assertThat(lab.storage().setIfAbsent("k", "w").exact()).isFalse();
        }
    }

    @Test
    void aConditionAtABackendThatMissedAWriteIsNotExact() {
        try (Lab lab = new Lab()
                .shared("one", "two")
                .with(builder -> builder.strategy(Strategy.PRIORITY))
                .start()) {
            lab.node("one").faults().injectNext(1, Node.unreachable(), Call.APPLY);
            lab.storage().set("k", "v");

            ConditionalResult result = lab.storage().setIfAbsent("k", "w");
            assertThat(result.backend()).isEqualTo("one");
            assertThat(result.exact()).isFalse();
        }
    }

    @Test
    void aConditionAtAnotherIncarnationIsNotExact() {
        try (Lab lab = new Lab().shared("one").start()) {
            lab.storage().set("other", "v");
            lab.node("one").server().restartEmpty();

            assertThat(lab.storage().setIfAbsent("k", "v").exact()).isFalse();
        }
    }

    @Test
    void underRoundRobinOnlyTheOneThatAllProcessesAskJudgesExactly() {
        try (Lab lab = new Lab()
                .shared("one", "two")
                .with(builder -> builder.strategy(Strategy.ROUND_ROBIN))
                .start()) {
            assertThat(lab.storage().setIfAbsent("a", "v").exact()).isTrue();
            lab.storage().takeOffline("one");

            ConditionalResult result = lab.storage().setIfAbsent("b", "v");
            assertThat(result.backend()).isEqualTo("two");
            assertThat(result.exact()).isFalse();
            assertThatThrownBy(() -> exact(lab).setIfAbsent("c", "v")).isInstanceOf(InexactConditionException.class);
        }
    }

    @Test
    void aNamespaceThatDemandsExactConditionsRefusesWhatIsNotAndAsksNobodyElse() {
        try (Lab lab = new Lab().shared("one", "two").activeOnly().start()) {
            KeyValueStore<String> store = exact(lab);
            Version version = store.set("k", "v").version();
            assertThat(store.setIfAbsent("l", "v").exact()).isTrue();
            lab.node("one").failCalls(Node.unreachable());

            for (Map.Entry<String, ThrowingCallable> call : Map.<String, ThrowingCallable>of(
                            "setIfAbsent", () -> store.setIfAbsent("m", "v"),
                            "compareAndSet", () -> store.compareAndSet("k", version, "w"),
                            "touch of a key that nobody is believed about", () -> store.touch("k", MINUTE),
                            "batch", () -> store.setAllIfAbsent(Map.of("m", "v")))
                    .entrySet()) {
                assertThatThrownBy(call.getValue()).as(call.getKey()).isInstanceOf(InexactConditionException.class);
            }
            assertThat(lab.node("two").writes()).isZero();
            assertThat(store.set("k", "w").backend())
                    .as("a write without a condition goes on")
                    .isEqualTo("two");
        }
    }

    @Test
    void afterAnUnknownOutcomeAnExactConditionIsRefused() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            KeyValueStore<String> store = exact(lab);
            lab.node("one").faults().injectNext(1, Fault.dropReply(), Call.APPLY);

            assertThat(lab.failure(store.async().setIfAbsent("k", "v")))
                    .isInstanceOf(InexactConditionException.class)
                    .hasMessageContaining("not known");
            assertThat(lab.node("two").writes()).isZero();
        }
    }

    @Test
    void aBackendThatJudgesNoConditionsIsPassedOver() {
        try (Lab lab = new Lab()
                .backend("simple", BackendTraits.custom(), options -> {})
                .shared("two")
                .start()) {
            ConditionalResult result = lab.storage().setIfAbsent("k", "v");

            assertThat(result.backend()).isEqualTo("two");
            assertThat(lab.node("simple").server().applies())
                    .as("it gets what the other has decided")
                    .extracting(ApplyRequest::kind)
                    .containsExactly(ApplyKind.REPLAY);
            assertThat(lab.status("simple").consecutiveFailures()).isZero();
            assertThat(lab.storage().set("l", "v").backend()).isEqualTo("simple");
        }
    }

    @Test
    void aTouchOfNothingIsNotApplied() {
        try (Lab lab = new Lab().shared("one").start()) {
            assertThat(lab.storage().touch("k", MINUTE).applied()).isFalse();
            assertThat(lab.storage().read("k").value()).isEmpty();
        }
    }

    @Test
    void aTouchKeepsAValueThatIsChangedMeanwhile() {
        try (Lab lab = new Lab().shared("one").start()) {
            lab.storage().set("k", "old");
            lab.node("one").faults().injectNext(1, changing(lab, 1), Call.APPLY);

            assertThat(lab.storage().touch("k", MINUTE).applied()).isTrue();

            Found<String> found = (Found<String>) lab.storage().read("k");
            assertThat(found.found()).isEqualTo("changed 1");
            assertThat(found.expiresAt()).isPresent();
        }
    }

    @Test
    void aTouchGivesUpOnAValueThatNeverStandsStill() {
        try (Lab lab = new Lab().shared("one").start()) {
            lab.storage().set("k", "old");
            lab.node("one").faults().inject(changing(lab, 100), Call.APPLY);

            ConditionalResult result = lab.storage().touch("k", MINUTE);

            assertThat(result.applied()).isFalse();
            assertThat(lab.node("one").reads()).as("a bounded number of rounds").isEqualTo(8);
        }
    }

    /**
     * What is to be touched was read in what the backend still has to get, and it cannot get it while the one that has
     * it hangs: the condition fails there each time, and each round costs the time-outs of the one that hangs.
     */
    @Test
    void aTouchThatCannotSucceedIsAnsweredInsteadOfRepeatedUntilTheDeadline() {
        try (Lab lab = new Lab()
                .shared("one", "two")
                .given(List.of("one", "two"), node -> node.server().keepHints())
                .with(builder -> builder.circuitBreakerThreshold(100))
                .start()) {
            lab.storage().set("k", "old");
            lab.advance(Duration.ofSeconds(1));
            lab.node("two").failCalls(Node.noAnswer());
            lab.storage().set("k", "new");
            lab.advance(Duration.ofSeconds(2));
            lab.node("two").heal();
            lab.node("one").hang();

            ConditionalResult result = lab.await(lab.async().touch("k", MINUTE));

            assertThat(result.applied()).isFalse();
            assertThat(result.exact()).isFalse();
            assertThat(result.backend()).isEqualTo("two");
        }
    }

    @Test
    void aTouchDoesNotBringBackWhatIsDeletedMeanwhile() {
        try (Lab lab = new Lab().shared("one").start()) {
            lab.storage().set("k", "old");
            lab.node("one").faults().injectNext(1, Node.before(() -> deleteByAnother(lab)), Call.APPLY);

            assertThat(lab.storage().touch("k", MINUTE).applied()).isFalse();
            assertThat(lab.storage().get("k")).isEmpty();
        }
    }

    @Test
    void aBatchOfTouchesRepeatsOnlyThoseThatWereChanged() {
        try (Lab lab = new Lab().shared("one").start()) {
            lab.storage().set("k", "old");
            lab.storage().set("calm", "v");
            lab.node("one").faults().injectNext(1, changing(lab, 1), Call.APPLY);

            assertThat(lab.storage().touchAll(List.of("calm", "k", "none"), MINUTE))
                    .hasEntrySatisfying(
                            "k", result -> assertThat(result.applied()).isTrue())
                    .hasEntrySatisfying(
                            "calm", result -> assertThat(result.applied()).isTrue())
                    .hasEntrySatisfying(
                            "none", result -> assertThat(result.applied()).isFalse());
            assertThat(lab.node("one").server().lastApply().changes()).hasSize(1);
        }
    }

    /** Another process changes the key just before each of so many writes arrives. */
    private static Fault changing(Lab lab, int times) {
        int[] left = {times};
        return Node.before(() -> {
            if (left[0]-- > 0) {
                Version standing = ((ReadAnswer.Hit) lab.node("one").server().stands("k"))
                        .record()
                        .version();
                lab.node("one")
                        .server()
                        .put(
                                StandIn.key("k"),
                                StandIn.text("changed " + (times - left[0])),
                                standing.next(StandIn.OTHER_WRITER),
                                ApplyKind.REPLAY);
            }
        });
    }

    private static void deleteByAnother(Lab lab) {
        Version later = Version.of(lab.time().clock().wallMillis() + 1_000, 0, StandIn.OTHER_WRITER);
        lab.node("one").server().put(StandIn.key("k"), Content.tombstone(), later, ApplyKind.REPLAY);
    }
}
