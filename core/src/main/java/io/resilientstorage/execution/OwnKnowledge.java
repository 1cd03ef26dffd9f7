package io.resilientstorage.execution;

import io.resilientstorage.api.Version;
import io.resilientstorage.record.HybridClock;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.replication.Replication;
import org.jspecify.annotations.Nullable;

/**
 * What the replication and the clock of this process know.
 *
 * @param replication knows what each backend still has to get
 * @param versions moves past what was seen
 */
record OwnKnowledge(Replication replication, HybridClock versions) implements Knowledge {

    @Override
    public boolean nothingPending(int index) {
        return replication.nothingPending(index);
    }

    @Override
    public @Nullable VersionedRecord pending(int index, RecordKey key) {
        return replication.newest(index, key);
    }

    @Override
    public void seen(Version version) {
        versions.observe(version);
    }
}
