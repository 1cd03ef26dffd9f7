package io.resilientstorage.execution;

import io.resilientstorage.api.Version;
import io.resilientstorage.record.VersionedRecord;

/** What a read found out about one key. */
sealed interface ReadOutcome {

    /** A value. */
    record Found(VersionedRecord record, String backend, boolean stale) implements ReadOutcome {}

    /** No value, and the backend that says so can be believed. */
    record Absent(String backend) implements ReadOutcome {}

    /**
     * No value at the backends that were asked, and none of them can be believed.
     *
     * @param version the newest version that is known to have ended, {@link Version#NONE} if none is known
     */
    record Unknown(String backend, String reason, Version version) implements ReadOutcome {}

    /** Something that cannot be read. */
    record Unreadable(String problem) implements ReadOutcome {}
}
