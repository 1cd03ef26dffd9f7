package io.resilientstorage.api;

/** The kind of a backend. */
public enum BackendType {
    REDIS,
    DATABASE,
    MEMORY,
    /** A user's own. */
    CUSTOM
}
