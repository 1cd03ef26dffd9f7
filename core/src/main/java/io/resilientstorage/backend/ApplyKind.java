package io.resilientstorage.backend;

/** Where a record comes from, which decides how its version is treated. */
public enum ApplyKind {
    /**
     * From a caller, now: the version is a proposal, and the backend assigns one that is newer than what it has, unless
     * the proposal is further behind that than the request allows.
     */
    DIRECT,
    /**
     * Carried over from elsewhere: applied only if it is newer, under its own version; too old a one that meets nothing
     * is refused.
     */
    REPLAY,
    /** From a warm-up, whose source is known to be right: as a replay, however old. */
    SEED
}
