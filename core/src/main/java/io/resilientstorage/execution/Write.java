package io.resilientstorage.execution;

import io.resilientstorage.backend.Condition;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;

/**
 * What a caller wants to be stored.
 *
 * @param key the key
 * @param content a value or a tombstone
 * @param expiresAt when it ends, milliseconds since 1970 on the shared clock
 * @param condition what must hold
 */
record Write(RecordKey key, Content content, long expiresAt, Condition condition) {

    boolean isConditional() {
        return !(condition instanceof Condition.None);
    }
}
