package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.resilientstorage.api.Health;
import io.resilientstorage.api.InvalidRequestException;
import io.resilientstorage.api.StorageEvent.FailedBack;
import io.resilientstorage.api.StorageEvent.Flapping;
import io.resilientstorage.config.Strategy;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The way back up: FAILOVER waits until the better backend has shown that it stays well, PRIORITY does not. */
class FailbackTest {

    private static final Duration STEP = Duration.ofMillis(50);

    private static Lab lab(Strategy strategy) {
        return new Lab()
                .shared("one", "two")
                .with(builder -> builder.strategy(strategy))
                .start();
    }

    private static void outage(Lab lab, Duration length) {
        lab.node("one").down();
        for (int i = 0; i < 5; i++) {
            lab.storage().set("k", "v");
        }
        lab.advance(length);
        assertThat(lab.active()).isEqualTo("two");
    }

    /** Moves time until a backend is active; says how long that took. */
    private static Duration untilActive(Lab lab, String name, Duration atMost) {
        Duration passed = Duration.ZERO;
        while (!lab.active().equals(name)) {
            assertThat(passed).as("%s is active in time", name).isLessThan(atMost);
            lab.advance(STEP);
            passed = passed.plus(STEP);
        }
        return passed;
    }

    private static Duration untilHealthy(Lab lab, String name) {
        Duration passed = Duration.ZERO;
        while (lab.status(name).health() != Health.HEALTHY) {
            assertThat(passed).isLessThan(Duration.ofSeconds(5));
            lab.advance(STEP);
            passed = passed.plus(STEP);
        }
        return passed;
    }

    @Test
    void failoverGoesBackWhenTheBetterOneHasBeenHealthyForTheDelay() {
        try (Lab lab = lab(Strategy.FAILOVER)) {
            outage(lab, Duration.ofMinutes(1));
            lab.node("one").heal();
            untilHealthy(lab, "one");

            lab.advance(Duration.ofMillis(9_900));
            assertThat(lab.active()).isEqualTo("two");
            assertThat(lab.storage().set("k", "v").backend()).isEqualTo("two");

            assertThat(untilActive(lab, "one", Duration.ofSeconds(1))).isLessThan(Duration.ofMillis(700));
            assertThat(lab.storage().set("k", "v").backend()).isEqualTo("one");
            assertThat(lab.events(FailedBack.class)).singleElement().satisfies(event -> {
                assertThat(event.from()).contains("two");
                assertThat(event.to()).isEqualTo("one");
            });
        }
    }

    @Test
    void aBadProbeOrAFailedCallMeanwhileBeginsTheDelayAgain() {
        try (Lab lab = lab(Strategy.FAILOVER)) {
            outage(lab, Duration.ofSeconds(10));
            lab.node("one").heal();
            untilHealthy(lab, "one");
            lab.advance(Duration.ofSeconds(8));
            lab.node("one").faults().injectNext(2, Node.unreachable(), Call.PROBE);
            lab.advance(Duration.ofSeconds(2));
            assertThat(lab.active()).isEqualTo("two");
            untilHealthy(lab, "one");

            assertThat(untilActive(lab, "one", Duration.ofSeconds(12))).isGreaterThan(Duration.ofMillis(9_500));
        }
    }

    @Test
    void oneLostProbeAloneTakesAsManyGoodOnesAgain() {
        try (Lab lab = lab(Strategy.FAILOVER)) {
            outage(lab, Duration.ofSeconds(10));
            lab.node("one").heal();
            untilHealthy(lab, "one");
            lab.advance(Duration.ofMillis(9_500));
            lab.node("one").faults().injectNext(1, Node.unreachable(), Call.PROBE);

            assertThat(untilActive(lab, "one", Duration.ofSeconds(6))).isGreaterThan(Duration.ofSeconds(1));
        }
    }

    @Test
    void priorityGoesBackAtOnce() {
        try (Lab lab = lab(Strategy.PRIORITY)) {
            outage(lab, Duration.ofMinutes(1));
            lab.node("one").heal();

            untilHealthy(lab, "one");
            assertThat(lab.active()).isEqualTo("one");
        }
    }

