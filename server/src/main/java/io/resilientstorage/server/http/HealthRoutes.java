package io.resilientstorage.server.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.Handler;
import io.resilientstorage.api.HealthStatus;
import io.resilientstorage.api.OverallStatus;
import io.resilientstorage.api.Storage;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the storage is. Both routes answer from memory, and touch no backend. */
final class HealthRoutes {

    static final String HEALTH = "/api/health/storage";

    static final String READY = "/api/health/ready";

    private final Storage storage;

    HealthRoutes(Storage storage) {
        this.storage = storage;
    }

    void addTo(RoutesConfig routes) {
        Handler health = this::health;
        Handler ready = this::ready;
        routes.get(HEALTH, health).head(HEALTH, health);
        routes.get(READY, ready).head(READY, ready);
    }

    /** 200 when all backends are healthy and their circuits closed, else 503. */
    private void health(Context context) {
        HealthStatus status = storage.healthStatus();
        Answer.json(status.status() == OverallStatus.HEALTHY ? 200 : 503, HealthJson.of(status))
                .giveTo(context);
    }

    /** 200 while any backend serves, else 503. */
    private void ready(Context context) {
        HealthStatus status = storage.healthStatus();
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("ready", status.ready());
        body.put("activeBackend", status.activeBackend().orElse(null));
        Answer.json(status.ready() ? 200 : 503, body).giveTo(context);
    }
}
