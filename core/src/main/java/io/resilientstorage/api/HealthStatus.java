package io.resilientstorage.api;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How the storage and its backends are.
 *
 * @param status how it is as a whole
 * @param activeBackend the name of the backend that the next write would go to; empty if there is none
 * @param backends each backend by its name, in the order of their priorities
 * @param switches how often the active backend has changed since the start
 */
public record HealthStatus(
        OverallStatus status, Optional<String> activeBackend, Map<String, BackendStatus> backends, long switches) {

    /** Copies the map. */
    public HealthStatus {
        backends = Collections.unmodifiableMap(new LinkedHashMap<>(backends));
    }

    /** Whether any backend serves. */
    public boolean ready() {
        return activeBackend.isPresent();
    }
}
