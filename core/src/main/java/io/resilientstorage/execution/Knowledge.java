package io.resilientstorage.execution;

import io.resilientstorage.api.Version;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import org.jspecify.annotations.Nullable;

/**
 * What this process knows beside what a backend answers, as reads use it: the records that the backend still has to
 * get, and the newest version that was seen. Safe for use by several threads.
 */
public interface Knowledge {

    /** Whether a backend has got all that this process knows of, so that its answers stand as they are. */
    boolean nothingPending(int index);

    /** The newest record of a key that a backend still has to get, null if there is none. */
    @Nullable
    VersionedRecord pending(int index, RecordKey key);

    /** Whether every backend has got all that this process knows of. */
    boolean nothingHeld();

    /** The newest record of a key that any backend still has to get, null if there is none. */
    @Nullable
    VersionedRecord held(RecordKey key);

    /** Takes over a version that a backend answered: what is written from now on is newer. */
    void seen(Version version);
}
