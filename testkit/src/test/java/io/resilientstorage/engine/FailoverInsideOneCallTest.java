package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.AllBackendsFailedException;
import io.resilientstorage.api.DeadlineExceededException;
import io.resilientstorage.api.Durability;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** P1: while one backend can serve, every call succeeds inside its deadline. */
class FailoverInsideOneCallTest {

    static Stream<Arguments> failures() {
        return Stream.of(
                Arguments.of("unreachable", Node.unreachable()),
                Arguments.of("no answer", Node.noAnswer()),
                Arguments.of("refused", Node.refused()),
                Arguments.of("hangs", Fault.hang()),
                Arguments.of("answers too late", Fault.delayReply(Duration.ofSeconds(20))),
                Arguments.of("reply lost", Fault.dropReply()),
                Arguments.of("throws", Fault.throwing(() -> new IllegalStateException("a defect"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void theNextBackendTakesAWriteThatTheFirstOneFails(String what, Fault fault) {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").failCalls(fault);

            Receipt receipt = lab.await(lab.async().set("k", "v"));

            assertThat(receipt.backend()).isEqualTo("two");
            assertThat(lab.node("two").writes()).isEqualTo(1);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void theNextBackendAnswersAReadThatTheFirstOneFails(String what, Fault fault) {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").failCalls(fault);
            lab.await(lab.async().set("k", "v"));

            assertThat(lab.await(lab.async().get("k"))).contains("v");
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("failures")
    void theMemoryOfTheProcessIsTheLastOfThree(String what, Fault fault) {
        try (Lab lab = new Lab().shared("one", "two").memory().start()) {
            lab.node("one").failCalls(fault);
            lab.node("two").failCalls(fault);

            Receipt receipt = lab.await(lab.async().set("k", "v"));

            assertThat(receipt.backend()).isEqualTo("memory");
            assertThat(receipt.durability()).isEqualTo(Durability.VOLATILE);
            assertThat(lab.await(lab.async().get("k"))).contains("v");
        }
    }

    @Test
    void whenAllFailTheErrorTellsTheCauseOfEach() {
        try (Lab lab = new Lab().shared("one", "two", "three").start()) {
            lab.node("one").failCalls(Node.unreachable());
            lab.node("two").failCalls(Node.refused());
            lab.node("three").failCalls(Fault.hang());

            Throwable failure = lab.failure(lab.async().set("k", "v"));

            assertThat(failure).isInstanceOf(AllBackendsFailedException.class);
            assertThat(((AllBackendsFailedException) failure).causes())
                    .hasEntrySatisfying("one", cause -> assertThat(cause).hasMessage("connection refused"))
                    .hasEntrySatisfying("two", cause -> assertThat(cause).hasMessage("read-only"))
                    .hasEntrySatisfying("three", cause -> assertThat(cause).hasMessageContaining("no answer within"));
            assertThat(((AllBackendsFailedException) failure).causes().keySet()).containsExactly("one", "two", "three");
        }
    }

    @Test
    void aBackendThatIsNotAskedAnyMoreIsNamedWithItsTrouble() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").down();
            lab.node("two").down();
            for (int i = 0; i < 5; i++) {
                lab.failure(lab.async().get("k"));
            }
            lab.storage().takeOffline("two");

            assertThatThrownBy(() -> lab.storage().get("k"))
                    .isInstanceOfSatisfying(AllBackendsFailedException.class, e -> {
                        assertThat(e.causes().get("one")).hasMessage("circuit OPEN: connection refused");
                        assertThat(e.causes().get("two")).hasMessage("taken offline");
                    });
        }
    }

    @Test
    void aBackendThatProbesCallUnhealthyIsAskedWhenNothingElseIsLeft() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").faults().inject(Node.unreachable(), Call.PROBE);
            lab.node("two").faults().inject(Node.unreachable(), Call.PROBE);
            lab.advance(Duration.ofMinutes(1));
            assertThat(lab.active()).isEqualTo("none");

            assertThat(lab.storage().set("k", "v").backend()).isEqualTo("one");
            assertThat(lab.storage().get("k")).contains("v");
        }
    }

    /** Three that hang, of which the first two would take the whole of the call's time if they were let. */
    @Test
    void backendsThatHangLeaveTimeForTheOneThatServes() {
        try (Lab lab = new Lab().shared("one", "two", "three").start()) {
            lab.node("one").hang();
            lab.node("two").hang();

            assertThat(lab.await(lab.async().set("k", "v")).backend()).isEqualTo("three");
        }
    }

    @Test
    void backendsThatHangLeaveTimeForTheOneThatServesAlthoughProbesCallAllUnhealthy() {
        try (Lab lab = new Lab().shared("one", "two", "three").start()) {
            List.of("one", "two", "three")
                    .forEach(name -> lab.node(name).faults().inject(Node.unreachable(), Call.PROBE));
            lab.advance(Duration.ofMinutes(1));
            assertThat(lab.active()).isEqualTo("none");
            lab.node("one").failCalls(Fault.hang());
            lab.node("two").failCalls(Fault.hang());

            assertThat(lab.await(lab.async().set("k", "v")).backend()).isEqualTo("three");
        }
    }

    @Test
    void oneAttemptMayHaveALongerTimeOutThanTheCallAndStillLeavesTimeForTheNext() {
        try (Lab lab = new Lab()
                .backend("one", StandIn.SHARED, options -> options.attemptTimeout(Duration.ofSeconds(30)))
                .shared("two")
                .start()) {
            lab.node("one").hang();

            assertThat(lab.await(lab.async().set("k", "v")).backend()).isEqualTo("two");
        }
    }

    @Test
    void redisAndSqlHangAndMemoryServesWithinTheDeadline() {
        try (Lab lab = new Lab()
                .backend("redis", StandIn.SHARED, options -> options.attemptTimeout(Duration.ofMillis(250)))
                .backend("sql", StandIn.DURABLE, options -> options.attemptTimeout(Duration.ofSeconds(1)))
                .memory()
                .start()) {
            lab.node("redis").hang();
            lab.node("sql").hang();
            long begun = lab.time().clock().nanos();

            assertThat(lab.await(lab.async().set("k", "v")).backend()).isEqualTo("memory");
            assertThat(Duration.ofNanos(lab.time().clock().nanos() - begun))
                    .as("the time-outs of both attempts, in full")
                    .isBetween(Duration.ofMillis(1250), Duration.ofMillis(1260));
        }
    }

    @Test
    void aLoneBackendThatHangsEndsTheCallAtItsTimeOut() {
        try (Lab lab = new Lab()
                .backend("one", StandIn.SHARED, options -> options.attemptTimeout(Duration.ofSeconds(30)))
                .start()) {
            lab.node("one").hang();

            assertThat(lab.failure(lab.async().get("k")))
                    .isInstanceOf(DeadlineExceededException.class)
                    .hasMessageContaining("2000 ms")
                    .hasMessageContaining("one: no answer");
        }
    }

    @Test
    void aReplyThatComesAfterItsTimeOutIsDropped() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").faults().injectNext(1, Fault.delayReply(Duration.ofMillis(1_100)), Call.APPLY);
            lab.await(lab.async().set("k", "v"));

            lab.advance(Duration.ofSeconds(1));

            assertThat(lab.status("one").consecutiveFailures())
                    .as("the record has arrived there since")
                    .isZero();
            assertThat(lab.storage().set("k", "w").backend()).isEqualTo("one");
        }
    }
}
