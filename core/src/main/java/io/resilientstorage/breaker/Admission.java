package io.resilientstorage.breaker;

/** What a circuit breaker answers to a caller who wants to make a call: a {@link Permit}, or {@link Rejected}. */
public sealed interface Admission permits Permit, Rejected {}
