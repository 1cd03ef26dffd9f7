package io.resilientstorage.server.http;

import io.resilientstorage.api.InvalidRequestException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Percent-encoded text (RFC 3986). Strict, unlike {@link java.net.URLDecoder}: a plus sign is a plus sign, and bytes
 * that are no UTF-8 are refused, so that two different texts never become the same key.
 */
final class PercentText {

    private static final int HEX = 16;

    private PercentText() {}

    /**
     * Decodes once.
     *
     * @param field what the text is, for the error
     */
    static String decode(String field, String raw) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                bytes.write(octet(field, raw, i + 1));
                i += 2;
            } else if (c > ' ' && c < 0x7f) {
                bytes.write(c);
            } else {
                throw new InvalidRequestException(field, "has a character that must be percent-encoded");
            }
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidRequestException(field, "is not percent-encoded UTF-8", e);
        }
    }

    private static int octet(String field, String raw, int at) {
        int high = at + 1 < raw.length() ? digit(raw.charAt(at)) : -1;
        int low = high < 0 ? -1 : digit(raw.charAt(at + 1));
        if (low < 0) {
            throw new InvalidRequestException(field, "has a '%' without two hexadecimal digits after it");
        }
        return high * HEX + low;
    }

    /** {@link Character#digit} alone would take digits of other scripts too. */
    private static int digit(char c) {
        return c < 0x80 ? Character.digit(c, HEX) : -1;
    }
}
