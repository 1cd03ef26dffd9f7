package io.resilientstorage.breaker;

import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.config.CircuitBreakerSettings;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.function.Predicate;

/**
 * Builds a {@link CircuitBreaker}. Each setting has a default and is checked in {@link #build()}; what they mean, their
 * defaults and their bounds stand at {@link CircuitBreakerSettings}. For use by one thread.
 */
public final class CircuitBreakerBuilder {

    private final String name;
    private int threshold;
    private double failureRate;
    private double slowCallRate;
    private Optional<Duration> slowCallDuration;
    private int minimumCalls;
    private Duration window;
    private Duration initialReset;
    private Duration reset;
    private int trials;
    private int trialSuccesses;
    private Duration permitLife;
    private boolean onlyProberTries;
    private Time time = MachineTime.TIME;
    private TransitionListener listener = transition -> {};
    private Predicate<? super Throwable> counts =
            failure -> !(failure instanceof InterruptedException || failure instanceof CancellationException);

    CircuitBreakerBuilder(String name) {
        if (name.isBlank()) {
            throw new InvalidSettingException("name", "must not be blank");
        }
        this.name = name;
        take(CircuitBreakerSettings.defaults());
    }

    /** Takes over all settings; those that are set afterwards go before them. */
    public CircuitBreakerBuilder settings(CircuitBreakerSettings settings) {
        take(settings);
        return this;
    }

    /** How many failures in a row open the circuit. */
    public CircuitBreakerBuilder threshold(int failures) {
        threshold = failures;
        return this;
    }

    /** The share of failures in the window that opens it. */
    public CircuitBreakerBuilder failureRate(double share) {
        failureRate = share;
        return this;
    }

    /** The share of slow calls in the window that opens it, where a slow call's duration is set. */
    public CircuitBreakerBuilder slowCallRate(double share) {
        slowCallRate = share;
        return this;
    }

    /** From how long on a successful call is slow. Without it none is. */
    public CircuitBreakerBuilder slowCallDuration(Duration duration) {
        slowCallDuration = Optional.of(duration);
        return this;
    }

    /** How many calls the window must hold before a rate means anything. */
    public CircuitBreakerBuilder minimumCalls(int calls) {
        minimumCalls = calls;
        return this;
    }

    /** How long a call counts for the rates. */
    public CircuitBreakerBuilder window(Duration length) {
        window = length;
        return this;
    }

    /** The first reset delay. */
    public CircuitBreakerBuilder initialReset(Duration delay) {
        initialReset = delay;
        return this;
    }

    /** The longest reset delay. */
    public CircuitBreakerBuilder reset(Duration delay) {
        reset = delay;
        return this;
    }

    /** How many trials may be out at a time in HALF_OPEN. */
    public CircuitBreakerBuilder trials(int atATime) {
        trials = atATime;
        return this;
    }

    /** How many good trials close the circuit. */
    public CircuitBreakerBuilder trialSuccesses(int good) {
        trialSuccesses = good;
        return this;
    }

    /** After how long a trial that was never returned gives its place free. */
    public CircuitBreakerBuilder permitLife(Duration life) {
        permitLife = life;
        return this;
    }

    /**
     * Gives trials to {@link CircuitBreaker#tryTrial()} alone, so that no user's call pays for them:
     * {@link CircuitBreaker#tryAcquire()} is refused until the circuit is CLOSED. Somebody must then call
     * {@code tryTrial} or {@code probeSucceeded} from time to time, or the circuit stays OPEN.
     */
    public CircuitBreakerBuilder onlyProberTries() {
        onlyProberTries = true;
        return this;
    }

    /**
     * Where time and chance come from; the machine's own by default. It stays the caller's: the breaker reads the clock
     * and the randomness, and never closes it.
     */
    public CircuitBreakerBuilder time(Time source) {
        time = Objects.requireNonNull(source, "time");
        return this;
    }

    /** Who is told of every transition; nobody by default. */
    public CircuitBreakerBuilder onTransition(TransitionListener told) {
        listener = Objects.requireNonNull(told, "listener");
        return this;
    }

    /**
     * Which exceptions count as failures in {@code call} and {@code callAsync}; the others count for nothing. By
     * default all do but {@link InterruptedException} and {@link CancellationException}, which come from the caller's
     * side. It is called on the call's thread; an exception that it fails at counts.
     */
    public CircuitBreakerBuilder countsAsFailure(Predicate<? super Throwable> predicate) {
        counts = Objects.requireNonNull(predicate, "predicate");
        return this;
    }

    /**
     * The breaker, CLOSED.
     *
     * @throws InvalidSettingException for the first setting that is out of its bounds
     */
    public CircuitBreaker build() {
        CircuitBreakerSettings settings = new CircuitBreakerSettings(
                threshold,
                failureRate,
                slowCallRate,
                slowCallDuration,
                minimumCalls,
                window,
                initialReset,
                reset,
                trials,
                trialSuccesses,
                permitLife);
        StateMachine machine = new StateMachine(settings, onlyProberTries, time, new Announcer(name, listener));
        return new CircuitBreaker(name, machine, new Guard(name, time.clock(), counts));
    }

    private void take(CircuitBreakerSettings settings) {
        threshold = settings.threshold();
        failureRate = settings.failureRate();
        slowCallRate = settings.slowCallRate();
        slowCallDuration = settings.slowCallDuration();
        minimumCalls = settings.minimumCalls();
        window = settings.window();
        initialReset = settings.initialReset();
        reset = settings.reset();
        trials = settings.trials();
        trialSuccesses = settings.trialSuccesses();
        permitLife = settings.permitLife();
    }
}
