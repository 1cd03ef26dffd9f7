package io.resilientstorage.record;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a record says of its key: a value, or that it was deleted. */
public sealed interface Content {

    /** Whether the key was deleted. */
    default boolean isTombstone() {
        return this instanceof Tombstone;
    }

    /** A value of these bytes, which must not be changed afterwards. */
    static Value value(byte[] bytes) {
        return new Value(bytes, null, bytes.length);
    }

    /**
     * A value that is a text, as UTF-8. The text itself is kept, and its bytes are made when somebody wants them: what
     * stays in this process is neither encoded nor decoded.
     *
     * @param text the text, without lone surrogates
     * @param length how many bytes of UTF-8 it has
     */
    static Value text(String text, int length) {
        return new Value(null, text, length);
    }

    /** The key was deleted. */
    static Tombstone tombstone() {
        return Tombstone.DELETED;
    }

    /** A value. Its array is shared and must not be changed. */
    final class Value implements Content {

        private final byte @Nullable [] bytes;
        private final @Nullable String text;
        private final int length;

        private Value(byte @Nullable [] bytes, @Nullable String text, int length) {
            this.bytes = bytes;
            this.text = text;
            this.length = length;
        }

        /** The bytes themselves, not a copy; made anew each time for a value that was given as text. */
        public byte[] bytes() {
            if (bytes != null) {
                return bytes;
            }
            return text == null ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
        }

        /** How many bytes it has. */
        public int length() {
            return length;
        }

        /** The text that it was given as; empty if it was given as bytes. */
        public Optional<String> text() {
            return Optional.ofNullable(text);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Value value && length == value.length && Arrays.equals(bytes(), value.bytes());
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes());
        }

        /** Tells the length, and never the value. */
        @Override
        public String toString() {
            return "value of " + length + " bytes";
        }
    }

    /** A deletion. */
    enum Tombstone implements Content {
        DELETED
    }
}
