package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Found;
import io.resilientstorage.api.ReadKind;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.StorageEvent.IncarnationChanged;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.config.Strategy;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** P9: a miss that cannot be trusted is UNKNOWN, and what may be stale says so (docs/decisions/0004). */
class MissTest {

    private static Lab lab(Strategy strategy) {
        return new Lab().shared("one", "two").with(builder -> builder.strategy(strategy));
    }

    private static void isUnknown(ReadResult<String> result, String backend) {
        assertThat(result.kind()).isEqualTo(ReadKind.UNKNOWN);
        assertThat(result.backend()).isEqualTo(backend);
        assertThat(result.stale()).isTrue();
        assertThat(result.value()).isEmpty();
    }

    private static void isAbsent(ReadResult<String> result, String backend) {
        assertThat(result.kind()).isEqualTo(ReadKind.ABSENT);
        assertThat(result.backend()).isEqualTo(backend);
        assertThat(result.stale()).isFalse();
        assertThat(result.value()).isEmpty();
    }

    @Test
    void aBackendThatGotEveryWriteIsBelieved() {
        try (Lab lab = lab(Strategy.FAILOVER).start()) {
            lab.storage().set("k", "v");
            lab.storage().delete("k");

            isAbsent(lab.storage().read("k"), "one");
            isAbsent(lab.storage().read("never"), "one");
            assertThat(lab.node("two").reads()).as("nobody else is asked").isZero();
        }
    }

    @Test
    void theOneThatServesInItsPlaceIsNot() {
        try (Lab lab = lab(Strategy.FAILOVER).activeOnly().start()) {
            lab.storage().set("before", "v");
            lab.storage().takeOffline("one");

            isUnknown(lab.storage().read("before"), "two");
            isUnknown(lab.storage().read("never"), "two");
        }
    }

    @Test
    void theOneThatServesInItsPlaceIsBelievedIfItGetsEveryWrite() {
        try (Lab lab = lab(Strategy.FAILOVER).start()) {
            lab.storage().set("before", "v");
            lab.storage().takeOffline("one");

            assertThat(lab.storage().read("before").stale()).isFalse();
            assertThat(lab.storage().get("before")).contains("v");
            isAbsent(lab.storage().read("never"), "two");
        }
    }

    @Test
    void aReadThatTheFirstBackendFailsIsNotSettledByAMissOfTheSecond() {
        try (Lab lab = lab(Strategy.FAILOVER).activeOnly().start()) {
            lab.storage().set("k", "v");
            lab.node("one").failCalls(Node.unreachable());

            isUnknown(lab.await(lab.async().read("k")), "two");
        }
    }

    @Test
    void anOutageWithoutAnAcknowledgedWriteCostsNoTrust() {
        try (Lab lab = new Lab().shared("one").start()) {
            lab.node("one").failCalls(Node.unreachable());
            lab.failure(lab.async().set("k", "v"));
            lab.node("one").heal();

            isAbsent(lab.storage().read("k"), "one");
        }
    }

    @Test
    void aBackendThatStillHasToGetAWriteIsReadAsIfItHadIt() {
        try (Lab lab = lab(Strategy.PRIORITY).start()) {
            lab.node("one").faults().injectNext(1, Node.unreachable(), Call.APPLY);
            assertThat(lab.storage().set("k", "v").backend()).isEqualTo("two");

            assertThat(lab.node("one").server().stands("k")).as("the control").isInstanceOf(ReadAnswer.Miss.class);
            Found<String> found = (Found<String>) lab.storage().read("k");
            assertThat(found.backend()).isEqualTo("one");
            assertThat(found.found()).isEqualTo("v");
            assertThat(found.stale()).isFalse();
            isAbsent(lab.storage().read("never"), "one");

            lab.advance(Duration.ofSeconds(1));
            assertThat(lab.node("one").server().stands("k")).isInstanceOf(ReadAnswer.Hit.class);
        }
    }

    @Test
    void aHitAtABackendThatStillHasToGetANewerOneIsTheNewerOne() {
        try (Lab lab = lab(Strategy.PRIORITY).start()) {
            lab.storage().set("k", "old");
            assertThat(lab.storage().read("k").stale()).isFalse();

            lab.node("one").faults().injectNext(1, Node.unreachable(), Call.APPLY);
            lab.storage().set("k", "new");

            Found<String> found = (Found<String>) lab.storage().read("k");
            assertThat(found.backend()).isEqualTo("one");
            assertThat(found.found()).isEqualTo("new");
            assertThat(found.stale()).isFalse();
        }
    }

    @Test
    void aWriteThatWasSupersededElsewhereIsReadWhereTheNewerOneIsNotYet() {
        try (Lab lab = lab(Strategy.PRIORITY).start()) {
            // Another process wrote to the second backend, a minute ahead.
            lab.node("two").server().put("k", "newer", lab.time().clock().wallMillis() + 60_000);
            lab.node("one").faults().injectNext(1, Node.noAnswer(), Call.APPLY);

            assertThat(lab.storage().set("k", "v").superseded()).isTrue();

            assertThat(lab.storage().get("k"))
                    .as("its own, until the newer one is there")
                    .contains("v");
        }
    }

