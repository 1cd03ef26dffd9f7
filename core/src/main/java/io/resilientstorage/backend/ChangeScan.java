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
     * The same from the newest down: the records that were changed at or before a position, the latest first. A record
     * that is changed meanwhile moves up, out of the way of this scan.
     *
     * @param upTo the position at which to begin
     * @param generation the key generation
     * @param limit about how many records to return, at least 1. All records of one position are returned together.
     * @return a page whose position is where the next one begins; 0 if nothing is left
     */
    CompletionStage<Page> latest(long upTo, int generation, int limit);

    /** From where to where positions go now. */
    CompletionStage<Extent> extent();

    /**
     * From where to where positions go.
     *
     * @param head everything that was committed stands at or before it, and nothing that is committed later does
     * @param floor every tombstone and expired version after it is still there; 0 if none was ever purged
     */
    record Extent(long head, long floor) {}

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
