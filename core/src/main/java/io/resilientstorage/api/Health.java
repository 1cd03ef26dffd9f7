package io.resilientstorage.api;

/** How well a backend is, as probes tell. */
public enum Health {
    HEALTHY,
    /** Slow, or refusing part of its work. */
    DEGRADED,
    UNHEALTHY
}
