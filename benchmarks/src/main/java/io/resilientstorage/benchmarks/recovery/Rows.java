package io.resilientstorage.benchmarks.recovery;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.testkit.servers.PostgresProcess;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Records by their number, each with a key of 13 bytes and a value of 100. */
final class Rows {

    static final int KEY_BYTES = 13;
    static final int VALUE_BYTES = 100;

    /** Written in one transaction: about what a mirror gets at once under load. */
    private static final int BATCH = 100;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private Rows() {}

    static String key(int number) {
        return String.format(Locale.ROOT, "user:%08d", number);
    }

    static String value(int number, String text) {
        String start = key(number) + " " + text + " ";
        return start + "x".repeat(VALUE_BYTES - start.length());
    }

    /** Puts the first so many into PostgreSQL, in batches, from a few threads. */
    static void fill(PostgresProcess postgres, int count) {
        try (ResilientStorage storage = ResilientStorage.builder()
                .backend(postgres.url())
                .memory(false)
                .callTimeout(PATIENCE)
                .build()) {
            IntStream.iterate(0, from -> from < count, from -> from + BATCH)
                    .parallel()
                    .forEach(from -> storage.setAll(batch(from, Math.min(count, from + BATCH))));
        }
    }

    private static Map<String, String> batch(int from, int to) {
        return IntStream.range(from, to).boxed().collect(Collectors.toMap(Rows::key, i -> value(i, "")));
    }
}
