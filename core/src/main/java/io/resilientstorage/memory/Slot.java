package io.resilientstorage.memory;

import io.resilientstorage.record.RecordKey;

/**
 * Where a record stands: a key in its generation. It has the names of the key and the hash of all in itself: a read
 * makes no other object to look for it, and to compare it with another one there is no need to look elsewhere in
 * memory.
 */
final class Slot {

    private final int generation;
    private final String namespace;
    private final String name;
    private final int hash;

    Slot(int generation, RecordKey key) {
        this(generation, key.namespace(), key.key());
    }

    Slot(int generation, String namespace, String name) {
        this.generation = generation;
        this.namespace = namespace;
        this.name = name;
        this.hash = (generation * 31 + namespace.hashCode()) * 31 + name.hashCode();
    }

    int generation() {
        return generation;
    }

    RecordKey key() {
        return new RecordKey(namespace, name);
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
