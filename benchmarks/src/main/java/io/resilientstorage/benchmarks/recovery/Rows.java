package io.resilientstorage.benchmarks.recovery;

import io.resilientstorage.api.KeyValueStore;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;

/** Records by their number, each with a key of 13 bytes and a value of 100. */
final class Rows {

    static final int KEY_BYTES = 13;
    static final int VALUE_BYTES = 100;

    private static final int BATCH = 1_000;

    private Rows() {}

    static String key(int number) {
        return String.format(Locale.ROOT, "user:%08d", number);
    }

    static String value(int number, String text) {
        String start = key(number) + " " + text + " ";
        return start + "x".repeat(VALUE_BYTES - start.length());
    }

    /** Sets the first so many, in batches, from a few threads. */
    static void fill(KeyValueStore<String> store, int count, String text) {
        IntStream.iterate(0, from -> from < count, from -> from + BATCH).parallel().forEach(from -> {
            Map<String, String> batch = new LinkedHashMap<>();
            for (int i = from; i < Math.min(count, from + BATCH); i++) {
                batch.put(key(i), value(i, text));
            }
            store.setAll(batch);
        });
    }
}
