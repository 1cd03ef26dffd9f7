package io.resilientstorage.testkit.simulator;

import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;

/**
 * What a modelled server holds under one key.
 *
 * @param record the record
 * @param readable false if it stands for a newer format
 * @param position the position of its commit
 * @param storedAt when it was stored, on the server's clock
 */
record Row(VersionedRecord record, boolean readable, long position, long storedAt) {

    /** A key in its generation. */
    record Place(int generation, RecordKey key) {}

    /** Whether a reader would see something. */
    boolean isLive(long nowMillis) {
        return record.isLive(nowMillis);
    }

    /** Since when this stands for its version alone; never, if it is live for ever. */
    long endedAt() {
        return record.content().isTombstone() ? storedAt : Math.max(storedAt, record.expiresAt());
    }

    /** Whether it had expired when it came. */
    boolean wasOverWhenStored() {
        return record.isExpired(storedAt);
    }
}
