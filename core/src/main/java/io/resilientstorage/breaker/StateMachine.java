package io.resilientstorage.breaker;

import io.resilientstorage.config.CircuitBreakerSettings;
import io.resilientstorage.time.Clock;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The one owner of the current state.
 *
 * <p><b>The invariant.</b> A result changes the circuit only if it belongs to the stay in a state during which its call
 * was admitted. Each stay is one {@link State} object, made at the transition and never used again; a permit points to
 * the stay that gave it. {@link #runWhileIn} takes the lock, compares that object with the current one, and does
 * nothing if they differ. So of the calls that hung through an outage, a success cannot close the circuit and a
 * time-out cannot open it again, however late they come back and whatever states lie between. A number would do the
 * same; an object cannot run over, and it carries the counts that must not outlive the stay.
 *
 * <p><b>Who calls on which thread.</b> Any thread, at any time, and there is no thread of its own: the reset delay and
 * a trial's life are compared with the clock when somebody asks. So a circuit that nobody uses stays OPEN, and a
 * question such as {@link #state()} changes nothing.
 *
 * <p><b>What is locked.</b> Every change: of the state, of the counts (save the successes, see {@link Closed}), of the
 * trials that are out. Nothing under the lock waits or calls foreign code. What is not locked: reading the state, which
 * is one volatile read and all that admission costs while CLOSED; and refusing while OPEN. Both take effect at that
 * read. A call that was admitted just before the circuit opened is indistinguishable from one admitted a moment
 * earlier; its result is dropped. Trials are given only under the lock, after another look at the state, because there
 * the number counts.
 *
 * <p><b>The listener.</b> A transition is queued under the lock, so the queue has the true order, and told after the
 * lock is free; see {@link Announcer}. A caller may return before its transition was told, if another thread is
 * telling.
 */
final class StateMachine {

    private final CircuitBreakerSettings settings;
    private final boolean onlyProberTries;
    private final Clock clock;
    private final Announcer announcer;
    private final ResetDelay resetDelay;
    private final Streak streak = new Streak();
    private final ReentrantLock lock = new ReentrantLock();
    private volatile State state;
    private volatile @Nullable Outage outage;

    StateMachine(CircuitBreakerSettings settings, boolean onlyProberTries, Time time, Announcer announcer) {
        this.settings = settings;
        this.onlyProberTries = onlyProberTries;
        this.clock = time.clock();
        this.announcer = announcer;
        this.resetDelay = new ResetDelay(settings, time.randomness());
        this.state = first();
    }

    CircuitBreakerSettings settings() {
        return settings;
    }

    boolean onlyProberTries() {
        return onlyProberTries;
    }

    long now() {
        return clock.nanos();
    }

    State state() {
        return state;
    }

    Streak streak() {
        return streak;
    }

    Optional<Outage> outage() {
        return Optional.ofNullable(outage);
    }

    long openings() {
        return state.openings;
    }

    /** Runs a step under the lock if the state is still the expected one, then tells of what it changed. */
    void runWhileIn(State expected, Runnable step) {
        boolean moved = false;
        lock.lock();
        try {
            if (state == expected) {
                step.run();
                moved = state != expected;
            }
        } finally {
            lock.unlock();
        }
        if (moved) {
            announcer.deliver();
        }
    }

    /**
     * Asks under the lock, with no answer if the state is no longer the expected one. The question changes no state.
     */
    <T> Optional<T> askWhileIn(State expected, Supplier<T> question) {
        lock.lock();
        try {
            return state == expected ? Optional.of(question.get()) : Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Closes the circuit if it has not opened since that many openings; says whether it did. */
    boolean probeSucceeded(long openingsBefore) {
        lock.lock();
        try {
            if (state instanceof Closed || state.openings != openingsBefore) {
                return false;
            }
            if (state instanceof Open) {
                halfOpen(TransitionCause.PROBE_SUCCEEDED);
            }
            streak.end();
            close(TransitionCause.PROBE_SUCCEEDED);
        } finally {
            lock.unlock();
        }
        announcer.deliver();
        return true;
    }

    /** Under the lock. */
    void open(TransitionCause cause, Optional<Throwable> failure) {
        long now = now();
        long openings = state.openings + 1;
        if (state instanceof Closed closed) {
            outage = new Outage(now, clock.wallMillis());
            become(new Open(this, now, openings, resetDelay.afterClosed(now - closed.since)), cause, failure);
        } else {
            become(new Open(this, now, openings, resetDelay.afterHalfOpen()), cause, failure);
        }
    }

    /** Under the lock. */
    void halfOpen(TransitionCause cause) {
        become(new HalfOpen(this, now(), state.openings), cause, Optional.empty());
    }

    /** Under the lock. */
    void close(TransitionCause cause) {
        outage = null;
        become(new Closed(this, now(), state.openings), cause, Optional.empty());
    }

    private void become(State next, TransitionCause cause, Optional<Throwable> failure) {
        Duration lasted = Duration.ofNanos(next.since - state.since);
        announcer.add(new Transition(state.circuit(), next.circuit(), cause, failure, lasted));
        state = next;
    }

    private State first() {
        return new Closed(this, now(), 0);
    }
}
