package io.resilientstorage.breaker;

import static io.resilientstorage.api.Circuit.CLOSED;
import static io.resilientstorage.api.Circuit.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Circuit;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CircuitBreakerRatesTest {

    private static final Duration SLOW = Duration.ofMillis(500);

    private final BreakerFixture a = new BreakerFixture();

    @Test
    void halfOfTwentyCallsFailingOpensItThoughNeverFiveInARow() {
        for (int i = 0; i < 9; i++) {
            a.fail(1);
            a.succeed(1);
        }
        a.succeed(1);
        assertThat(a.breaker.state()).isEqualTo(CLOSED);

        a.fail(1);
        assertThat(a.breaker.state()).isEqualTo(OPEN);
        assertThat(a.causes()).containsExactly(TransitionCause.FAILURE_RATE);
    }

    @Test
    void lessThanTheMinimumOfCallsSaysNothing() {
        for (int i = 0; i < 6; i++) {
            a.fail(3);
            a.succeed(1);
            a.pass(Duration.ofSeconds(10));
        }

        assertThat(a.breaker.state()).isEqualTo(CLOSED);
    }

    @Test
    void aLowerRateLeavesItClosed() {
        for (int i = 0; i < 100; i++) {
            a.fail(2);
            a.succeed(3);
            a.pass(Duration.ofMillis(300));
        }

        assertThat(a.breaker.state()).isEqualTo(CLOSED);
    }

    @Test
    void aSuccessNeverOpensIt() {
        for (int i = 0; i < 5; i++) {
            a.fail(3);
            a.succeed(1);
        }
        a.succeed(4);

        assertThat(a.breaker.state()).isEqualTo(CLOSED);
    }

    @ParameterizedTest
    @CsvSource({"9999, OPEN", "10000, CLOSED"})
    void failuresLeaveTheWindowWithTime(long millisLater, Circuit expected) {
        for (int i = 0; i < 4; i++) {
            a.fail(4);
            a.succeed(1);
        }
        assertThat(a.breaker.state()).isEqualTo(CLOSED);

        a.pass(Duration.ofMillis(millisLater));
        a.fail(1);
        assertThat(a.breaker.state()).isEqualTo(expected);
    }

    @Test
    void slowCallsCountOnlyWhereSlownessIsDefined() {
        for (int i = 0; i < 100; i++) {
            a.permit().success(Duration.ofMinutes(1));
        }

        assertThat(a.breaker.state()).isEqualTo(CLOSED);
    }

    @Test
    void halfOfTwentyCallsBeingSlowOpensIt() {
        BreakerFixture b = new BreakerFixture(builder -> builder.slowCallDuration(SLOW));
        for (int i = 0; i < 9; i++) {
            b.permit().success(SLOW);
            b.permit().success(SLOW.minusNanos(1));
        }
        b.succeed(1);
        assertThat(b.breaker.state()).isEqualTo(CLOSED);

        b.permit().success(SLOW);
        assertThat(b.breaker.state()).isEqualTo(OPEN);
        assertThat(b.causes()).containsExactly(TransitionCause.SLOW_CALL_RATE);
        assertThat(b.breaker.lastFailure()).isEmpty();
    }

    @Test
    void aSlowSuccessEndsTheRowOfFailures() {
        BreakerFixture b = new BreakerFixture(builder -> builder.slowCallDuration(SLOW));
        b.fail(4);
        b.permit().success(SLOW);
        b.fail(4);

        assertThat(b.breaker.state()).isEqualTo(CLOSED);
        assertThat(b.breaker.consecutiveFailures()).isEqualTo(4);
    }

    @Test
    void theRateIsThatOfTheCallsSinceTroubleBegan() {
        BreakerFixture b = new BreakerFixture(builder -> builder.threshold(1_000));
        b.succeed(1_000);
        b.fail(19);
        assertThat(b.breaker.state()).isEqualTo(CLOSED);

        b.fail(1);
        assertThat(b.causes()).containsExactly(TransitionCause.FAILURE_RATE);
    }

    @Test
    void whileAllIsWellEveryCallerGetsTheSamePermitAndNothingIsRead() {
        long before = a.time.readings();
        Permit first = a.permit();
        for (int i = 0; i < 1_000; i++) {
            Permit permit = a.permit();
            assertThat(permit).isSameAs(first);
            permit.successAfterNanos(1);
        }
        assertThat(a.time.readings()).isEqualTo(before);
    }

    @Test
    void successesAreCountedFromTheFirstFailureUntilTheWindowHasBeenCleanForItsLength() {
        a.fail(1);
        long afterFailure = a.time.readings();
        a.succeed(1);
        assertThat(a.time.readings()).isGreaterThan(afterFailure);

        for (int i = 0; i < 10; i++) {
            a.pass(Duration.ofSeconds(1));
            a.succeed(1);
        }
        long afterWindow = a.time.readings();
        a.succeed(100);
        assertThat(a.time.readings()).isEqualTo(afterWindow);
        assertThat(a.breaker.consecutiveFailures()).isZero();
    }
}
