package io.resilientstorage.breaker;

import io.resilientstorage.config.CircuitBreakerSettings;
import java.util.Optional;

/** When a closed circuit opens: a pure function from counts to a verdict. */
final class OpeningRule {

    private OpeningRule() {}

    /** Why the circuit must open, or nothing if it stays closed. */
    static Optional<TransitionCause> judge(int failuresInARow, Counts window, CircuitBreakerSettings settings) {
        if (failuresInARow >= settings.threshold()) {
            return Optional.of(TransitionCause.CONSECUTIVE_FAILURES);
        }
        if (window.calls() < settings.minimumCalls()) {
            return Optional.empty();
        }
        if (window.failureRate() >= settings.failureRate()) {
            return Optional.of(TransitionCause.FAILURE_RATE);
        }
        return window.slowRate() >= settings.slowCallRate()
                ? Optional.of(TransitionCause.SLOW_CALL_RATE)
                : Optional.empty();
    }
}
