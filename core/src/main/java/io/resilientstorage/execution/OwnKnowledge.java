package io.resilientstorage.execution;

import io.resilientstorage.api.Version;
import io.resilientstorage.record.HybridClock;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.replication.Overlay;
import org.jspecify.annotations.Nullable;

/**
 * What the replication and the clock of this process know.
 *
 * @param overlay knows what each backend still has to get
 * @param versions moves past what was seen
 */
record OwnKnowledge(Overlay overlay, HybridClock versions) implements Knowledge {

    @Override
    public boolean nothingPending(int index) {
        return overlay.isEmpty(index);
    }

    @Override
    public @Nullable VersionedRecord pending(int index, RecordKey key) {
        return overlay.newest(index, key);
    }

    @Override
    public boolean nothingHeld() {
        return overlay.isEmpty();
    }

    @Override
    public @Nullable VersionedRecord held(RecordKey key) {
        return overlay.newest(key);
    }

    @Override
    public void seen(Version version) {
        versions.observe(version);
    }
}
