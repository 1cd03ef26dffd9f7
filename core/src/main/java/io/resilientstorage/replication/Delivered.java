package io.resilientstorage.replication;

import io.resilientstorage.api.Version;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.VersionedRecord;

/** Told of each record that a backend has got, and of the version that stands there: its own, or a newer one. */
interface Delivered {
    void at(Member target, VersionedRecord record, Version has, PendingRecords.Done done);
}
