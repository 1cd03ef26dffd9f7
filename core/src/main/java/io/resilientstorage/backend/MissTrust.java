package io.resilientstorage.backend;

/** How far the misses of one reply are to be believed. */
public enum MissTrust {
    /** As far as the backend itself is. */
    BELIEVED,

    /** Live records were dropped in this life of the backend to make room for others; what was missed may be one. */
    EVICTED,

    /** No {@link Sentinel} stands that says WARM: the backend came back empty, and does not have everything yet. */
    COLD;

    /** EVICTED or BELIEVED. */
    public static MissTrust unlessEvicted(boolean evicted) {
        return evicted ? EVICTED : BELIEVED;
    }
}
