package io.resilientstorage.memory;

import io.resilientstorage.record.RecordKey;

/**
 * Where a record stands: a key in its generation. It has the names of the key and the hash of all in itself, so that to
 * compare it with another one there is no need to look at the key, which is elsewhere in memory.
 */
final class Slot {

    private final int generation;
    private final RecordKey key;
    private final String namespace;
    private final String name;
    private final int hash;

    Slot(int generation, RecordKey key) {
        this.generation = generation;
        this.key = key;
        this.namespace = key.namespace();
        this.name = key.key();
        this.hash = (generation * 31 + namespace.hashCode()) * 31 + name.hashCode();
    }

    int generation() {
        return generation;
    }

    RecordKey key() {
        return key;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Slot slot
                && hash == slot.hash
                && generation == slot.generation
                && name.equals(slot.name)
                && namespace.equals(slot.namespace);
    }

    @Override
    public int hashCode() {
        return hash;
    }
}
