package io.resilientstorage.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.resilientstorage.config.CircuitBreakerSettings;
import io.resilientstorage.time.ManualClockTime;
import java.time.Duration;
import java.util.LongSummaryStatistics;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class ResetDelayTest {

    private static final long SECOND = 1_000_000_000;
    private static final long SEED = 42;

    @Test
    void theDelayGrowsByHalfWithEachFailedHalfOpenUpToTheLongest() {
        BreakerFixture a = new BreakerFixture();
        a.open();
        double expected = 5;
        for (int i = 0; i < 10; i++) {
            Duration delay = a.rejected().retryAfter();
            assertThat(delay.toNanos() / (double) SECOND).isCloseTo(expected, within(1e-6));
            a.pass(delay);
            a.fail(1);
            expected = Math.min(60, expected * 1.5);
        }
        assertThat(a.rejected().retryAfter()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void itIsTheFirstOneAgainAfterTheCircuitStayedClosedForTheLongestDelay() {
        BreakerFixture a = new BreakerFixture();
        a.open();
        a.pass(Duration.ofSeconds(5));
        a.fail(1);
        a.pass(Duration.ofMillis(7_500));
        a.succeed(1);
        a.pass(Duration.ofSeconds(59));
        a.open();
        assertThat(a.rejected().retryAfter()).as("it opened again too soon").isEqualTo(Duration.ofMillis(7_500));

        a.pass(Duration.ofMillis(7_500));
        a.succeed(1);
        a.pass(Duration.ofSeconds(60));
        a.open();
        assertThat(a.rejected().retryAfter()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void chanceTakesUpToAFifthOffAndNeverAddsAnything() {
        SplittableRandom random = new SplittableRandom(SEED);
        ResetDelay delay = new ResetDelay(CircuitBreakerSettings.defaults(), random::nextLong);
        LongSummaryStatistics first = LongStream.range(0, 10_000)
                .map(i -> delay.afterClosed(60 * SECOND))
                .summaryStatistics();
        LongSummaryStatistics longest = LongStream.range(0, 10_000)
                .map(i -> delay.afterHalfOpen())
                .skip(10)
                .summaryStatistics();

        assertThat(first.getMin()).as("seed %d", SEED).isBetween(4 * SECOND, 4 * SECOND + SECOND / 100);
        assertThat(first.getMax()).as("seed %d", SEED).isBetween(5 * SECOND - SECOND / 100, 5 * SECOND);
        assertThat(longest.getMin()).as("seed %d", SEED).isBetween(48 * SECOND, 48 * SECOND + SECOND / 10);
        assertThat(longest.getMax()).as("seed %d", SEED).isBetween(60 * SECOND - SECOND / 10, 60 * SECOND);
    }

    @Test
    void theBreakerUsesTheChanceItWasGiven() {
        BreakerFixture a = new BreakerFixture(new ManualClockTime(() -> 1L << 63), builder -> builder);
        a.open();

        assertThat(a.rejected().retryAfter()).isEqualTo(Duration.ofMillis(4_500));
    }
}
