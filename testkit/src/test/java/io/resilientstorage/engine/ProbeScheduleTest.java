package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Health;
import io.resilientstorage.api.StorageEvent.HealthChanged;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import io.resilientstorage.time.Clock;
import io.resilientstorage.time.Randomness;
import io.resilientstorage.time.Time;
import io.resilientstorage.time.Timers;
import io.resilientstorage.time.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** When probes are made. */
class ProbeScheduleTest {

    /** The times between probes, in milliseconds, to ten of them. */
    private static List<Long> gaps(Lab lab, String name, Duration during) {
        List<Long> gaps = new ArrayList<>();
        long probes = lab.node(name).probes();
        long last = -1;
        for (long at = 0; at < during.toMillis(); at += 10) {
            lab.advance(Duration.ofMillis(10));
            if (lab.node(name).probes() > probes) {
                assertThat(lab.node(name).probes()).as("one at a time").isEqualTo(probes + 1);
                probes = lab.node(name).probes();
                if (last >= 0) {
                    gaps.add(at - last);
                }
                last = at;
            }
        }
        return gaps;
    }

    @Test
    void aHealthyBackendIsProbedEveryThirtySecondsWithJitter() {
        try (Lab lab = new Lab().shared("one").start()) {
            lab.advance(Duration.ofMinutes(2));

            List<Long> gaps = gaps(lab, "one", Duration.ofMinutes(20));

            assertThat(gaps)
                    .hasSizeBetween(35, 44)
                    .allSatisfy(gap -> assertThat(gap).isBetween(26_900L, 33_100L));
            assertThat(gaps.stream().distinct().count()).as("jitter").isGreaterThan(20);
        }
    }

    @Test
    void twoProcessesDoNotProbeInStep() {
        try (Lab lab = new Lab(1).shared("one").start();
                Lab other = new Lab(2).shared("one").start()) {
            assertThat(gaps(lab, "one", Duration.ofMinutes(5))).isNotEqualTo(gaps(other, "one", Duration.ofMinutes(5)));
        }
    }

    @Test
    void oneThatIsNotHealthyIsProbedEverySecond() {
        for (Fault fault : List.of(Node.unreachable(), Node.refused())) {
            try (Lab lab = new Lab().shared("one").start()) {
                lab.node("one").faults().inject(fault, Call.PROBE);
                lab.advance(Duration.ofSeconds(40));

                assertThat(gaps(lab, "one", Duration.ofMinutes(1)))
                        .hasSizeBetween(50, 66)
                        .allSatisfy(gap -> assertThat(gap).isBetween(890L, 1_110L));
            }
        }
    }

    @Test
    void oneThatNeverAnswersIsProbedAgainOnceTheTimeOutIsOver() {
        try (Lab lab = new Lab().shared("one").start()) {
            lab.node("one").faults().inject(Fault.hang(), Call.PROBE);
            lab.advance(Duration.ofSeconds(40));

            assertThat(gaps(lab, "one", Duration.ofMinutes(1)))
                    .hasSizeGreaterThan(25)
                    .allSatisfy(gap -> assertThat(gap).isBetween(1_690L, 1_910L));
        }
    }

    @Test
    void aFirstFailedCallIsFollowedByAProbeAtOnceAndASecondOpinion() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.advance(Duration.ofSeconds(5));
            long probes = lab.node("one").probes();
            lab.node("one").down();
            lab.storage().set("k", "v");

            lab.advance(Duration.ofMillis(1));
            assertThat(lab.node("one").probes()).isEqualTo(probes + 1);
            assertThat(lab.status("one").health())
                    .as("one probe takes nobody out")
                    .isEqualTo(Health.HEALTHY);

