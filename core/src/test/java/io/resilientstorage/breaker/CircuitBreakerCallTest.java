package io.resilientstorage.breaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.Circuit;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CircuitBreakerCallTest {

    private final BreakerFixture a =
            new BreakerFixture(builder -> builder.threshold(2).slowCallDuration(Duration.ofSeconds(1)));

    @Test
    void aCallGoesThroughAndItsResultComesBack() {
        String result = a.breaker.call(() -> "value");

        assertThat(result).isEqualTo("value");
    }

    @Test
    void aFailureIsThrownAsItIsAndCounted() {
        IOException down = new IOException("down");
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> a.breaker.call(() -> {
                        throw down;
                    }))
                    .isSameAs(down);
        }

        assertThat(a.breaker.state()).isEqualTo(Circuit.OPEN);
        assertThat(a.breaker.lastFailure()).containsSame(down);
    }

    @Test
    void aRejectedCallIsNotMade() {
        AtomicInteger made = new AtomicInteger();
        a.fail(2);

        assertThatThrownBy(() -> a.breaker.call(made::incrementAndGet))
                .isInstanceOfSatisfying(CircuitOpenException.class, e -> {
                    assertThat(e.breaker()).isEqualTo("a");
                    assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(5));
                })
                .hasMessage("circuit 'a' lets no call through; ask again in 5000 ms");
        assertThat(a.breaker.callAsync(() -> CompletableFuture.completedFuture(made.incrementAndGet())))
                .failsWithin(Duration.ZERO)
                .withThrowableThat()
                .withCauseInstanceOf(CircuitOpenException.class);
        assertThat(made).hasValue(0);
    }

    @Test
    void theTimeOfACallIsMeasured() {
        BreakerFixture b =
                new BreakerFixture(builder -> builder.minimumCalls(1).slowCallDuration(Duration.ofSeconds(1)));
        b.breaker.<String, RuntimeException>call(() -> {
            b.pass(Duration.ofSeconds(1));
            return "slow";
        });

        assertThat(b.causes()).containsExactly(TransitionCause.SLOW_CALL_RATE);
    }

    @Test
    void anExceptionThatDoesNotCountIsThrownAndGivesTheTrialBack() {
        BreakerFixture b = new BreakerFixture(
                builder -> builder.countsAsFailure(failure -> !(failure instanceof IllegalArgumentException)));
        b.open();
        b.pass(Duration.ofSeconds(5));
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> b.breaker.call(() -> {
                        throw new IllegalArgumentException("the caller's mistake");
                    }))
                    .isInstanceOf(IllegalArgumentException.class);
        }

        assertThat(b.breaker.state()).isEqualTo(Circuit.HALF_OPEN);
        assertThat(b.breaker.consecutiveFailures()).isEqualTo(5);
    }

    @Test
    void anInterruptCountsForNothing() {
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(() -> a.breaker.call(() -> {
                        throw new InterruptedException();
                    }))
                    .isInstanceOf(InterruptedException.class);
        }

        assertThat(a.breaker.consecutiveFailures()).isZero();
    }

    @Test
    void aPredicateThatFailsCountsAndHidesNothing() {
        BreakerFixture b = new BreakerFixture(builder -> builder.countsAsFailure(failure -> {
            throw new IllegalStateException("broken predicate");
        }));

        assertThatThrownBy(() -> b.breaker.call(() -> {
                    throw new IOException("down");
                }))
                .isInstanceOf(IOException.class);
        assertThat(b.breaker.consecutiveFailures()).isEqualTo(1);
    }

    @Test
    void anAsynchronousCallIsCountedWhenItEnds() {
        CompletableFuture<String> pending = new CompletableFuture<>();
        CompletableFuture<String> result = a.breaker.callAsync(() -> pending).toCompletableFuture();
        a.fail(1);
        assertThat(result).isNotDone();
        assertThat(a.breaker.consecutiveFailures()).isEqualTo(1);

        pending.complete("value");
        assertThat(result).isCompletedWithValue("value");
        assertThat(a.breaker.consecutiveFailures()).isZero();
    }

    @Test
    void anAsynchronousFailureIsCountedWithoutItsWrapper() {
        IOException down = new IOException("down");
        a.breaker.callAsync(() -> CompletableFuture.failedFuture(new CompletionException(down)));

        assertThat(a.breaker.lastFailure()).containsSame(down);
    }

    @Test
    void anAsynchronousCallThatCannotBeginFailsTheStage() {
        IllegalStateException down = new IllegalStateException("down");
        CompletableFuture<String> result = a.breaker
                .<String>callAsync(() -> {
                    throw down;
                })
                .toCompletableFuture();

        assertThat(result).isCompletedExceptionally();
        assertThat(a.breaker.lastFailure()).containsSame(down);
    }
}
