package io.resilientstorage.server.http;

import static io.resilientstorage.server.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.server.TestServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class HealthRoutesTest {

    /** Port 1 of this machine, where nothing listens. */
    private static final String NOWHERE = "redis://someone:pa55word@127.0.0.1:1";

    private final JsonMapper json = new JsonMapper();

    @Test
    void allIsWellWithMemoryAlone() {
        try (TestServer server = TestServer.memoryOnly()) {
            HttpResponse<byte[]> health = server.get("/api/health/storage");
            JsonNode body = json.readTree(health.body());

            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(body.get("status").asString()).isEqualTo("healthy");
            assertThat(body.get("activeBackend").asString()).isEqualTo("memory");
            assertThat(body.get("backends").propertyNames()).containsExactly("memory");
            assertThat(server.get("/api/health/ready").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aBackendThatIsDownDegradesHealthButNotReadiness() {
        try (TestServer server =
                TestServer.start(TestServer.MEMORY_ONLY, Map.of("REDIS_URL", NOWHERE), Path.of("unused"))) {
            HttpResponse<byte[]> health = server.get("/api/health/storage");
            JsonNode body = json.readTree(health.body());

            assertThat(health.statusCode()).isEqualTo(503);
            assertThat(body.get("status").asString()).isEqualTo("degraded");
            assertThat(body.get("activeBackend").asString()).isEqualTo("memory");
            assertThat(body.at("/backends/redis/health").asString()).isEqualTo("unhealthy");
            assertThat(body.at("/backends/redis/priority").asInt()).isEqualTo(1);
            assertThat(body.at("/backends/redis/lastError").asString()).isNotEmpty();
            assertThat(text(health)).doesNotContain("pa55word");
            assertThat(server.get("/api/health/ready").statusCode()).isEqualTo(200);
            assertThat(server.put("/v1/kv/still-served", "x").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void withoutAnyBackendLeftCallsAreUnavailableForNow() {
        Map<String, String> file = new HashMap<>(TestServer.MEMORY_ONLY);
        file.put("memory", "false");
        try (TestServer server = TestServer.start(file, Map.of("REDIS_URL", NOWHERE), Path.of("unused"))) {
            HttpResponse<byte[]> ready = server.get("/api/health/ready");
            assertThat(ready.statusCode()).isEqualTo(503);
            assertThat(text(ready)).isEqualTo("{\"ready\":false,\"activeBackend\":null}");
            assertThat(server.send("HEAD", "/api/health/ready", BodyPublishers.noBody())
                            .statusCode())
                    .isEqualTo(503);

            for (String method : new String[] {"PUT", "GET", "DELETE"}) {
                HttpResponse<byte[]> refused = server.send(method, "/v1/kv/a", BodyPublishers.noBody());
                assertThat(refused.statusCode()).as(method).isEqualTo(503);
                assertThat(refused.headers().firstValue("Retry-After")).hasValue("1");
                assertThat(text(refused)).startsWith("{\"error\":\"").doesNotContain("pa55word");
            }
        }
    }
}
