package io.resilientstorage.breaker;

import io.resilientstorage.api.Circuit;

/**
 * The control: a breaker that credits each result to whatever state is current, as a breaker without generations does.
 */
final class NaiveBreaker {

    private Circuit circuit = Circuit.CLOSED;
    private int failures;

    Circuit state() {
        return circuit;
    }

    void delayPasses() {
        circuit = Circuit.HALF_OPEN;
    }

    void succeeded() {
        failures = 0;
        circuit = Circuit.CLOSED;
    }

    void failed() {
        failures++;
        if (circuit == Circuit.HALF_OPEN || failures >= 5) {
            circuit = Circuit.OPEN;
        }
    }
}
