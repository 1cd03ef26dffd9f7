package io.resilientstorage.server.http;

import io.javalin.config.RoutesConfig;
import io.javalin.http.Handler;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** {@code GET /}: what is here. */
final class IndexRoute {

    private final Answer answer;

    IndexRoute(String version) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", "resilient-storage");
        body.put("version", version);
        body.put(
                "routes",
                List.of(
                        "PUT /v1/kv/{key}?ttl=SECONDS",
                        "GET /v1/kv/{key}",
                        "DELETE /v1/kv/{key}",
                        "POST /v1/locks/{name}",
                        "PUT /v1/locks/{name}",
                        "DELETE /v1/locks/{name}?holder=ID",
                        "GET " + HealthRoutes.HEALTH,
                        "GET " + HealthRoutes.READY));
        answer = Answer.json(200, body);
    }

    void addTo(RoutesConfig routes) {
        Handler index = answer::giveTo;
        routes.get("/", index).head("/", index);
    }
}
