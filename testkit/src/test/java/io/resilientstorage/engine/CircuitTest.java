package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.StorageEvent.CircuitChanged;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The circuits of a storage: opened by calls, closed by probes. */
class CircuitTest {

    private static void fail(Lab lab, int calls) {
        for (int i = 0; i < calls; i++) {
            lab.await(lab.async().set("k", "v"));
        }
    }

    @Test
    void itOpensAtTheThresholdAndNotBefore() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").failCalls(Node.unreachable());

            fail(lab, 4);
            assertThat(lab.status("one").circuit()).isEqualTo(Circuit.CLOSED);
            assertThat(lab.status("one").consecutiveFailures()).isEqualTo(4);

            fail(lab, 1);
            assertThat(lab.status("one").circuit()).isEqualTo(Circuit.OPEN);
            assertThat(lab.status("one").circuitOpen()).isTrue();
            assertThat(lab.status("one").lastError()).contains("connection refused");
            assertThat(lab.active()).isEqualTo("two");
        }
    }

    @Test
    void aSuccessInBetweenBeginsTheCountAgain() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            for (int round = 0; round < 5; round++) {
                lab.node("one").faults().injectNext(4, Node.unreachable(), Call.APPLY);
                fail(lab, 4);
                assertThat(lab.storage().set("k", "v").backend()).isEqualTo("one");
                // Out of the window of the failure rate.
                lab.advance(Duration.ofSeconds(11));
            }

            assertThat(lab.status("one").circuit()).isEqualTo(Circuit.CLOSED);
        }
    }

    @Test
    void timeOutsCountAndCostOnlyTheFirstFewCalls() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").hang();
            fail(lab, 5);
            long begun = lab.time().clock().nanos();

            fail(lab, 100);

            assertThat(lab.time().clock().nanos() - begun).as("no call waits").isZero();
        }
    }

    @Test
    void whileItIsNotClosedOnlyTheProberTries() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").down();
            fail(lab, 5);
            long writes = lab.node("one").writes();
            long probes = lab.node("one").probes();

            for (int i = 0; i < 300; i++) {
                lab.advance(Duration.ofMillis(400));
                fail(lab, 1);
            }

            assertThat(lab.node("one").writes()).isEqualTo(writes);
            assertThat(lab.node("one").probes() - probes).as("in two minutes").isBetween(105L, 135L);
        }
    }

    @Test
    void aGoodProbeClosesItWithoutWaitingForTheResetDelay() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").down();
            fail(lab, 5);
            // Long enough for the reset delay to have grown to its longest.
            lab.advance(Duration.ofMinutes(10));
            lab.node("one").heal();

            lab.advance(Duration.ofMillis(1_100));

            assertThat(lab.status("one").circuit()).isEqualTo(Circuit.CLOSED);
        }
    }

    @Test
    void itsTransitionsAreTold() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").down();
            fail(lab, 5);
            lab.advance(Duration.ofSeconds(2));
            lab.node("one").heal();
            lab.advance(Duration.ofSeconds(2));

            assertThat(lab.events(CircuitChanged.class))
                    .extracting(CircuitChanged::to)
                    .containsExactly(Circuit.OPEN, Circuit.HALF_OPEN, Circuit.CLOSED);
            assertThat(lab.events(CircuitChanged.class).get(0).cause()).contains("connection refused");
        }
    }

    /**
     * Calls fail while probes are well; the row of failures is long enough for nobody to have asked for a probe lately.
     */
    @Test
    void aCircuitThatOpensIsProbedAtOnceHoweverLongAgoTheRowOfFailuresBegan() {
        try (Lab lab = new Lab().shared("one").start()) {
            lab.node("one").faults().injectNext(5, Node.unreachable(), Call.APPLY);
            lab.failure(lab.async().set("k", "v"));
            lab.advance(Duration.ofSeconds(2));
            for (int i = 0; i < 4; i++) {
                // Not awaited: a probe would run first.
                assertThat(lab.async().set("k", "v")).isCompletedExceptionally();
            }
            assertThat(lab.status("one").circuit()).isEqualTo(Circuit.OPEN);

            lab.advance(Duration.ofMillis(150));

            assertThat(lab.status("one").circuit()).isEqualTo(Circuit.CLOSED);
        }
    }

    @Test
    void aLateSuccessFromBeforeTheOutageClosesNothing() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").faults().injectNext(1, Fault.delayReply(Duration.ofMillis(900)), Call.APPLY);
            var slow = lab.async().set("slow", "v");
            lab.node("one").down();
            fail(lab, 5);

            assertThat(lab.await(slow).backend()).isEqualTo("one");

            assertThat(lab.status("one").circuit()).isEqualTo(Circuit.OPEN);
        }
    }
}
