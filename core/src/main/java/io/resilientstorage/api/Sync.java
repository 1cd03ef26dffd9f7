package io.resilientstorage.api;

/** How complete a backend's content is, as recovery tells. */
public enum Sync {
    /** It has every acknowledged write. */
    IN_SYNC,
    /** It is reachable and still gets what it missed. */
    CATCHING_UP,
    /** It came back empty, or not as it was. */
    COLD
}
