package io.resilientstorage.memory;

import io.resilientstorage.backend.ImmediateReads;
import io.resilientstorage.backend.ReadAnswer;

/** The reads of a {@link MemoryBackend} that wait for nothing. */
final class MemoryReads implements ImmediateReads {

    private final MemoryBackend backend;

    MemoryReads(MemoryBackend backend) {
        this.backend = backend;
    }

    @Override
    public ReadAnswer read(String namespace, String key, int generation) {
        return backend.opened().answer(new Slot(generation, namespace, key));
    }

    @Override
    public boolean evicted() {
        return backend.opened().records().hasEvicted();
    }
}
