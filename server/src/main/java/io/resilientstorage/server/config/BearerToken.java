package io.resilientstorage.server.config;

import io.resilientstorage.api.InvalidSettingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Locale;
import java.util.regex.Pattern;

/** The token that callers must send. Immutable. */
public final class BearerToken {

    private static final String SCHEME = "bearer ";

    /** What an HTTP header carries unchanged. */
    private static final Pattern VISIBLE_ASCII = Pattern.compile("[\\x21-\\x7e]+");

    private final byte[] token;

    private BearerToken(byte[] token) {
        this.token = token;
    }

    /**
     * A token from its text. A blank one is refused: a variable that is set to nothing by mistake must not open the
     * server.
     *
     * @throws InvalidSettingException if it is blank, or has anything but visible ASCII characters
     */
    public static BearerToken of(String text) {
        if (!VISIBLE_ASCII.matcher(text).matches()) {
            throw new InvalidSettingException(
                    Environment.STORAGE_TOKEN,
                    "must be visible ASCII characters without spaces; unset it for no token");
        }
        return new BearerToken(text.getBytes(StandardCharsets.US_ASCII));
    }

    /** Whether an {@code Authorization} header carries this token. Its time tells nothing about the token's content. */
    public boolean matches(String authorization) {
        return authorization.length() > SCHEME.length()
                && authorization
                        .substring(0, SCHEME.length())
                        .toLowerCase(Locale.ROOT)
                        .equals(SCHEME)
                && MessageDigest.isEqual(
                        authorization.substring(SCHEME.length()).strip().getBytes(StandardCharsets.UTF_8), token);
    }

    /** Stars. */
    @Override
    public String toString() {
        return "******";
    }
}
