package io.resilientstorage.api;

import java.nio.charset.StandardCharsets;

/**
 * Turns values into bytes and back. Must be safe for use by several threads.
 *
 * @param <V> the type of the value
 */
public interface Codec<V> {

    /** The bytes of a value. What it throws reaches the caller as {@link InvalidRequestException}. */
    byte[] encode(V value);

    /** The value of some bytes. What it throws reaches the caller as {@link UnreadableValueException}. */
    V decode(byte[] bytes);

    /** Text as UTF-8. Text that has no UTF-8 form (a lone surrogate) is refused. */
    static Codec<String> string() {
        return Utf8Codec.INSTANCE;
    }

    /** Bytes as they are, copied both ways. */
    static Codec<byte[]> bytes() {
        return BytesCodec.INSTANCE;
    }

    /** See {@link Codec#string()}. */
    enum Utf8Codec implements Codec<String> {
        INSTANCE;

        @Override
        public byte[] encode(String value) {
            return Utf8.encode(value, "value");
        }

        @Override
        public String decode(byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    /** See {@link Codec#bytes()}. */
    enum BytesCodec implements Codec<byte[]> {
        INSTANCE;

        @Override
        public byte[] encode(byte[] value) {
            return value.clone();
        }

        @Override
        public byte[] decode(byte[] bytes) {
            return bytes.clone();
        }
    }
}
