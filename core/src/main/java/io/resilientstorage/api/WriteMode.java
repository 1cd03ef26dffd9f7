package io.resilientstorage.api;

/** Who gets a write besides the backend that takes it. All processes must agree on the mode of a namespace. */
public enum WriteMode {
    /**
     * Nobody, but better backends that are away get it when they are back. What the lower backends have may be old: it
     * is told as stale, and their misses as UNKNOWN.
     */
    ACTIVE_ONLY,

    /** All other shared backends, soon after the write was acknowledged. */
    MIRROR_ASYNC,

    /**
     * All other shared backends; the write is acknowledged when every one that is IN_SYNC has it, or when the call's
     * time is over. Who still lacks it then is named in the receipt.
     */
    MIRROR_SYNC
}
