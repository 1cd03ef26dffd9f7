package io.resilientstorage.api;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** UTF-8 without silent replacement: two different texts never become the same bytes. */
final class Utf8 {

    private Utf8() {}

    static byte[] encode(String text, String field) {
        try {
            ByteBuffer buffer = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[buffer.remaining()];
            buffer.get(bytes);
            return bytes;
        } catch (CharacterCodingException e) {
            throw new InvalidRequestException(field, "has a lone surrogate, which has no UTF-8 form", e);
        }
    }
}
