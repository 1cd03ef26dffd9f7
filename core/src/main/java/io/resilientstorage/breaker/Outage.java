package io.resilientstorage.breaker;

/** Since when the circuit has not been CLOSED: a monotonic reading to measure by, and a date to show. */
record Outage(long sinceNanos, long sinceWallMillis) {}
