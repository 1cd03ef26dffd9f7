package io.resilientstorage.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Circuit;
import io.resilientstorage.time.ManualClockTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A breaker on a clock that moves only when told, and what it told its listener. */
final class BreakerFixture {

    final ManualClockTime time;
    final List<Transition> transitions = new ArrayList<>();
    final CircuitBreaker breaker;

    BreakerFixture() {
        this(builder -> builder);
    }

    BreakerFixture(UnaryOperator<CircuitBreakerBuilder> change) {
        this(new ManualClockTime(), change);
    }

    BreakerFixture(ManualClockTime time, UnaryOperator<CircuitBreakerBuilder> change) {
        this.time = time;
        this.breaker = change.apply(CircuitBreaker.builder("a").time(time).onTransition(transitions::add))
                .build();
    }

    Permit permit() {
        Admission admission = breaker.tryAcquire();
        assertThat(admission).isInstanceOf(Permit.class);
        return (Permit) admission;
    }

    Rejected rejected() {
        Admission admission = breaker.tryAcquire();
        assertThat(admission).isInstanceOf(Rejected.class);
        return (Rejected) admission;
    }

    void succeed(int times) {
        for (int i = 0; i < times; i++) {
            permit().success(Duration.ofMillis(1));
        }
    }

    void fail(int times) {
        for (int i = 0; i < times; i++) {
            permit().failure(new IllegalStateException("down " + i));
        }
    }

    void open() {
        fail(5);
        assertThat(breaker.state()).isEqualTo(Circuit.OPEN);
    }

    void pass(Duration duration) {
        time.advance(duration);
    }

    List<TransitionCause> causes() {
        return transitions.stream().map(Transition::cause).toList();
    }
}
