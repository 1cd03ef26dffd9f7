package io.resilientstorage.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Circuit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The same histories run on ours and on a naive breaker, which must be caught. */
class CircuitBreakerGenerationsTest {

    /** What a history needs of a breaker. */
    private interface Subject {
        /** A call that is admitted now and reports later. */
        Call begin();

        void resetDelayPasses();

        Circuit state();
    }

    private interface Call {
        void succeeds();

        void fails();
    }

    private static final class Ours implements Subject {
        private final BreakerFixture fixture = new BreakerFixture();

        @Override
        public Call begin() {
            Permit permit = fixture.permit();
            return new Call() {
                @Override
                public void succeeds() {
                    permit.success(Duration.ZERO);
                }

                @Override
                public void fails() {
                    permit.failure(new IllegalStateException("down"));
                }
            };
        }

        @Override
        public void resetDelayPasses() {
            fixture.pass(Duration.ofSeconds(5));
        }

        @Override
        public Circuit state() {
            return fixture.breaker.state();
        }
    }

    private static final class Naive implements Subject {
        private final NaiveBreaker breaker = new NaiveBreaker();

        @Override
        public Call begin() {
            return new Call() {
                @Override
                public void succeeds() {
                    breaker.succeeded();
                }

                @Override
                public void fails() {
                    breaker.failed();
                }
            };
        }

        @Override
        public void resetDelayPasses() {
            breaker.delayPasses();
        }

        @Override
        public Circuit state() {
            return breaker.state();
        }
    }

    /** A call hangs, the circuit opens, a trial is on its way, and the old call succeeds. */
    private static Circuit afterALateSuccess(Subject subject) {
        Call hanging = subject.begin();
        open(subject);
        subject.resetDelayPasses();
        Call trial = subject.begin();
        hanging.succeeds();
        Circuit judged = subject.state();
        trial.fails();
        return judged;
    }

    /** Calls hang, the circuit opens and closes again, and the old calls time out. */
    private static Circuit afterLateTimeOuts(Subject subject) {
        List<Call> hanging = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            hanging.add(subject.begin());
        }
        open(subject);
        subject.resetDelayPasses();
        subject.begin().succeeds();
        hanging.forEach(Call::fails);
        return subject.state();
    }

    private static void open(Subject subject) {
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            calls.add(subject.begin());
        }
        calls.forEach(Call::fails);
        assertThat(subject.state()).isEqualTo(Circuit.OPEN);
    }

    @Test
    void aLateSuccessFromBeforeTheOutageDoesNotCloseTheHalfOpenCircuit() {
        assertThat(afterALateSuccess(new Ours())).isEqualTo(Circuit.HALF_OPEN);
        assertThat(afterALateSuccess(new Naive())).as("the control is caught").isEqualTo(Circuit.CLOSED);
    }

    @Test
    void lateTimeOutsFromTheOutageDoNotOpenTheClosedCircuitAgain() {
        assertThat(afterLateTimeOuts(new Ours())).isEqualTo(Circuit.CLOSED);
        assertThat(afterLateTimeOuts(new Naive())).as("the control is caught").isEqualTo(Circuit.OPEN);
    }

    @Test
    void aLateSuccessDoesNotEndTheRowOfALaterGeneration() {
        BreakerFixture a = new BreakerFixture();
        Permit hanging = a.permit();
        a.open();
        a.breaker.probeSucceeded();
        a.fail(4);
        hanging.success(Duration.ZERO);
        assertThat(a.breaker.consecutiveFailures()).isEqualTo(4);

        a.fail(1);
        assertThat(a.breaker.state()).isEqualTo(Circuit.OPEN);
    }

    @Test
    void aTrialOfAFormerHalfOpenDoesNotCountInTheNext() {
        BreakerFixture a = new BreakerFixture(builder -> builder.trials(2));
        a.open();
        a.pass(Duration.ofSeconds(5));
        Permit late = a.permit();
        a.permit().failure(new IllegalStateException("down"));
        a.pass(Duration.ofMillis(7_500));
        Permit trial = a.permit();
        late.success(Duration.ZERO);
        assertThat(a.breaker.state()).isEqualTo(Circuit.HALF_OPEN);

        late.failure(new IllegalStateException("down"));
        assertThat(a.breaker.state()).isEqualTo(Circuit.HALF_OPEN);
        trial.success(Duration.ZERO);
        assertThat(a.breaker.state()).isEqualTo(Circuit.CLOSED);
    }

    @Test
    void aCallerWhoSawHalfOpenJustBeforeItOpenedGetsNoTrial() {
        BreakerFixture a = new BreakerFixture();
        a.open();
        a.pass(Duration.ofSeconds(5));
        Trial trial = (Trial) a.permit();
        HalfOpen seen = trial.generation;
        trial.failure(new IllegalStateException("down"));

        assertThat(seen.acquire()).isEqualTo(new Rejected(Duration.ofMillis(7_500)));
        assertThat(a.breaker.state()).isEqualTo(Circuit.OPEN);
    }

    @Test
    void aCallerWhoSawOpenJustBeforeItMovedOnMovesItNoFurther() {
        BreakerFixture a = new BreakerFixture();
        a.open();
        a.pass(Duration.ofSeconds(5));
        StateMachine machine = ((Trial) a.permit()).generation.machine;
        Open late = new Open(machine, a.time.clock().nanos(), 0, 0);

        assertThat(late.acquire()).isInstanceOf(Rejected.class);
        assertThat(a.causes()).hasSize(2);
    }
}
