package io.resilientstorage.replication;

import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import org.jspecify.annotations.Nullable;

/**
 * What this process still has to bring to backends, for those who read: it is newer than what these answer. Safe for
 * use by several threads.
 */
public final class Overlay {

    /**
     * By backend, null for one that gets nothing. An array, for every read asks: maps took half as long as a get of
     * memory.
     */
    private final @Nullable Replicator[] replicators;

    /** One that knows of nobody yet. */
    Overlay(int backends) {
        this.replicators = new Replicator[backends];
    }

    /** Before anybody reads. */
    void add(int index, Replicator replicator) {
        replicators[index] = replicator;
    }

    /** Whether reads from this backend need look into no pending records. */
    public boolean isEmpty(int index) {
        Replicator replicator = replicators[index];
        return replicator == null || replicator.isEmpty();
    }

    /** Whether no backend has to get anything. */
    public boolean isEmpty() {
        for (Replicator replicator : replicators) {
            if (replicator != null && !replicator.isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** The newest record of a key that this backend still has to get, null if there is none. */
    public @Nullable VersionedRecord newest(int index, RecordKey key) {
        Replicator replicator = replicators[index];
        return replicator == null ? null : replicator.newest(key);
    }

    /** The newest record of a key that any backend still has to get, null if there is none. */
    public @Nullable VersionedRecord newest(RecordKey key) {
        VersionedRecord newest = null;
        for (Replicator replicator : replicators) {
            VersionedRecord waiting = replicator == null ? null : replicator.newest(key);
            if (waiting != null && (newest == null || waiting.version().isNewerThan(newest.version()))) {
                newest = waiting;
            }
        }
        return newest;
    }
}
