package io.resilientstorage.breaker;

import io.resilientstorage.api.Circuit;

/**
 * One stay of the circuit in a state. Each stay is an object of its own, and that object is the generation that permits
 * carry: a result counts only while its state is still the machine's.
 */
abstract sealed class State permits Closed, Open, HalfOpen {

    /** The longest hint to wait while trials decide: somebody looks at the callee at least this often. */
    static final long TRIAL_HINT_NANOS = 1_000_000_000;

    final StateMachine machine;
    final long since;

    /** How often the circuit has opened until now, so that one read tells this and the state. */
    final long openings;

    State(StateMachine machine, long since, long openings) {
        this.machine = machine;
        this.since = since;
        this.openings = openings;
    }

    abstract Circuit circuit();

    /** Answers a user's call. */
    abstract Admission acquire();

    /** Answers the background prober. */
    abstract Admission trial();
}
