package io.resilientstorage.backend;

import io.resilientstorage.api.Version;

/** What must hold of the stored record for a change to be applied. */
public sealed interface Condition {

    /** Always. */
    static Condition none() {
        return None.ALWAYS;
    }

    /** There is no live record. */
    static Condition ifAbsent() {
        return IfAbsent.NO_LIVE_RECORD;
    }

    /** The live record has this version. */
    static Condition ifVersion(Version version) {
        return new IfVersion(version);
    }

    /** No condition. */
    enum None implements Condition {
        ALWAYS
    }

    /**
     * There is no live record: none at all, a tombstone, or an expired one. A value of another client is a live record.
     */
    enum IfAbsent implements Condition {
        NO_LIVE_RECORD
    }

    /**
     * There is a live record of exactly this version.
     *
     * @param version the version; {@link Version#NONE} matches a value of another client
     */
    record IfVersion(Version version) implements Condition {}
}
