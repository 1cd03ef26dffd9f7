package io.resilientstorage.backend;

/** What became of one record. */
public enum ApplyStatus {
    /** It is stored. */
    APPLIED,
    /** Something as new or newer stands there; nothing was changed. */
    SUPERSEDED,
    /**
     * It is older than the tombstone life and met nothing: what superseded it may be forgotten. Nothing was changed.
     */
    TOO_OLD,
    /** The condition did not hold. Nothing was changed. */
    CONDITION_FAILED,
    /** The not-after time had passed. Nothing was changed. */
    LATE,
    /**
     * It was offered as DIRECT, without naming the version that it is to follow, and is further behind what stands than
     * the request allows, or what stands is ahead of the backend's clock. Nothing was changed. It may be offered again
     * under a version that is newer than what stands.
     */
    BEHIND,
    /** Its version is more than five minutes ahead of the backend's clock. Nothing was changed. */
    AHEAD,
    /** What stands there has a newer format, or is no value at all. Nothing was changed. */
    UNREADABLE
}
