package io.resilientstorage.api;

/** How the renewal of a {@link Lease} ended. */
public enum Renewal {
    /** It is held for as long as was asked, or longer. */
    RENEWED,
    /** It could not be renewed now, and is held as long as before. */
    UNAVAILABLE,
    /** It is held no more. */
    LOST
}
