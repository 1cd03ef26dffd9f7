package io.resilientstorage.benchmarks.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Duration;
import java.util.Locale;

/** The keys and the values of one comparison: the same for all subjects. Values are text of one byte a character. */
final class Entries {

    /** How long a value lives. */
    static final Duration LIFE = Duration.ofHours(1);

    private final String[] keys;
    private final String[] values;

    Entries(int count, int valueLength) {
        keys = new String[count];
        values = new String[count];
        for (int i = 0; i < count; i++) {
            keys[i] = String.format(Locale.ROOT, "user:%06d", i);
            String start = keys[i] + " ";
            values[i] = start + "x".repeat(valueLength - start.length());
        }
    }

    int count() {
        return keys.length;
    }

    String key(int index) {
        return keys[index];
    }

    String value(int index) {
        return values[index];
    }

    byte[] valueBytes(int index) {
        return values[index].getBytes(UTF_8);
    }

    /** Refuses an answer that is not the value. */
    void check(int index, String found) {
        if (!found.equals(values[index])) {
            throw new IllegalStateException("the value of " + keys[index] + " is wrong");
        }
    }
}
