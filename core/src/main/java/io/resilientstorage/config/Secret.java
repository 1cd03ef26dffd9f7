package io.resilientstorage.config;

import java.util.Objects;

/**
 * A password or a token, which never shows itself in a log.
 *
 * @param value the secret itself
 */
public record Secret(String value) {

    /** Refuses null. */
    public Secret {
        Objects.requireNonNull(value, "value");
    }

    /** Stars. */
    @Override
    public String toString() {
        return "******";
    }
}
