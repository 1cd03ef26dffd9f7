package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.BackendType;
import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.Durability;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.Scope;
import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.api.StorageEvent.CircuitChanged;
import io.resilientstorage.api.StorageEvent.HealthChanged;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Backends that answer, but slowly. An attempt may take a second here, and from half a second on it is slow. */
class SlowBackendTest {

    private static final BackendTraits FILE =
            new BackendTraits(BackendType.DATABASE, Scope.HOST, Durability.DURABLE, true);

    private static void slow(Lab lab, String name, int millis) {
        lab.node(name).faults().inject(Fault.delayReply(Duration.ofMillis(millis)));
    }

    private static String write(Lab lab) {
        return lab.await(lab.async().set("k", "v")).backend();
    }

    @Test
    void oneThatAnswersEveryCallSlowlyLosesItsTrafficToAHealthyOne() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            slow(lab, "one", 600);

            assertThat(write(lab)).as("it answers").isEqualTo("one");
            lab.advance(Duration.ofSeconds(2));

            assertThat(lab.status("one").health()).isEqualTo(Health.DEGRADED);
            assertThat(lab.status("one").lastError())
                    .hasValueSatisfying(
                            error -> assertThat(error).contains("600 ms").contains("500 ms"));
            assertThat(write(lab)).isEqualTo("two");
            assertThat(lab.events(CircuitChanged.class)).as("it still serves").isEmpty();
        }
    }

    @Test
    void withoutCallsTheNextProbesFindOutByThemselves() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            slow(lab, "one", 600);

            lab.advance(Duration.ofSeconds(36));

            assertThat(lab.active()).isEqualTo("two");
        }
    }

    @Test
    void aSlowCallAsksForAProbeAndAQuickProbeChangesNothing() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").faults().inject(Fault.delayReply(Duration.ofMillis(600)), Call.APPLY);
            long probes = lab.node("one").probes();

            for (int i = 0; i < 20; i++) {
                assertThat(write(lab)).isEqualTo("one");
            }
            lab.advance(Duration.ofMillis(200));

            assertThat(lab.node("one").probes()).isGreaterThan(probes);
            assertThat(lab.events(HealthChanged.class)).isEmpty();
        }
    }

    @Test
    void callsThatAreAlwaysSlowAskForOneProbeInARetryIntervalAtMost() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").faults().inject(Fault.delayReply(Duration.ofMillis(600)), Call.APPLY);
            long probes = lab.node("one").probes();

            for (int i = 0; i < 200; i++) {
                var unused = lab.async().set("k", "v");
                lab.advance(Duration.ofMillis(100));
            }

            assertThat(lab.node("one").probes() - probes)
                    .as("in 20 seconds, with a jitter of a tenth")
                    .isBetween(10L, 23L);
            assertThat(lab.events(HealthChanged.class)).isEmpty();
        }
    }

    @Test
    void itIsActiveAgainAfterTheFailbackDelayOnceItIsQuick() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            slow(lab, "one", 600);
            write(lab);
            lab.advance(Duration.ofSeconds(5));
            lab.node("one").heal();

            lab.advance(Duration.ofSeconds(4));
            assertThat(lab.status("one").health()).isEqualTo(Health.HEALTHY);
            assertThat(lab.active()).as("not before the failback delay").isEqualTo("two");
            lab.advance(Duration.ofSeconds(10));
            assertThat(lab.active()).isEqualTo("one");
        }
    }

    @Test
    void aLatencyAroundTheBoundMakesNoFlapping() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            for (int i = 0; i < 120; i++) {
                slow(lab, "one", i % 2 == 0 ? 480 : 520);
                write(lab);
                lab.advance(Duration.ofSeconds(1));
            }

            assertThat(lab.events(HealthChanged.class)).hasSizeLessThanOrEqualTo(1);
            assertThat(lab.storage().healthStatus().switches()).isLessThanOrEqualTo(1);
        }
    }

    @Test
    void whereAllAreSlowTheBetterOneGoesOnServing() {
        try (Lab lab = new Lab().shared("one", "two").memory().start()) {
            slow(lab, "one", 600);
            slow(lab, "two", 600);
            for (int i = 0; i < 10; i++) {
                write(lab);
                lab.advance(Duration.ofSeconds(10));
            }

            assertThat(lab.status("one").health()).isEqualTo(Health.DEGRADED);
            assertThat(lab.status("two").health()).isEqualTo(Health.DEGRADED);
            assertThat(write(lab))
                    .as("slow and shared is better than quick and forgetful")
                    .isNotEqualTo("memory");
        }
    }

    @Test
    void aSlowFileIsNotLeftForMemory() {
        try (Lab lab = new Lab().backend("file", FILE, options -> {}).memory().start()) {
            slow(lab, "file", 600);
            for (int i = 0; i < 5; i++) {
                assertThat(write(lab)).isEqualTo("file");
                lab.advance(Duration.ofSeconds(31));
            }

            assertThat(lab.status("file").health()).isEqualTo(Health.HEALTHY);
        }
    }

    @Test
    void aProbeThatTakesLongerThanACallMayClosesNoCircuit() {
        try (Lab lab = new Lab()
                .backend("one", StandIn.SHARED, options -> options.attemptTimeout(Duration.ofMillis(250)))
                .shared("two")
                .start()) {
            slow(lab, "one", 400);
            for (int i = 0; i < 5; i++) {
                write(lab);
            }
            assertThat(lab.status("one").circuit()).isEqualTo(Circuit.OPEN);

            lab.advance(Duration.ofMinutes(2));
            assertThat(lab.status("one").circuit()).isNotEqualTo(Circuit.CLOSED);
            assertThat(lab.events(CircuitChanged.class))
                    .extracting(CircuitChanged::to)
                    .doesNotContain(Circuit.CLOSED);

            slow(lab, "one", 50);
            lab.advance(Duration.ofSeconds(2));
            assertThat(lab.status("one").circuit()).isEqualTo(Circuit.CLOSED);
        }
    }

    @Test
    void aLatencyAroundTheTimeOutOpensTheCircuitOnce() {
        try (Lab lab = new Lab()
                .backend("one", StandIn.SHARED, options -> options.attemptTimeout(Duration.ofMillis(250)))
                .memory()
                .start()) {
            for (int i = 0; i < 240; i++) {
                slow(lab, "one", i / 8 % 2 == 0 ? 270 : 235);
                write(lab);
                lab.advance(Duration.ofMillis(250));
            }

            assertThat(lab.events(CircuitChanged.class))
                    .extracting(CircuitChanged::to)
                    .contains(Circuit.OPEN)
                    .doesNotContain(Circuit.CLOSED);

            lab.node("one").heal();
            lab.advance(Duration.ofSeconds(2));
            assertThat(lab.status("one").circuit()).isEqualTo(Circuit.CLOSED);
        }
    }

    @Test
    void whereProbesAlwaysTakeLongerThanACallMayTheCircuitClosesAllTheSame() {
        try (Lab lab = new Lab()
                .backend("one", StandIn.SHARED, options -> options.attemptTimeout(Duration.ofMillis(50)))
                .memory()
                .given("one", SlowBackendTest::probesSlowly)
                .start()) {
            lab.advance(Duration.ofSeconds(1));
            lab.node("one").heal();
            lab.node("one").down();
            for (int i = 0; i < 5; i++) {
                write(lab);
            }
            lab.advance(Duration.ofSeconds(5));
            assertThat(lab.status("one").circuit()).isNotEqualTo(Circuit.CLOSED);

            lab.node("one").heal();
            probesSlowly(lab.node("one"));
            lab.advance(Duration.ofSeconds(3));

            assertThat(lab.status("one").circuit()).isEqualTo(Circuit.CLOSED);
        }
    }

    private static void probesSlowly(Node node) {
        node.faults().inject(Fault.delayReply(Duration.ofMillis(70)), Call.PROBE);
    }

    @Test
    void aCircuitIsNotHeldOpenForEverByProbesThatHaveBecomeSlow() {
        try (Lab lab = new Lab()
                .backend("one", StandIn.SHARED, options -> options.attemptTimeout(Duration.ofMillis(50)))
                .shared("two")
                .start()) {
            lab.node("one").down();
            for (int i = 0; i < 5; i++) {
                write(lab);
            }
            lab.advance(Duration.ofSeconds(5));
            lab.node("one").heal();
            probesSlowly(lab.node("one"));

            lab.advance(Duration.ofMinutes(4));
            assertThat(lab.status("one").circuit()).isNotEqualTo(Circuit.CLOSED);
            lab.advance(Duration.ofMinutes(2));
            assertThat(lab.status("one").circuit()).isEqualTo(Circuit.CLOSED);
        }
    }

    @Test
    void atTheAttemptTimeoutSlownessCountsForNothing() {
        try (Lab lab = new Lab()
                .backend("one", StandIn.SHARED, options -> options.slowCallDuration(Duration.ofSeconds(1)))
                .shared("two")
                .start()) {
            slow(lab, "one", 700);
            write(lab);
            lab.advance(Duration.ofMinutes(2));

            assertThat(lab.events(StorageEvent.class)).isEmpty();
        }
    }
}