            lab.advance(Duration.ofMillis(115));
            assertThat(lab.node("one").probes()).isEqualTo(probes + 2);
            assertThat(lab.status("one").health()).isEqualTo(Health.UNHEALTHY);
        }
    }

    @Test
    void oneLostProbeChangesNothing() {
        try (Lab lab = new Lab().shared("one").start()) {
            lab.node("one").faults().injectNext(1, Fault.hang(), Call.PROBE);

            lab.advance(Duration.ofMinutes(2));

            assertThat(lab.events(HealthChanged.class)).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 50})
    void aThousandFailedCallsAreNoStormOfProbes(int threshold) {
        try (Lab lab = new Lab()
                .shared("one", "two")
                .with(builder -> builder.circuitBreakerThreshold(threshold))
                .start()) {
            lab.advance(Duration.ofSeconds(5));
            long probes = lab.node("one").probes();
            lab.node("one").failCalls(Node.unreachable());

            for (int i = 0; i < 1_000; i++) {
                lab.storage().set("k", "v");
                lab.advance(Duration.ofMillis(1));
            }

            assertThat(lab.node("one").probes() - probes).as("in a second").isBetween(1L, 12L);
        }
    }

    @Test
    void aRowOfCallsThatHangIsNoStormOfProbesEither() {
        try (Lab lab = new Lab().shared("one").memory().start()) {
            lab.advance(Duration.ofSeconds(5));
            long probes = lab.node("one").probes();
            lab.node("one").hang();

            for (int i = 0; i < 1_000; i++) {
                var unused = lab.async().set("k" + i, "v");
            }
            lab.advance(Duration.ofSeconds(3));

            assertThat(lab.node("one").probes() - probes).isBetween(2L, 6L);
        }
    }

    /**
     * A call fails in the moment in which the timer of the next probe fires: too late for that timer to be cancelled.
     */
    @Test
    void aProbeThatIsAskedForWhileOneBeginsDoesNotDoubleTheSchedule() {
        Lab lab = new Lab().shared("one");
        boolean[] armed = {false};
        Timers real = lab.time().timers();
        Timers hooked = (delay, task) -> real.schedule(delay, () -> {
            if (armed[0] && delay.compareTo(Duration.ofSeconds(20)) > 0) {
                armed[0] = false;
                lab.storage().bringOnline("one");
            }
            task.run();
        });
        try (lab) {
            lab.with(builder -> builder.time(new HookedTime(lab.time(), hooked)))
                    .start();
            armed[0] = true;
            lab.advance(Duration.ofMinutes(2));
            assertThat(armed[0]).as("it happened").isFalse();

            assertThat(gaps(lab, "one", Duration.ofMinutes(10)))
                    .allSatisfy(gap -> assertThat(gap).isBetween(26_900L, 33_100L));
        }
    }

    /** The time of a lab, with other timers. */
    private record HookedTime(Time time, Timers timers) implements Time {
        @Override
        public Clock clock() {
            return time.clock();
        }

        @Override
        public Randomness randomness() {
            return time.randomness();
        }

        @Override
        public Workers workers(String name, int threads, int queue) {
            return time.workers(name, threads, queue);
        }

        @Override
        public void close() {
            time.close();
        }
    }

    @Test
    void aBackendThatComesBackTakesTwoGoodProbes() {
        try (Lab lab = new Lab().shared("one").start()) {
            lab.node("one").down();
            lab.advance(Duration.ofSeconds(40));
            lab.node("one").heal();
            long probes = lab.node("one").probes();

            while (lab.status("one").health() != Health.HEALTHY) {
                lab.advance(Duration.ofMillis(10));
            }

            assertThat(lab.node("one").probes() - probes).isEqualTo(2);
        }
    }

    @Test
    void afterTheStorageIsClosedNobodyProbes() {
        Lab lab = new Lab().shared("one").start();
        lab.close();
        long probes = lab.node("one").probes();

        lab.advance(Duration.ofMinutes(5));

        assertThat(lab.node("one").probes()).isEqualTo(probes);
        assertThat(lab.time().pendingTimers()).as("timers that go on for ever").isZero();
    }
}
