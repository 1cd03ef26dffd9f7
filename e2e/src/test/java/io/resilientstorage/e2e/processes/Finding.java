package io.resilientstorage.e2e.processes;

/**
 * A promise that was broken.
 *
 * @param kind which one
 * @param key of which key
 * @param story what was seen
 */
record Finding(Kind kind, String key, String story) {

    /** What may be broken. */
    enum Kind {
        /** A write whose receipt says that a durable backend has it is gone (P4, P7). */
        DURABLE_WRITE_LOST,
        /** A write whose process has lived on is gone (P4). */
        WRITE_OF_LIVING_PROCESS_LOST,
        /** A key that was deleted is there again (P5). */
        DELETED_KEY_BACK,
        /** A process does not see its own write and is not told so (P3, P9). */
        STALE_READ,
        /** A value that nobody wrote there. */
        INVENTED_VALUE,
        /** A value that was seen after the end of its life (P6). */
        ENDED_VALUE,
        /** Two backends do not agree (P4). */
        BACKENDS_DIFFER
    }

    @Override
    public String toString() {
        return kind + " " + key + ": " + story;
    }
}
