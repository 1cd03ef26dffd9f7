package io.resilientstorage.api;

/** The state of a circuit breaker, as the results of calls tell. */
public enum Circuit {
    CLOSED,
    OPEN,
    /** A few trials decide whether it closes or opens again. */
    HALF_OPEN
}
