package io.resilientstorage.backend;

import io.resilientstorage.record.RecordKey;
import java.time.Duration;
import java.util.List;

/**
 * A read of some keys.
 *
 * @param keys the keys, each once
 * @param generation the key generation: a backend that is rebuilt gets a new one, and what stood under the old one is
 *     not seen any more
 * @param timeout how long it may take
 */
public record ReadRequest(List<RecordKey> keys, int generation, Duration timeout) {

    /** Copies the list. */
    public ReadRequest {
        keys = List.copyOf(keys);
    }
}
