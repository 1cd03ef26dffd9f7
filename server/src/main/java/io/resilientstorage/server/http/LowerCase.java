package io.resilientstorage.server.http;

import java.util.Locale;

/** Enumerations as JSON has them. */
final class LowerCase {

    private LowerCase() {}

    static String of(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
