package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.StorageEvent.CircuitChanged;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** History 12: what looks like a time-out after this process itself was stopped says nothing of the backend. */
class PauseTest {

    private static List<CompletableFuture<?>> calls(Lab lab, int count) {
        List<CompletableFuture<?>> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            calls.add(lab.async().set("k" + i, "v"));
        }
        return calls;
    }

    @Test
    void aPauseMakesTimeOutsCountForNothing() {
        try (Lab lab = new Lab().shared("one").memory().start()) {
            lab.advance(Duration.ofSeconds(1));
            // The answers are there in time or not, but the time-outs are noticed first.
            lab.node("one").faults().inject(Fault.delayReply(Duration.ofMillis(1_001)), Call.APPLY);
            List<CompletableFuture<?>> calls = calls(lab, 10);

            lab.time().pause(Duration.ofSeconds(5));

            assertThat(calls).allMatch(CompletableFuture::isDone);
            assertThat(lab.status("one").consecutiveFailures()).isZero();
            assertThat(lab.events(CircuitChanged.class)).isEmpty();
            assertThat(lab.active()).isEqualTo("one");
        }
    }

    /** The control: the same time-outs without a pause. */
    @Test
    void withoutAPauseTheyCount() {
        try (Lab lab = new Lab().shared("one").memory().start()) {
            lab.advance(Duration.ofSeconds(1));
            lab.node("one").faults().inject(Fault.delayReply(Duration.ofSeconds(5)), Call.APPLY);
            List<CompletableFuture<?>> calls = calls(lab, 10);

            lab.advance(Duration.ofSeconds(5));

            assertThat(calls).allMatch(CompletableFuture::isDone);
            assertThat(lab.events(CircuitChanged.class))
                    .extracting(CircuitChanged::to)
                    .contains(Circuit.OPEN);
        }
    }

    @Test
    void aTimeOutThatTheAdapterNoticedCountsForNothingEither() {
        try (Lab lab = new Lab().shared("one").memory().start()) {
            lab.advance(Duration.ofSeconds(1));
            lab.node("one").faults().inject(new FailingLater(Duration.ofMillis(300)), Call.APPLY);
            List<CompletableFuture<?>> calls = calls(lab, 10);

            lab.time().pause(Duration.ofSeconds(5));

            assertThat(calls).allMatch(CompletableFuture::isDone);
            assertThat(lab.status("one").consecutiveFailures()).isZero();
            assertThat(lab.events(CircuitChanged.class)).isEmpty();
        }
    }

    @Test
    void aCallThatBeganAfterThePauseCounts() {
        try (Lab lab = new Lab().shared("one").memory().start()) {
            lab.advance(Duration.ofSeconds(1));
            lab.time().pause(Duration.ofSeconds(5));
            lab.advance(Duration.ofSeconds(1));
            lab.node("one").faults().inject(Fault.hang(), Call.APPLY);

            lab.await(lab.async().set("k", "v"));

            assertThat(lab.status("one").consecutiveFailures()).isEqualTo(1);
        }
    }

    @Test
    void aBackendThatReallyDiedDuringThePauseIsFoundByTheProbeThatFollows() {
        try (Lab lab = new Lab().shared("one").memory().start()) {
            lab.advance(Duration.ofSeconds(1));
            lab.node("one").hang();
            calls(lab, 1);
            lab.time().pause(Duration.ofSeconds(5));

            lab.advance(Duration.ofSeconds(2));

            assertThat(lab.active()).isEqualTo("memory");
        }
    }

    /** A trial that fails makes the circuit wait longer before the next one. */
    @Test
    void aProbeWhoseAnswerWaitedOutThePauseFailsNoTrial() {
        try (Lab lab = new Lab()
                .backend("one", StandIn.SHARED, options -> options.attemptTimeout(Duration.ofMillis(500)))
                .memory()
                .start()) {
            lab.advance(Duration.ofSeconds(1));
            openCircuit(lab);
            lab.node("one").heal();
            lab.node("one").faults().inject(Fault.delayReply(Duration.ofMillis(700)), Call.PROBE);
            awaitTrial(lab);

            lab.time().pause(Duration.ofMillis(700));
            lab.advance(Duration.ofMillis(20));

            assertThat(lab.status("one").circuit()).isNotEqualTo(Circuit.OPEN);
        }
    }

    /** The control: as long an answer without a pause. */
    @Test
    void withoutAPauseItFailsTheTrial() {
        try (Lab lab = new Lab()
                .backend("one", StandIn.SHARED, options -> options.attemptTimeout(Duration.ofMillis(500)))
                .memory()
                .start()) {
            lab.advance(Duration.ofSeconds(1));
            openCircuit(lab);
            lab.node("one").heal();
            lab.node("one").faults().inject(Fault.delayReply(Duration.ofMillis(700)), Call.PROBE);
            awaitTrial(lab);

            lab.advance(Duration.ofMillis(720));

            assertThat(lab.status("one").circuit()).isEqualTo(Circuit.OPEN);
        }
    }

    private static void openCircuit(Lab lab) {
        lab.node("one").down();
        for (int i = 0; i < 5; i++) {
            lab.await(lab.async().set("k", "v"));
        }
        assertThat(lab.status("one").circuit()).isEqualTo(Circuit.OPEN);
    }

    private static void awaitTrial(Lab lab) {
        for (int i = 0; i < 10_000 && lab.status("one").circuit() != Circuit.HALF_OPEN; i++) {
            lab.advance(Duration.ofMillis(5));
        }
        assertThat(lab.status("one").circuit()).isEqualTo(Circuit.HALF_OPEN);
    }
}