    @Test
    void aNewIncarnationIsSeenInTheVeryReplyOfAMiss() {
        try (Lab lab = new Lab().shared("one").start()) {
            lab.storage().set("k", "v");
            lab.node("one").server().restartEmpty();

            isUnknown(lab.storage().read("k"), "one");
            assertThat(lab.events(IncarnationChanged.class)).singleElement().satisfies(event -> {
                assertThat(event.from()).isEqualTo("one-1");
                assertThat(event.to()).isEqualTo("one-2");
            });
        }
    }

    /** The control: the same server, emptied without a sign of it, is believed. */
    @Test
    void withoutTheIncarnationTheLossWouldGoUnnoticed() {
        try (Lab lab = new Lab().shared("one").start()) {
            lab.storage().set("k", "v");
            lab.node("one").server().emptySecretly();

            isAbsent(lab.storage().read("k"), "one");
        }
    }

    @Test
    void aNewIncarnationIsSeenInAProbeAndInTheReplyOfAWrite() {
        try (Lab lab = new Lab().shared("one").start()) {
            lab.node("one").server().restart();
            lab.advance(Duration.ofSeconds(40));
            assertThat(lab.events(IncarnationChanged.class)).hasSize(1);
            // There is no durable mirror: it counts as it is.
            isAbsent(lab.storage().read("k"), "one");
        }
        try (Lab lab = new Lab().shared("one").start()) {
            lab.node("one").server().restart();
            lab.storage().set("other", "v");
            assertThat(lab.events(IncarnationChanged.class)).hasSize(1);
            isAbsent(lab.storage().read("k"), "one");
        }
    }

    @Test
    void aTombstoneOutweighsAnOlderRecordThatIsPending() {
        try (Lab lab = lab(Strategy.PRIORITY).start()) {
            lab.node("one").faults().injectNext(2, Node.unreachable(), Call.APPLY);
            lab.storage().set("deleted", "v");
            lab.storage().set("kept", "v");
            assertThat(lab.storage().delete("deleted").receipt().backend()).isEqualTo("one");

            isAbsent(lab.storage().read("deleted"), "one");
            assertThat(lab.storage().get("kept"))
                    .as("the control: without a tombstone the hit counts")
                    .contains("v");
        }
    }

    @Test
    void aHitThatIsNewerThanATombstoneSeenFirstCounts() {
        try (Lab lab = lab(Strategy.PRIORITY).start()) {
            lab.storage().delete("k");
            lab.node("one").faults().injectNext(1, Node.unreachable(), Call.APPLY);
            lab.storage().set("k", "v");

            assertThat(lab.storage().get("k")).contains("v");
        }
    }

    @Test
    void theMemoryOfTheProcessSendsUpWhatItHoldsAndIsBelievedOnlyWhereItIsAllThereIs() {
        try (Lab lab = lab(Strategy.FAILOVER).memory().start()) {
            lab.storage().takeOffline("one");
            lab.storage().takeOffline("two");
            isUnknown(lab.storage().read("k"), "memory");
            lab.storage().set("k", "v");
            lab.storage().bringOnline("one");
            lab.advance(Duration.ofSeconds(1));

            assertThat(lab.active()).isEqualTo("one");
            Found<String> found = (Found<String>) lab.storage().read("k");
            assertThat(found.found()).isEqualTo("v");
            assertThat(found.backend()).isEqualTo("one");
            assertThat(lab.node("one").server().stands("k"))
                    .as("memory has sent up what it alone held")
                    .isInstanceOf(ReadAnswer.Hit.class);
        }
        try (Lab lab = new Lab().memory().start()) {
            isAbsent(lab.storage().read("k"), "memory");
        }
    }

    @Test
    void aMissIsUnknownWhenTheNextBackendFailsOrHangs() {
        for (Fault fault : List.of(Node.unreachable(), Node.refused(), Fault.hang())) {
            try (Lab lab = new Lab().shared("one", "two", "three").activeOnly().start()) {
                lab.storage().takeOffline("one");
                lab.node("three").failCalls(fault);

                isUnknown(lab.await(lab.async().read("k")), "two");
            }
        }
    }

    @Test
    void underRoundRobinACompleteBackendSettlesWhatTheOtherDoesNotKnow() {
        try (Lab lab = lab(Strategy.ROUND_ROBIN).start()) {
            lab.node("two").faults().injectNext(1, Node.unreachable(), Call.APPLY);
            lab.storage().set("k", "v");

            for (int turn = 0; turn < 4; turn++) {
                assertThat(lab.storage().read("never").kind()).isEqualTo(ReadKind.ABSENT);
                assertThat(lab.storage().get("k")).contains("v");
            }
        }
    }

    @Test
    void emptyStandsForAbsentAndForUnknown() {
        try (Lab lab = lab(Strategy.FAILOVER).start()) {
            assertThat(lab.storage().get("k")).isEmpty();
            lab.storage().takeOffline("one");
            assertThat(lab.storage().get("k")).isEmpty();
            assertThat(lab.storage().getAll(List.of("k", "l"))).isEmpty();
        }
    }
}