    @Test
    void eachFlapDoublesTheDelayUpToFiveMinutes() {
        try (Lab lab = lab(Strategy.FAILOVER)) {
            for (int expected : new int[] {10, 20, 40, 80, 160, 300, 300}) {
                outage(lab, Duration.ofSeconds(5));
                lab.node("one").heal();
                untilHealthy(lab, "one");

                Duration waited = untilActive(lab, "one", Duration.ofMinutes(6));

                assertThat(waited.toMillis() / 1_000.0).isCloseTo(expected, within(1.0));
                lab.advance(Duration.ofSeconds(3));
            }
        }
    }

    @Test
    void aLongCalmUndoesTheFlaps() {
        try (Lab lab = lab(Strategy.FAILOVER)) {
            for (int flap = 0; flap < 3; flap++) {
                outage(lab, Duration.ofSeconds(5));
                lab.node("one").heal();
                untilActive(lab, "one", Duration.ofMinutes(2));
            }
            lab.advance(Duration.ofHours(1));
            outage(lab, Duration.ofSeconds(5));
            lab.node("one").heal();
            untilHealthy(lab, "one");

            assertThat(untilActive(lab, "one", Duration.ofMinutes(2)).toMillis() / 1_000.0)
                    .isCloseTo(10, within(1.0));
        }
    }

    @Test
    void frequentSwitchesAreCountedAndWarnedAbout() {
        try (Lab lab = lab(Strategy.PRIORITY)) {
            for (int i = 0; i < 4; i++) {
                outage(lab, Duration.ofSeconds(5));
                lab.node("one").heal();
                untilActive(lab, "one", Duration.ofSeconds(5));
            }

            assertThat(lab.storage().healthStatus().switches()).isEqualTo(8);
            assertThat(lab.events(Flapping.class)).hasSize(2).first().satisfies(event -> {
                assertThat(event.switches()).isEqualTo(4);
                assertThat(event.within()).isEqualTo(Duration.ofMinutes(5));
            });
        }
    }

    @Test
    void anOperatorDoesNotWait() {
        try (Lab lab = lab(Strategy.FAILOVER)) {
            outage(lab, Duration.ofSeconds(5));
            lab.node("one").heal();
            untilHealthy(lab, "one");
            assertThat(lab.active()).isEqualTo("two");

            lab.storage().failback();

            assertThat(lab.active()).isEqualTo("one");
        }
    }

    @Test
    void anOperatorCannotForceABackendThatIsNotWell() {
        try (Lab lab = lab(Strategy.FAILOVER)) {
            outage(lab, Duration.ofSeconds(5));

            lab.storage().failback();
            assertThat(lab.active()).isEqualTo("two");

            // Nor is the wish remembered.
            lab.node("one").heal();
            untilHealthy(lab, "one");
            lab.advance(Duration.ofSeconds(5));
            assertThat(lab.active()).isEqualTo("two");
        }
    }

    @Test
    void aBackendThatIsTakenOfflineIsNeitherCalledNorProbed() {
        try (Lab lab = lab(Strategy.FAILOVER)) {
            lab.storage().takeOffline("one");
            long calls = lab.node("one").reads()
                    + lab.node("one").writes()
                    + lab.node("one").probes();

            assertThat(lab.storage().set("k", "v").backend()).isEqualTo("two");
            lab.advance(Duration.ofMinutes(10));

            assertThat(lab.node("one").reads()
                            + lab.node("one").writes()
                            + lab.node("one").probes())
                    .isEqualTo(calls);
            assertThat(lab.status("one").offline()).isTrue();
        }
    }

    @Test
    void aBackendThatIsBroughtOnlineIsProbedAtOnceAndBecomesActiveByTheStrategy() {
        try (Lab lab = lab(Strategy.FAILOVER)) {
            lab.storage().takeOffline("one");
            lab.advance(Duration.ofMinutes(10));
            long probes = lab.node("one").probes();

            lab.storage().bringOnline("one");
            lab.advance(Duration.ofMillis(1));

            assertThat(lab.node("one").probes()).isEqualTo(probes + 1);
            assertThat(lab.active()).isEqualTo("two");
            assertThat(untilActive(lab, "one", Duration.ofSeconds(12))).isGreaterThan(Duration.ofMillis(9_500));
        }
    }

