package io.resilientstorage.server.http;

import io.resilientstorage.api.BackendStatus;
import io.resilientstorage.api.HealthStatus;
import io.resilientstorage.api.Recovery;
import java.time.Duration;
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
        json.put("parked", backend.parked());
        json.put("recovery", backend.recovery().map(HealthJson::of).orElse(null));
        json.put("lastError", backend.lastError().orElse(null));
        return json;
    }

    private static Map<String, @Nullable Object> of(Recovery recovery) {
        Map<String, @Nullable Object> json = new LinkedHashMap<>();
        json.put("step", LowerCase.of(recovery.step()));
        json.put("left", recovery.left().isPresent() ? recovery.left().getAsLong() : null);
        json.put("perSecond", Math.round(recovery.perSecond()));
        json.put(
                "remainingSeconds",
                recovery.remaining().map(HealthJson::seconds).orElse(null));
        return json;
    }

    /** Rounded up: what takes half a second is not over yet. */
    private static long seconds(Duration remaining) {
        return remaining.plusMillis(999).toSeconds();
    }
}
