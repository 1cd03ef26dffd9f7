package io.resilientstorage.time;

/** The readings of time of one machine. Safe for use by several threads. */
public interface Clock {

    /** Monotonic nanoseconds from an arbitrary origin; only differences mean anything. For durations and deadlines. */
    long nanos();

    /** The wall clock in milliseconds since 1970. It may step either way. Only where a date is meant. */
    long wallMillis();
}