    @Test
    void aBackendThatDiedWhileItWasOfflineServesNoFailback() {
        try (Lab lab = lab(Strategy.FAILOVER)) {
            lab.storage().takeOffline("one");
            lab.node("one").faults().inject(Fault.hang());
            lab.advance(Duration.ofMinutes(1));

            lab.storage().bringOnline("one");
            lab.advance(Duration.ofMinutes(1));

            assertThat(lab.active()).isEqualTo("two");
            assertThat(lab.status("one").health()).isEqualTo(Health.UNHEALTHY);
        }
    }

    @Test
    void aBackendThatIsBroughtOnlineGetsNoCallBeforeItWasProbed() {
        try (Lab lab = lab(Strategy.PRIORITY)) {
            lab.storage().takeOffline("one");
            lab.advance(Duration.ofMinutes(1));
            lab.node("one").faults().inject(Fault.delayReply(Duration.ofMillis(20)), Call.PROBE);
            lab.storage().bringOnline("one");
            lab.advance(Duration.ofMillis(19));

            assertThat(lab.status("one").health()).isEqualTo(Health.UNHEALTHY);
            assertThat(lab.status("one").lastError()).contains("not probed since it was brought online");
            assertThat(lab.storage().set("k", "v").backend()).isEqualTo("two");

            lab.advance(Duration.ofMillis(2));
            assertThat(lab.status("one").health())
                    .as("the first probe counts at once")
                    .isEqualTo(Health.HEALTHY);
            assertThat(lab.storage().set("k", "v").backend()).isEqualTo("one");
        }
    }

    @Test
    void toBringOnlineWhatIsOnlineChangesNothing() {
        try (Lab lab = lab(Strategy.PRIORITY)) {
            lab.node("one").faults().injectNext(1, Fault.hang(), Call.PROBE);
            lab.storage().bringOnline("one");
            lab.advance(Duration.ofSeconds(1));

            assertThat(lab.status("one").health())
                    .as("one bad probe changes no verdict")
                    .isEqualTo(Health.HEALTHY);
        }
    }

    @Test
    void anUnknownNameIsRefused() {
        try (Lab lab = lab(Strategy.FAILOVER)) {
            assertThatThrownBy(() -> lab.storage().takeOffline("three"))
                    .isInstanceOf(InvalidRequestException.class)
                    .hasMessageContaining("three")
                    .hasMessageContaining("one, two");
            assertThatThrownBy(() -> lab.storage().bringOnline(Careless.nothing()))
                    .isInstanceOf(InvalidRequestException.class);
        }
    }

    /** Two failovers in a row are no flap of the backend in the middle. */
    @Test
    void aBackendThatServedOnlyOnTheWayDownHasNotFlapped() {
        try (Lab lab = new Lab().shared("one", "two", "three").start()) {
            lab.storage().takeOffline("one");
            lab.advance(Duration.ofSeconds(5));
            lab.node("two").down();
            lab.advance(Duration.ofSeconds(40));
            assertThat(lab.active()).isEqualTo("three");
            lab.node("two").heal();
            untilHealthy(lab, "two");

            assertThat(untilActive(lab, "two", Duration.ofSeconds(30)).toMillis() / 1_000.0)
                    .isCloseTo(10, within(1.0));
        }
    }

    @Test
    void withoutADelayTheFirstGoodVerdictIsEnough() {
        try (Lab lab = new Lab()
                .shared("one", "two")
                .with(builder -> builder.failbackDelay(Duration.ZERO))
                .start()) {
            outage(lab, Duration.ofSeconds(5));
            lab.node("one").heal();
            untilHealthy(lab, "one");
            lab.advance(STEP);

            assertThat(lab.active()).isEqualTo("one");
        }
    }
}
