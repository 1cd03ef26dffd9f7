package io.resilientstorage.breaker;

/** Why a circuit changed its state. */
public enum TransitionCause {
    /** CLOSED to OPEN: too many failures in a row. */
    CONSECUTIVE_FAILURES,
    /** CLOSED to OPEN: too large a share of failures in the window. */
    FAILURE_RATE,
    /** CLOSED to OPEN: too large a share of slow calls in the window. */
    SLOW_CALL_RATE,
    /** OPEN to HALF_OPEN: the reset delay was over, and somebody asked. */
    RESET_DELAY_OVER,
    /** HALF_OPEN to OPEN: a trial failed. */
    TRIAL_FAILED,
    /** HALF_OPEN to OPEN: a trial succeeded, but was slow. */
    TRIAL_SLOW,
    /** HALF_OPEN to CLOSED: enough trials were good. */
    TRIALS_SUCCEEDED,
    /** OPEN to HALF_OPEN and HALF_OPEN to CLOSED: a probe found the callee well. */
    PROBE_SUCCEEDED
}
