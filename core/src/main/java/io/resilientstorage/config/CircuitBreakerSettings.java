package io.resilientstorage.config;

import io.resilientstorage.api.InvalidSettingException;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * The settings of a circuit breaker. A bad one is refused with an {@link InvalidSettingException} that names it as the
 * storage's settings do: {@code circuitBreaker} and the component's name.
 *
 * @param threshold how many failures in a row open the circuit, from 1 to 1,000,000; 5 by default
 * @param failureRate the share of failures that opens it, above 0 to 1; 0.5 by default
 * @param slowCallRate the share of slow calls that opens it, above 0 to 1; 0.5 by default
 * @param slowCallDuration from how long on a call is slow, from 1 ms to 1 day; absent by default: no call is slow
 * @param minimumCalls how many calls the window must hold before a rate means anything, from 1 to 1,000,000; 20 by
 *     default
 * @param window how long a call counts for the rates, from 100 ms to 1 h, in steps of a tenth; 10 s by default
 * @param initialReset the first reset delay, from 1 ms to 1 day; 5 s by default
 * @param reset the longest reset delay, from {@code initialReset} to 1 day; 60 s by default
 * @param trials how many trials may be out at a time in HALF_OPEN, from 1 to 1,000; 1 by default
 * @param trialSuccesses how many good trials close the circuit, from 1 to 1,000; 1 by default
 * @param permitLife after how long a trial that was never returned gives its place free, from 1 ms to 1 day; 10 s by
 *     default. It must be longer than a call may take: the result of an expired trial is dropped.
 */
public record CircuitBreakerSettings(
        int threshold,
        double failureRate,
        double slowCallRate,
        Optional<Duration> slowCallDuration,
        int minimumCalls,
        Duration window,
        Duration initialReset,
        Duration reset,
        int trials,
        int trialSuccesses,
        Duration permitLife) {

    private static final int MOST_CALLS = 1_000_000;
    private static final int MOST_TRIALS = 1_000;
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final Duration SHORTEST_WINDOW = Duration.ofMillis(100);
    private static final Duration LONGEST_WINDOW = Duration.ofHours(1);

    private static final CircuitBreakerSettings DEFAULTS = new CircuitBreakerSettings(
            5,
            0.5,
            0.5,
            Optional.empty(),
            20,
            Duration.ofSeconds(10),
            Duration.ofSeconds(5),
            Duration.ofSeconds(60),
            1,
            1,
            Duration.ofSeconds(10));

    /**
     * Checks every setting.
     *
     * @throws InvalidSettingException for the first one that is out of its bounds
     */
    public CircuitBreakerSettings {
        inRange("circuitBreakerThreshold", threshold, 1, MOST_CALLS);
        share("circuitBreakerFailureRate", failureRate);
        share("circuitBreakerSlowCallRate", slowCallRate);
        Objects.requireNonNull(slowCallDuration, "slowCallDuration")
                .ifPresent(slow -> inRange("circuitBreakerSlowCallDuration", slow, SHORTEST, LONGEST));
        inRange("circuitBreakerMinimumCalls", minimumCalls, 1, MOST_CALLS);
        inRange("circuitBreakerWindow", window, SHORTEST_WINDOW, LONGEST_WINDOW);
        inRange("circuitBreakerInitialReset", initialReset, SHORTEST, LONGEST);
        inRange("circuitBreakerReset", reset, SHORTEST, LONGEST);
        if (reset.compareTo(initialReset) < 0) {
            throw new InvalidSettingException(
                    "circuitBreakerReset",
                    "must be at least circuitBreakerInitialReset, " + initialReset + ", but is " + reset);
        }
        inRange("circuitBreakerTrials", trials, 1, MOST_TRIALS);
        inRange("circuitBreakerTrialSuccesses", trialSuccesses, 1, MOST_TRIALS);
        inRange("circuitBreakerPermitLife", permitLife, SHORTEST, LONGEST);
    }

    /** Every setting at its default. */
    public static CircuitBreakerSettings defaults() {
        return DEFAULTS;
    }

    /**
     * The settings that a storage has, the rest at their defaults.
     *
     * @param threshold how many failures in a row open the circuit
     * @param initialReset the first reset delay
     * @param reset the longest reset delay
     * @throws InvalidSettingException if one is out of its bounds
     */
    public static CircuitBreakerSettings of(int threshold, Duration initialReset, Duration reset) {
        return new CircuitBreakerSettings(
                threshold,
                DEFAULTS.failureRate,
                DEFAULTS.slowCallRate,
                DEFAULTS.slowCallDuration,
                DEFAULTS.minimumCalls,
                DEFAULTS.window,
                initialReset,
                reset,
                DEFAULTS.trials,
                DEFAULTS.trialSuccesses,
                DEFAULTS.permitLife);
    }

    private static void inRange(String setting, int value, int least, int most) {
        if (value < least || value > most) {
            throw new InvalidSettingException(setting, "must be from " + least + " to " + most + ", but is " + value);
        }
    }

    private static void inRange(String setting, Duration value, Duration least, Duration most) {
        if (InvalidSettingException.requireNonNull(setting, value).compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new InvalidSettingException(setting, "must be from " + least + " to " + most + ", but is " + value);
        }
    }

    private static void share(String setting, double value) {
        boolean legal = value > 0 && value <= 1;
        if (!legal) {
            throw new InvalidSettingException(setting, "must be above 0 and at most 1, but is " + value);
        }
    }
}
