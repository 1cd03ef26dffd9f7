package io.resilientstorage.breaker;

import io.resilientstorage.api.Circuit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A few trials decide. One that fails, or is slow where slowness counts, opens the circuit again; enough good ones
 * close it; one that was released or never came back counts for nothing.
 *
 * <p>A trial is out while it is in the list. That makes a second return, and a return after its place was given on, the
 * same thing: it is not in the list. Everything here happens under the machine's lock; trials are few.
 */
final class HalfOpen extends State {

    private final List<Trial> out = new ArrayList<>();
    private int good;

    HalfOpen(StateMachine machine, long since, long openings) {
        super(machine, since, openings);
    }

    @Override
    Circuit circuit() {
        return Circuit.HALF_OPEN;
    }

    @Override
    Admission acquire() {
        return machine.onlyProberTries() ? new Rejected(Duration.ofNanos(TRIAL_HINT_NANOS)) : trial();
    }

    @Override
    Admission trial() {
        // The state is looked at again under the lock: a trial given by a former generation would be a call while OPEN.
        return machine.askWhileIn(this, this::give)
                .orElseGet(() -> machine.state().trial());
    }

    void succeeded(Trial trial, long elapsedNanos) {
        machine.runWhileIn(this, () -> {
            if (takeBack(trial)) {
                countSuccess(elapsedNanos);
            }
        });
    }

    void failed(Trial trial, Throwable failure) {
        machine.runWhileIn(this, () -> {
            if (takeBack(trial)) {
                machine.streak().lengthen(failure);
                machine.open(TransitionCause.TRIAL_FAILED, Optional.of(failure));
            }
        });
    }

    void released(Trial trial) {
        machine.runWhileIn(this, () -> out.remove(trial));
    }

    private Admission give() {
        long now = machine.now();
        out.removeIf(trial -> trial.leftNanos(now) <= 0);
        if (out.size() >= machine.settings().trials()) {
            long oldest = out.get(0).leftNanos(now);
            return new Rejected(Duration.ofNanos(Math.min(oldest, TRIAL_HINT_NANOS)));
        }
        Trial trial = new Trial(this, now + machine.settings().permitLife().toNanos());
        out.add(trial);
        return trial;
    }

    private boolean takeBack(Trial trial) {
        return out.remove(trial) && trial.leftNanos(machine.now()) > 0;
    }

    private void countSuccess(long elapsedNanos) {
        machine.streak().end();
        boolean slow = machine.settings()
                .slowCallDuration()
                .filter(limit -> elapsedNanos >= limit.toNanos())
                .isPresent();
        if (slow) {
            machine.open(TransitionCause.TRIAL_SLOW, Optional.empty());
        } else if (++good >= machine.settings().trialSuccesses()) {
            machine.close(TransitionCause.TRIALS_SUCCEEDED);
        }
    }
}
