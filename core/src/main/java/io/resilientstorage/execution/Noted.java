package io.resilientstorage.execution;

import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import org.jspecify.annotations.Nullable;

/**
 * What this process knew of a key before it asked a backend for it. What the backend gets between its answer and a
 * later look would be in neither; and of what it took in that time an older answer tells nothing.
 *
 * @param pending the newest record that this backend still had to get, null if there was none
 * @param held the newest record that any backend still had to get, null if there was none
 */
record Noted(@Nullable VersionedRecord pending, @Nullable VersionedRecord held) {

    static final Noted NOTHING = new Noted(null, null);

    static Noted of(Knowledge knowledge, int index, RecordKey key) {
        VersionedRecord held = knowledge.held(key);
        return held == null ? NOTHING : new Noted(knowledge.pending(index, key), held);
    }
}
