package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import io.resilientstorage.time.Timers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the next backend gets when the first one failed (docs/decisions/0003, history 6). */
class UnknownOutcomeTest {

    private static VersionedRecord record(ApplyRequest request) {
        return request.changes().get(0).record();
    }

    static List<Arguments> unknown() {
        return List.of(
                Arguments.of("connection lost", Node.noAnswer()),
                Arguments.of("hung", Fault.hang()),
                Arguments.of("stored, reply lost", Fault.dropReply()),
                Arguments.of("stored, then failed", Fault.failAfterwards(() -> BackendException.noAnswer("reset"))),
                Arguments.of("a defect", Fault.throwing(IllegalStateException::new)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("unknown")
    void theSameRecordIsCarriedOnAsAReplay(String what, Fault fault) {
        try (Lab lab = new Lab().shared("zero", "one", "two").start()) {
            // What the proposed version is can be seen at a backend that refuses it.
            lab.node("zero").failCalls(seeing(Node.refused()));
            lab.node("one").faults().inject(fault, Call.APPLY);

            Receipt receipt = lab.await(lab.async().set("k", "v", Duration.ofMinutes(1)));

            ApplyRequest proposed = lab.node("zero").server().applies().get(0);
            ApplyRequest carried = lab.node("two").server().lastApply();
            assertThat(proposed.kind()).isEqualTo(ApplyKind.DIRECT);
            assertThat(carried.kind()).isEqualTo(ApplyKind.REPLAY);
            assertThat(record(carried)).as("version, value and expiry").isEqualTo(record(proposed));
            assertThat(receipt.version()).isEqualTo(record(proposed).version());
        }
    }

    /** Does the call, so that the server sees it, and fails all the same. */
    private static Fault seeing(Fault fault) {
        return new Fault() {
            @Override
            public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
                call.get().whenComplete((reply, failure) -> {});
                return fault.meet(call, timers);
            }
        };
    }

    static List<Arguments> known() {
        return List.of(
                Arguments.of("connection refused", Node.unreachable()), Arguments.of("read-only", Node.refused()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("known")
    void whenItIsCertainThatNothingWasStoredTheNextOneMayAssignTheVersion(String what, Fault fault) {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            long ahead = lab.time().clock().wallMillis() + 60_000;
            lab.node("two").server().put("k", "by a fast clock", ahead);
            lab.node("one").faults().inject(fault, Call.APPLY);

            Receipt receipt = lab.storage().set("k", "v");

            assertThat(lab.node("two").server().lastApply().kind()).isEqualTo(ApplyKind.DIRECT);
            assertThat(receipt.superseded()).isFalse();
            assertThat(receipt.version()).isGreaterThan(Version.of(ahead, 0, StandIn.OTHER_WRITER));
            assertThat(lab.node("two").server().stands("k"))
                    .isInstanceOfSatisfying(
                            ReadAnswer.Hit.class,
                            hit -> assertThat(hit.record().content()).isEqualTo(StandIn.text("v")));
        }
    }

    /**
     * History 6. This process sets k; the first backend stores it, and the reply is lost. Another process reads k and
     * deletes it, at both backends. This process goes on to the second one.
     */
    @Test
    void aWriteThatSomebodyHasAnsweredSinceDoesNotComeBack() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            StandIn two = lab.node("two").server();
            lab.node("one").faults().injectNext(1, storedThenDeletedByAnother(lab), Call.APPLY);

            Receipt receipt = lab.await(lab.async().set("k", "v"));

            assertThat(receipt.superseded()).isTrue();
            assertThat(receipt.version().writer()).as("that of the delete").isEqualTo(StandIn.OTHER_WRITER);
            assertThat(two.stands("k")).isInstanceOf(ReadAnswer.Miss.class);
            assertThat(lab.node("one").server().stands("k")).isInstanceOf(ReadAnswer.Miss.class);

            // The control: writing it again under a new version, as a naive client does, brings it back.
            Version again = Version.of(lab.time().clock().wallMillis() + 1, 0, 1);
            two.put(StandIn.key("k"), StandIn.text("v"), again, ApplyKind.DIRECT);
            assertThat(two.stands("k")).isInstanceOf(ReadAnswer.Hit.class);
        }
    }

    private static Fault storedThenDeletedByAnother(Lab lab) {
        return new Fault() {
            @Override
            public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
                call.get().whenComplete((reply, failure) -> {});
                StandIn one = lab.node("one").server();
                Version seen = ((ReadAnswer.Hit) one.stands("k")).record().version();
                Version deleted = seen.next(StandIn.OTHER_WRITER);
                one.put(StandIn.key("k"), Content.tombstone(), deleted, ApplyKind.REPLAY);
                lab.node("two").server().put(StandIn.key("k"), Content.tombstone(), deleted, ApplyKind.REPLAY);
                return CompletableFuture.failedFuture(BackendException.noAnswer("connection lost"));
            }
        };
    }

    @Test
    void anAttemptMayNotBeStoredAfterItsTimeOutOnTheBackendsOwnClock() {
        try (Lab lab = new Lab()
                .shared("one", "two")
                .given("one", node -> node.server().skew(Duration.ofHours(1)))
                .start()) {
            lab.storage().set("k", "v");

            StandIn one = lab.node("one").server();
            assertThat(one.lastApply().timeout()).isEqualTo(Duration.ofSeconds(1));
            assertThat(one.lastApply().notAfter()).isBetween(one.millis() + 1_000, one.millis() + 1_005);
        }
    }

    @Test
    void whatArrivesLateFromAHungConnectionIsNotStored() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").faults().injectNext(1, Fault.delayCall(Duration.ofSeconds(5)), Call.APPLY);
            assertThat(lab.await(lab.async().set("k", "v")).backend()).isEqualTo("two");

            lab.advance(Duration.ofSeconds(5));

            StandIn one = lab.node("one").server();
            assertThat(one.applies())
                    .as("the replay, and then what was asked first")
                    .extracting(ApplyRequest::kind)
                    .containsExactly(ApplyKind.REPLAY, ApplyKind.DIRECT);
            VersionedRecord late = record(one.lastApply());
            assertThat(((ReadAnswer.Hit) one.stands("k")).record().version()).isEqualTo(late.version());
            // The control: without the not-after time it would have been stored, under a version of its own.
            assertThat(one.put(late.key(), late.content(), late.version(), ApplyKind.DIRECT)
                            .version())
                    .isGreaterThan(late.version());
        }
    }

    /** The not-after time is on a clock that was set back, so it does not hold the attempt up. */
    @Test
    void whatArrivesLateAtABackendWhoseClockWasSetBackIsNotStoredOverWhatIsNewer() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            StandIn one = lab.node("one").server();
            one.skew(Duration.ofSeconds(-30));
            lab.node("one").faults().injectNext(1, Fault.delayCall(Duration.ofSeconds(5)), Call.APPLY);
            Receipt carried = lab.await(lab.async().set("k", "v"));
            assertThat(carried.backend()).isEqualTo("two");
            Version deleted = Version.of(carried.version().millis() + 1_000, 0, StandIn.OTHER_WRITER);
            one.put(StandIn.key("k"), Content.tombstone(), deleted, ApplyKind.REPLAY);

            lab.advance(Duration.ofSeconds(5));

            ApplyRequest late = one.lastApply();
            assertThat(late.kind()).isEqualTo(ApplyKind.DIRECT);
            assertThat(late.notAfter()).as("not late by its clock").isGreaterThan(one.millis());
            assertThat(one.stands("k")).isEqualTo(new ReadAnswer.Miss(deleted));
            // The control: a backend that does not look how far it is behind.
            one.put(StandIn.key("k"), record(late).content(), record(late).version(), ApplyKind.DIRECT);
            assertThat(one.stands("k")).isInstanceOf(ReadAnswer.Hit.class);
        }
    }

    @Test
    void aBackendWhoseClockJumpedAheadFindsWritesLateUntilItsClockIsMeasuredAgain() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").server().skew(Duration.ofMinutes(1));
            long probes = lab.node("one").probes();

            assertThat(lab.storage().set("k", "v").backend()).isEqualTo("two");
            assertThat(lab.node("two").server().lastApply().kind())
                    .as("nothing was stored")
                    .isEqualTo(ApplyKind.DIRECT);
            assertThat(lab.status("one").consecutiveFailures()).isZero();

            lab.advance(Duration.ofMillis(200));
            assertThat(lab.node("one").probes()).isGreaterThan(probes);
            assertThat(lab.storage().set("k", "v").backend()).isEqualTo("one");
        }
    }

    @Test
    void aBackendWhoseClockFellBehindFindsWritesAheadUntilItsClockIsMeasuredAgain() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").server().skew(Duration.ofMinutes(-10));

            assertThat(lab.storage().set("k", "v").backend()).isEqualTo("two");

            lab.advance(Duration.ofMillis(200));
            assertThat(lab.storage().set("l", "v").backend()).isEqualTo("one");
        }
    }

    /** A machine whose clock is ten minutes fast writes to its memory before it can see the shared clock. */
    @Test
    void aClockThatTurnsOutToBeFarAheadDoesNotKeepWritesFromBeingTaken() {
        try (Lab lab = new Lab()
                .shared("one")
                .memory()
                .given("one", node -> node.server().skew(Duration.ofMinutes(-10)))
                .given("one", Node::down)
                .start()) {
            assertThat(lab.storage().set("k", "v").backend()).isEqualTo("memory");
            lab.node("one").heal();
            lab.advance(Duration.ofSeconds(2));

            assertThat(lab.storage().set("k", "w").backend()).isEqualTo("one");
            assertThat(lab.storage().set("l", "w").backend()).isEqualTo("one");
            lab.storage().takeOffline("one");
            assertThat(lab.storage().set("k", "x").backend()).isEqualTo("memory");
            assertThat(lab.storage().get("k")).contains("x");
        }
    }
}
