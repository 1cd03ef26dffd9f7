package io.resilientstorage.server.http;

import static io.resilientstorage.server.TestServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.server.TestServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenTest {

    private static final String TOKEN = "s3cr3t-token";

    private TestServer server;

    @BeforeAll
    void start() {
        server = TestServer.start(TestServer.MEMORY_ONLY, Map.of("STORAGE_TOKEN", TOKEN), Path.of("unused"));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer " + TOKEN, "bearer " + TOKEN, "BEARER   " + TOKEN})
    void theTokenOpensTheStorage(String authorization) {
        assertThat(server.put("/v1/kv/guarded", "x", "Authorization", authorization)
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Bearer",
                "Bearer ",
                "Bearer wrong",
                "Bearer s3cr3t-toke",
                "Bearer s3cr3t-token2",
                "Bearer S3CR3T-TOKEN",
                TOKEN,
                "Basic " + TOKEN,
                "Bearer " + TOKEN + " " + TOKEN
            })
    void anythingElseIsRefused(String authorization) {
        HttpResponse<byte[]> refused = server.put("/v1/kv/refused", "x", "Authorization", authorization);

        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(text(refused)).startsWith("{\"error\":\"unauthorized\",").doesNotContain(TOKEN);
        assertThat(server.get("/v1/kv/refused", "Authorization", "Bearer " + TOKEN)
                        .statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "HEAD", "PUT", "DELETE", "POST", "OPTIONS"})
    void noMethodIsOpen(String method) {
        assertThat(server.send(method, "/v1/locks/a", BodyPublishers.noBody()).statusCode())
                .isEqualTo(401);
        assertThat(server.send(method, "/v1/kv/a", BodyPublishers.noBody()).statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/", "/nope", "/v1/kv/", "/api/health", "/api/health/ready/", "/api/health/ready/../../v1/kv/a"})
    void noOtherRouteIsOpen(String path) {
        assertThat(server.raw().request("GET", path, "").status()).isEqualTo(401);
    }

    @Test
    void healthAndReadinessAreOpenForLoadBalancers() {
        assertThat(server.get("/api/health/storage").statusCode()).isEqualTo(200);
        assertThat(server.get("/api/health/ready").statusCode()).isEqualTo(200);
    }
}
