package io.resilientstorage.backend;

import io.resilientstorage.record.VersionedRecord;
import java.util.List;
import java.util.concurrent.CompletionStage;

/**
 * Reads records in the order in which they were committed. The position is one of commit order: once a position was
 * returned, nothing that is committed later has one at or before it.
 */
public interface ChangeScan {

    /**
     * The records that were changed after a position, in their present state, tombstones and expired records included,
     * in the order of their positions.
     *
     * @param after the position after which to begin, 0 for the beginning
     * @param generation the key generation
     * @param limit about how many records to return, at least 1. All records of one position are returned together.
     */
    CompletionStage<Page> changes(long after, int generation, int limit);

    /**
     * Some records.
     *
     * @param records the records
     * @param position up to where this page goes: the next one begins after it. If no record is left, everything that
     *     was committed when the page was read stands at or before it.
     */
    record Page(List<VersionedRecord> records, long position) {
        /** Copies the list. */
        public Page {
            records = List.copyOf(records);
        }
    }
}
