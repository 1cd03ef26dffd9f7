package io.resilientstorage.breaker;

import static io.resilientstorage.api.Circuit.CLOSED;
import static io.resilientstorage.api.Circuit.HALF_OPEN;
import static io.resilientstorage.api.Circuit.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CircuitBreakerTransitionsTest {

    private final BreakerFixture a = new BreakerFixture();

    @Test
    void fiveFailuresInARowOpenIt() {
        a.fail(4);
        assertThat(a.breaker.state()).isEqualTo(CLOSED);
        assertThat(a.breaker.consecutiveFailures()).isEqualTo(4);

        a.fail(1);
        assertThat(a.breaker.state()).isEqualTo(OPEN);
        assertThat(a.breaker.allowsCalls()).isFalse();
        assertThat(a.causes()).containsExactly(TransitionCause.CONSECUTIVE_FAILURES);
    }

    @Test
    void aSuccessEndsTheRow() {
        a.fail(4);
        a.succeed(1);
        assertThat(a.breaker.consecutiveFailures()).isZero();

        a.fail(4);
        assertThat(a.breaker.state()).isEqualTo(CLOSED);
    }

    @Test
    void failuresInARowCountHoweverFarApartTheyAre() {
        for (int i = 0; i < 5; i++) {
            a.fail(1);
            a.pass(Duration.ofHours(1));
        }

        assertThat(a.breaker.state()).isEqualTo(OPEN);
    }

    @Test
    void aReleasedCallCountsForNothing() {
        a.fail(4);
        for (int i = 0; i < 100; i++) {
            a.permit().release();
        }
        assertThat(a.breaker.consecutiveFailures()).isEqualTo(4);

        a.fail(1);
        assertThat(a.breaker.state()).isEqualTo(OPEN);
    }

    @Test
    void openRefusesAndSaysHowLongUntilTheDelayIsOver() {
        a.open();
        assertThat(a.rejected().retryAfter()).isEqualTo(Duration.ofSeconds(5));

        a.pass(Duration.ofMillis(4_999));
        assertThat(a.rejected().retryAfter()).isEqualTo(Duration.ofMillis(1));
    }

    @Test
    void askingForTheStateChangesNothing() {
        a.open();
        a.pass(Duration.ofDays(1));

        assertThat(a.breaker.state()).isEqualTo(OPEN);
        assertThat(a.breaker.allowsCalls()).isFalse();
        assertThat(a.breaker.openFor()).contains(Duration.ofDays(1));
        assertThat(a.breaker.state()).isEqualTo(OPEN);
        assertThat(a.transitions).hasSize(1);
    }

    @Test
    void theFirstCallAfterTheDelayIsATrialAndAGoodOneCloses() {
        a.open();
        a.pass(Duration.ofSeconds(5));
        Permit trial = a.permit();
        assertThat(a.breaker.state()).isEqualTo(HALF_OPEN);

        a.pass(Duration.ofSeconds(1));
        trial.success(Duration.ofSeconds(1));
        assertThat(a.breaker.state()).isEqualTo(CLOSED);
        assertThat(a.breaker.consecutiveFailures()).isZero();
        assertThat(a.transitions)
                .containsExactly(
                        new Transition(
                                CLOSED,
                                OPEN,
                                TransitionCause.CONSECUTIVE_FAILURES,
                                a.transitions.get(0).failure(),
                                Duration.ZERO),
                        new Transition(
                                OPEN,
                                HALF_OPEN,
                                TransitionCause.RESET_DELAY_OVER,
                                Optional.empty(),
                                Duration.ofSeconds(5)),
                        new Transition(
                                HALF_OPEN,
                                CLOSED,
                                TransitionCause.TRIALS_SUCCEEDED,
                                Optional.empty(),
                                Duration.ofSeconds(1)));
        assertThat(a.transitions.get(0).failure()).get().extracting("message").isEqualTo("down 4");
    }

    @Test
    void aFailedTrialOpensItAgain() {
        a.open();
        a.pass(Duration.ofSeconds(5));
        a.fail(1);

        assertThat(a.breaker.state()).isEqualTo(OPEN);
        assertThat(a.breaker.consecutiveFailures()).isEqualTo(6);
        assertThat(a.breaker.openings()).isEqualTo(2);
        assertThat(a.causes())
                .containsExactly(
                        TransitionCause.CONSECUTIVE_FAILURES,
                        TransitionCause.RESET_DELAY_OVER,
                        TransitionCause.TRIAL_FAILED);
    }

    @Test
    void theOutageIsMeasuredFromTheFirstOpeningToTheClosing() {
        assertThat(a.breaker.openFor()).isEmpty();
        assertThat(a.breaker.openedAt()).isEmpty();
        a.open();
        Instant openedAt = a.breaker.openedAt().orElseThrow();
        a.pass(Duration.ofSeconds(5));
        a.fail(1);
        a.pass(Duration.ofSeconds(10));
        Permit trial = a.permit();

        assertThat(a.breaker.openFor()).contains(Duration.ofSeconds(15));
        assertThat(a.breaker.openedAt()).contains(openedAt);
        trial.success(Duration.ZERO);
        assertThat(a.breaker.openFor()).isEmpty();
        assertThat(a.breaker.openedAt()).isEmpty();
        assertThat(a.breaker.lastFailure()).get().extracting("message").isEqualTo("down 0");
    }

    @Test
    void aStepOfTheWallClockChangesNothing() {
        a.open();
        a.time.stepWall(Duration.ofDays(3));
        assertThat(a.rejected().retryAfter()).isEqualTo(Duration.ofSeconds(5));

        a.time.stepWall(Duration.ofDays(-30));
        a.pass(Duration.ofSeconds(5));
        assertThat(a.breaker.openFor()).contains(Duration.ofSeconds(5));
        a.succeed(1);
        assertThat(a.breaker.state()).isEqualTo(CLOSED);
    }

    @Test
    void withoutATimeOfItsOwnItRunsOnTheMachines() {
        CircuitBreaker breaker = CircuitBreaker.builder("b").threshold(1).build();
        ((Permit) breaker.tryAcquire()).failure(new IllegalStateException("down"));

        assertThat(breaker.state()).isEqualTo(OPEN);
        assertThat(breaker.openFor().orElseThrow()).isGreaterThanOrEqualTo(Duration.ZERO);
        assertThat(breaker).hasToString("CircuitBreaker[b, OPEN]");
    }
}
