package io.resilientstorage.config;

/**
 * A password or a token, which never shows itself in a log.
 *
 * @param value the secret itself
 */
public record Secret(String value) {

    /** Stars. */
    @Override
    public String toString() {
        return "******";
    }
}
