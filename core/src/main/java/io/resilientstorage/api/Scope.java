package io.resilientstorage.api;

/** Who shares what a backend holds. */
public enum Scope {
    /** Every process that is configured with it: Redis, PostgreSQL. */
    SHARED,
    /** The processes of one machine: a SQLite file. */
    HOST,
    /** This process alone: memory. */
    PROCESS
}
