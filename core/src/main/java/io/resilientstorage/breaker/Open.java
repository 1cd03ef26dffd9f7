package io.resilientstorage.breaker;

import io.resilientstorage.api.Circuit;
import java.time.Duration;
import java.util.function.Function;

/** No call goes through until the reset delay is over. It has no state that changes, so refusing takes no lock. */
final class Open extends State {

    private final long delayNanos;

    Open(StateMachine machine, long since, long openings, long delayNanos) {
        super(machine, since, openings);
        this.delayNanos = delayNanos;
    }

    @Override
    Circuit circuit() {
        return Circuit.OPEN;
    }

    @Override
    Admission acquire() {
        return machine.onlyProberTries() ? rejected(leftNanos()) : afterDelay(State::acquire);
    }

    @Override
    Admission trial() {
        return afterDelay(State::trial);
    }

    /** Asks the next state once the delay is over. Whoever moves the circuit on, it is no longer in this one then. */
    private Admission afterDelay(Function<State, Admission> ask) {
        long left = leftNanos();
        if (left > 0) {
            return rejected(left);
        }
        machine.runWhileIn(this, () -> machine.halfOpen(TransitionCause.RESET_DELAY_OVER));
        return ask.apply(machine.state());
    }

    private long leftNanos() {
        return delayNanos - (machine.now() - since);
    }

    private static Rejected rejected(long left) {
        return new Rejected(Duration.ofNanos(left > 0 ? left : TRIAL_HINT_NANOS));
    }
}
