package io.resilientstorage.api;

/** How the storage is as a whole. */
public enum OverallStatus {
    /** All backends are HEALTHY and their circuits CLOSED. */
    HEALTHY,
    /** Not so. Calls may well succeed: see {@link HealthStatus#ready()}. */
    DEGRADED
}
