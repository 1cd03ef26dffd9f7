package io.resilientstorage.api;

/** Whether an acknowledged write survives the end of the backend's own process. */
public enum Durability {
    /** It is on disk: SQL. */
    DURABLE,
    /** It may be gone: memory, and Redis unless it is configured as durable. */
    VOLATILE
}
