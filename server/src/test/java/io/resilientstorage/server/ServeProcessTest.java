package io.resilientstorage.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as its users start and stop it. */
class ServeProcessTest {

    /** The JVM's habit: 128 and the signal's number. */
    private static final int TERMINATED = 143;

    /** For a machine that is so busy that a file is slow. */
    private static final String PATIENT = """
            callTimeout=60s
            closeTimeout=60s
            healthCheckTimeout=30s
            startTimeout=30s
            backends.database.attemptTimeout=50s
            """;

    @TempDir
    private Path folder;

    @Test
    void withNothingConfiguredAValueIsReadBackAfterARestart() throws Exception {
        try (ServerProcess first = ServerProcess.start(folder, Map.of()).awaitUp()) {
            assertThat(first.backends()).isEqualTo("database healthy, memory healthy");
            // On a very busy machine even a file may be too slow for one attempt; the receipt says so.
            Awaitility.await()
                    .untilAsserted(() -> assertThat(first.send("PUT", "/v1/kv/kept%2F%00", "a value")
                                    .body())
                            .contains("\"backend\":\"database\"", "\"durability\":\"durable\""));
            first.terminate();
            assertThat(first.exitCode()).isEqualTo(TERMINATED);
        }
        assertThat(folder.resolve("data/resilient-storage.db")).exists();
        try (ServerProcess second = ServerProcess.start(folder, Map.of()).awaitUp()) {
            Awaitility.await()
                    .untilAsserted(() -> assertThat(
                                    second.send("GET", "/v1/kv/kept%2F%00", "").body())
                            .isEqualTo("a value"));
        }
    }

    @Test
    void anAcknowledgedValueSurvivesAKill() throws Exception {
        try (ServerProcess first = ServerProcess.start(folder, Map.of(), "--data", "elsewhere", "--config", patient())
                .awaitUp()) {
            assertThat(first.send("PUT", "/v1/kv/crash", "kept").body()).contains("\"durability\":\"durable\"");
            first.kill();
        }
        try (ServerProcess second = ServerProcess.start(folder, Map.of(), "--data", "elsewhere", "--config", patient())
                .awaitUp()) {
            assertThat(second.send("GET", "/v1/kv/crash", "").body()).isEqualTo("kept");
        }
    }

    @Test
    void itIsUpAndServesWithBothRemoteBackendsDown() throws Exception {
        Map<String, String> nowhere = Map.of(
                "REDIS_URL",
                "redis://u:pa55word@127.0.0.1:1",
                "DATABASE_URL",
                "postgresql://u:pa55word@127.0.0.1:1/app");
        try (ServerProcess server = ServerProcess.start(folder, nowhere).awaitUp()) {
            assertThat(server.backends()).isEqualTo("redis unhealthy, database unhealthy, memory healthy");
            assertThat(server.send("GET", "/api/health/ready", "").statusCode()).isEqualTo(200);
            assertThat(server.send("PUT", "/v1/kv/a", "x").statusCode()).isEqualTo(200);
            HttpResponse<String> health = server.send("GET", "/api/health/storage", "");
            assertThat(health.statusCode()).isEqualTo(503);

            assertThat(health.body() + server.out() + server.err()).doesNotContain("pa55word");
        }
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void sigtermLetsARequestUnderWayEndAndTakesNoOther() throws Exception {
        try (ServerProcess server = ServerProcess.start(folder, Map.of(), "--config", patient())
                        .awaitUp();
                Socket slow = new Socket(server.url().getHost(), server.url().getPort())) {
            RawHttp.send(
                    slow,
                    RawHttp.head(
                            "PUT /v1/kv/slow HTTP/1.1",
                            "Host: a",
                            "Expect: 100-continue",
                            "Transfer-Encoding: chunked"));
            // That it may continue proves that the request has reached the route.
            slow.getInputStream().readNBytes("HTTP/1.1 100 Continue\r\n\r\n".length());

            server.terminate();
            Awaitility.await().pollInterval(Duration.ofMillis(20)).until(() -> {
                // A body that stands still for a second would be given up now.
                RawHttp.send(slow, "1\r\nx\r\n");
                return refusesConnections(server);
            });
            RawHttp.send(slow, RawHttp.head("0"));

            assertThat(RawHttp.readAll(slow)).startsWith("HTTP/1.1 200");
            assertThat(server.exitCode()).isEqualTo(TERMINATED);
            assertThat(server.err()).contains("Stopping", "Stopped");
        }
    }

    @Test
    void theTokenComesFromTheEnvironment() throws Exception {
        try (ServerProcess server =
                ServerProcess.start(folder, Map.of("STORAGE_TOKEN", "s3cr3t")).awaitUp()) {
            assertThat(server.send("GET", "/v1/kv/a", "").statusCode()).isEqualTo(401);
            assertThat(server.send("GET", "/api/health/ready", "").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void anEmptyTokenIsAMistakeAndNotAnOpenServer() throws Exception {
        try (ServerProcess server = ServerProcess.start(folder, Map.of("STORAGE_TOKEN", ""))) {
            assertThat(server.exitCode()).isEqualTo(Main.MISUSED);
            assertThat(server.err().lines()).singleElement().asString().contains("STORAGE_TOKEN");
        }
    }

    private String patient() throws IOException {
        return Files.writeString(folder.resolve("patient.properties"), PATIENT).toString();
    }

    private static boolean refusesConnections(ServerProcess server) {
        try (Socket another = new Socket(server.url().getHost(), server.url().getPort())) {
            return !another.isConnected();
        } catch (IOException refused) {
            return true;
        }
    }
}
