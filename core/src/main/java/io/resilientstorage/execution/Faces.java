package io.resilientstorage.execution;

import io.resilientstorage.api.Found;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.Condition;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** What both faces of a store do alike with arguments and results. */
final class Faces {

    private Faces() {}

    static Optional<Duration> ttl(Duration ttl) {
        RequestRules.notNull("ttl", ttl);
        return Optional.of(ttl);
    }

    static Condition expected(Version expected) {
        RequestRules.notNull("expected", expected);
        return Condition.ifVersion(expected);
    }

    /** The values that were found. */
    static <V> Map<String, V> found(Map<String, ReadResult<V>> results) {
        Map<String, V> values = new LinkedHashMap<>();
        results.forEach((key, result) -> {
            if (result instanceof Found<V> found) {
                values.put(key, found.found());
            }
        });
        return values;
    }
}
