package io.resilientstorage.server.http;

import io.resilientstorage.api.BackendStatus;
import io.resilientstorage.api.HealthStatus;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A {@link HealthStatus} as JSON. */
final class HealthJson {

    private HealthJson() {}

    static Map<String, @Nullable Object> of(HealthStatus status) {
        Map<String, Object> backends = new LinkedHashMap<>();
        status.backends().forEach((name, backend) -> backends.put(name, of(backend)));
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("status", LowerCase.of(status.status()));
        json.put("activeBackend", status.activeBackend().orElse(null));
        json.put("backends", backends);
        return json;
    }

    private static Map<String, @Nullable Object> of(BackendStatus backend) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("type", LowerCase.of(backend.type()));
        json.put("priority", backend.priority());
        json.put("health", LowerCase.of(backend.health()));
        json.put("circuit", LowerCase.of(backend.circuit()));
        json.put("circuitOpen", backend.circuitOpen());
        json.put("sync", LowerCase.of(backend.sync()));
        json.put("consecutiveFailures", backend.consecutiveFailures());
        json.put("pending", backend.pending());
        json.put("lastError", backend.lastError().orElse(null));
        return json;
    }
}
