package io.resilientstorage.breaker;

import static io.resilientstorage.api.Circuit.CLOSED;
import static io.resilientstorage.api.Circuit.HALF_OPEN;
import static io.resilientstorage.api.Circuit.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class CircuitBreakerTrialsTest {

    @Test
    void oneTrialIsOutAtATime() {
        BreakerFixture a = halfOpenable(builder -> builder);
        Permit trial = a.permit();
        assertThat(a.rejected().retryAfter()).isEqualTo(Duration.ofSeconds(1));

        trial.release();
        assertThat(a.permit()).isNotSameAs(trial);
        assertThat(a.breaker.state()).isEqualTo(HALF_OPEN);
    }

    @Test
    void asManyGoodTrialsAsAskedForCloseIt() {
        BreakerFixture a = halfOpenable(builder -> builder.trials(2).trialSuccesses(3));
        Permit first = a.permit();
        Permit second = a.permit();
        a.rejected();
        first.success(Duration.ZERO);
        second.success(Duration.ZERO);
        assertThat(a.breaker.state()).isEqualTo(HALF_OPEN);

        a.succeed(1);
        assertThat(a.breaker.state()).isEqualTo(CLOSED);
    }

    @Test
    void oneBadTrialAmongGoodOnesOpensIt() {
        BreakerFixture a = halfOpenable(builder -> builder.trialSuccesses(3));
        a.succeed(2);
        a.fail(1);

        assertThat(a.breaker.state()).isEqualTo(OPEN);
    }

    @Test
    void theSecondReturnOfATrialIsIgnored() {
        BreakerFixture a = halfOpenable(builder -> builder.trialSuccesses(2));
        Permit trial = a.permit();
        trial.success(Duration.ZERO);
        trial.success(Duration.ZERO);
        trial.failure(new IllegalStateException("down"));
        trial.release();

        assertThat(a.breaker.state()).isEqualTo(HALF_OPEN);
        a.permit();
        a.rejected();
    }

    @Test
    void aTrialThatIsNeverReturnedGivesItsPlaceFreeAfterItsLife() {
        BreakerFixture a = halfOpenable(builder -> builder);
        Permit lost = a.permit();
        a.pass(Duration.ofMillis(9_900));
        assertThat(a.rejected().retryAfter()).isEqualTo(Duration.ofMillis(100));

        a.pass(Duration.ofMillis(100));
        Permit next = a.permit();
        lost.failure(new IllegalStateException("down"));
        assertThat(a.breaker.state()).isEqualTo(HALF_OPEN);
        next.success(Duration.ZERO);
        assertThat(a.breaker.state()).isEqualTo(CLOSED);
    }

    @Test
    void theResultOfAnExpiredTrialIsDroppedEvenIfNobodyTookItsPlace() {
        BreakerFixture a = halfOpenable(builder -> builder.permitLife(Duration.ofSeconds(2)));
        Permit late = a.permit();
        a.pass(Duration.ofSeconds(2));
        late.success(Duration.ofSeconds(2));

        assertThat(a.breaker.state()).isEqualTo(HALF_OPEN);
    }

    @Test
    void aSlowTrialOpensItAgainWhereSlownessCounts() {
        BreakerFixture a = halfOpenable(builder -> builder.slowCallDuration(Duration.ofMillis(500)));
        a.permit().success(Duration.ofMillis(500));

        assertThat(a.breaker.state()).isEqualTo(OPEN);
        assertThat(a.causes()).endsWith(TransitionCause.TRIAL_SLOW);
    }

    private static BreakerFixture halfOpenable(UnaryOperator<CircuitBreakerBuilder> change) {
        BreakerFixture a = new BreakerFixture(change);
        a.open();
        a.pass(Duration.ofSeconds(5));
        return a;
    }
}
