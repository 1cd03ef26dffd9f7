package io.resilientstorage.breaker;

import static io.resilientstorage.api.Circuit.CLOSED;
import static io.resilientstorage.api.Circuit.HALF_OPEN;
import static io.resilientstorage.api.Circuit.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class CircuitBreakerProberTest {

    private final BreakerFixture a = new BreakerFixture(CircuitBreakerBuilder::onlyProberTries);

    @Test
    void noUsersCallPaysForATrial() {
        a.open();
        a.pass(Duration.ofSeconds(6));
        assertThat(a.rejected().retryAfter()).isEqualTo(Duration.ofSeconds(1));
        assertThat(a.breaker.state()).isEqualTo(OPEN);

        Permit trial = (Permit) a.breaker.tryTrial();
        assertThat(a.breaker.state()).isEqualTo(HALF_OPEN);
        assertThat(a.rejected().retryAfter()).isEqualTo(Duration.ofSeconds(1));
        trial.success(Duration.ZERO);
        assertThat(a.breaker.state()).isEqualTo(CLOSED);
        a.succeed(1);
    }

    @Test
    void theProberWaitsForTheDelayAndForAFreeTrial() {
        a.open();
        assertThat(a.breaker.tryTrial()).isEqualTo(new Rejected(Duration.ofSeconds(5)));
        assertThat(a.breaker.state()).isEqualTo(OPEN);

        a.pass(Duration.ofSeconds(5));
        assertThat(a.breaker.tryTrial()).isInstanceOf(Permit.class);
        assertThat(a.breaker.tryTrial()).isEqualTo(new Rejected(Duration.ofSeconds(1)));
    }

    @Test
    void inClosedTheProberGetsWhatAllGet() {
        assertThat(a.breaker.tryTrial()).isSameAs(a.permit());
    }

    @Test
    void aGoodProbeClosesFromOpenWithoutTheDelayByWayOfBothTransitions() {
        a.open();
        a.pass(Duration.ofSeconds(1));
        assertThat(a.breaker.probeSucceeded()).isTrue();

        assertThat(a.breaker.state()).isEqualTo(CLOSED);
        assertThat(a.breaker.consecutiveFailures()).isZero();
        assertThat(a.transitions.subList(1, 3))
                .satisfiesExactly(
                        first -> {
                            assertThat(first.from()).isEqualTo(OPEN);
                            assertThat(first.to()).isEqualTo(HALF_OPEN);
                            assertThat(first.cause()).isEqualTo(TransitionCause.PROBE_SUCCEEDED);
                            assertThat(first.lasted()).isEqualTo(Duration.ofSeconds(1));
                        },
                        second -> {
                            assertThat(second.from()).isEqualTo(HALF_OPEN);
                            assertThat(second.to()).isEqualTo(CLOSED);
                            assertThat(second.cause()).isEqualTo(TransitionCause.PROBE_SUCCEEDED);
                            assertThat(second.lasted()).isZero();
                        });
    }

    @Test
    void aGoodProbeClosesFromHalfOpenWhateverItsTrialsSay() {
        a.open();
        a.pass(Duration.ofSeconds(5));
        Permit trial = (Permit) a.breaker.tryTrial();
        assertThat(a.breaker.probeSucceeded()).isTrue();
        trial.failure(new IllegalStateException("late"));

        assertThat(a.breaker.state()).isEqualTo(CLOSED);
    }

    @Test
    void aGoodProbeInClosedDoesNothing() {
        a.fail(4);
        assertThat(a.breaker.probeSucceeded()).isFalse();

        assertThat(a.breaker.consecutiveFailures()).isEqualTo(4);
        assertThat(a.transitions).isEmpty();
    }

    @Test
    void aProbeThatWasBegunBeforeTheCircuitOpenedDoesNotCloseIt() {
        long begun = a.breaker.openings();
        a.open();
        assertThat(a.breaker.probeSucceeded(begun)).isFalse();
        assertThat(a.breaker.state()).isEqualTo(OPEN);

        assertThat(a.breaker.probeSucceeded(a.breaker.openings())).isTrue();
        assertThat(a.breaker.state()).isEqualTo(CLOSED);
    }
}
