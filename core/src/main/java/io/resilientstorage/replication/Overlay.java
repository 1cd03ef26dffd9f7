package io.resilientstorage.replication;

import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What this process still has to bring to backends, for those who read: it is newer than what these answer. Safe for
 * use by several threads.
 */
public final class Overlay {

    private final Map<Integer, Replicator> replicators;

    Overlay(Map<Integer, Replicator> replicators) {
        this.replicators = replicators;
    }

    /** Whether reads from this backend need look into no pending records. */
    public boolean isEmpty(int index) {
        Replicator replicator = replicators.get(index);
        return replicator == null || replicator.isEmpty();
    }

    /** Whether no backend has to get anything. */
    public boolean isEmpty() {
        for (Replicator replicator : replicators.values()) {
            if (!replicator.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** The newest record of a key that this backend still has to get, null if there is none. */
    public @Nullable VersionedRecord newest(int index, RecordKey key) {
        Replicator replicator = replicators.get(index);
        return replicator == null ? null : replicator.newest(key);
    }

    /** The newest record of a key that any backend still has to get, null if there is none. */
    public @Nullable VersionedRecord newest(RecordKey key) {
        VersionedRecord newest = null;
        for (Replicator replicator : replicators.values()) {
            VersionedRecord waiting = replicator.newest(key);
            if (waiting != null && (newest == null || waiting.version().isNewerThan(newest.version()))) {
                newest = waiting;
            }
        }
        return newest;
    }
}
