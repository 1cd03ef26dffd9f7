package io.resilientstorage.jdbc;

import io.resilientstorage.api.InvalidSettingException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The percent-encoding of URLs. A plus sign is a plus sign. */
final class PercentCode {

    private static final int HEX = 16;

    private PercentCode() {}

    /** Decodes; an error names the setting and not what stands in it, for that may be a password. */
    static String decode(String setting, String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream decoded = new ByteArrayOutputStream(encoded.length);
        for (int i = 0; i < encoded.length; i++) {
            if (encoded[i] != '%') {
                decoded.write(encoded[i]);
                continue;
            }
            int high = i + 2 < encoded.length ? Character.digit(encoded[i + 1], HEX) : -1;
            int low = i + 2 < encoded.length ? Character.digit(encoded[i + 2], HEX) : -1;
            if (high < 0 || low < 0) {
                throw new InvalidSettingException(
                        setting, "has a percent sign that is not followed by two hexadecimal digits");
            }
            decoded.write(high * HEX + low);
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(decoded.toByteArray()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new InvalidSettingException(setting, "is not UTF-8 after percent-decoding");
        }
    }
}
