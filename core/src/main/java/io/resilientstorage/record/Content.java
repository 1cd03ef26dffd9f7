package io.resilientstorage.record;

import java.util.Arrays;

/** What a record says of its key: a value, or that it was deleted. */
public sealed interface Content {

    /** Whether the key was deleted. */
    default boolean isTombstone() {
        return this instanceof Tombstone;
    }

    /** A value of these bytes, which must not be changed afterwards. */
    static Value value(byte[] bytes) {
        return new Value(bytes);
    }

    /** The key was deleted. */
    static Tombstone tombstone() {
        return Tombstone.DELETED;
    }

    /** A value. The array is shared and must not be changed. */
    final class Value implements Content {
        private final byte[] bytes;

        private Value(byte[] bytes) {
            this.bytes = bytes;
        }

        /** The bytes themselves, not a copy. */
        public byte[] bytes() {
            return bytes;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Value value && Arrays.equals(bytes, value.bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }

        /** Tells the length, and never the value. */
        @Override
        public String toString() {
            return "value of " + bytes.length + " bytes";
        }
    }

    /** A deletion. */
    enum Tombstone implements Content {
        DELETED
    }
}
