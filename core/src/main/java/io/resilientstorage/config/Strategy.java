package io.resilientstorage.config;

/** The strategies that the library brings. */
public enum Strategy {
    /** Stay on the active backend until it is not routable; go back up only after the failback delay. */
    FAILOVER,
    /** For each call the best routable backend by priority. */
    PRIORITY,
    /** Reads rotate over the shared backends, writes go to all of them. */
    ROUND_ROBIN
}
