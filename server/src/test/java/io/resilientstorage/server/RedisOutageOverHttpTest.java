package io.resilientstorage.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What callers over HTTP see when a real Redis is killed and comes back, with a real PostgreSQL beside it. */
class RedisOutageOverHttpTest {

    private static final int CLIENTS = 8;

    private final JsonMapper json = new JsonMapper();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong served = new AtomicLong();
    private final AtomicBoolean enough = new AtomicBoolean();

    @Test
    void noRequestFailsWhileRedisIsKilledAndComesBack() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try (RedisProcess redis = RedisProcess.start();
                PostgresProcess postgres = PostgresProcess.start();
                TestServer server = TestServer.start(
                        Map.of("failbackDelay", "1s"),
                        Map.of("REDIS_URL", redis.url(), "DATABASE_URL", postgres.url()),
                        Path.of("unused"))) {
            awaitHealth(server, 200, "healthy", "redis");
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                String path = "/v1/kv/client-" + i;
                running.add(clients.submit(() -> callUntilEnough(server, path)));
            }
            awaitMoreCalls();

            redis.kill();
            awaitHealth(server, 503, "degraded", "database");
            assertThat(server.get("/api/health/ready").statusCode()).isEqualTo(200);
            awaitMoreCalls();

            redis.restart();
            awaitHealth(server, 200, "healthy", "redis");
            awaitMoreCalls();

            enough.set(true);
            for (Future<?> client : running) {
                client.get(30, TimeUnit.SECONDS);
            }
            assertThat(failures).isEmpty();
        } finally {
            enough.set(true);
            clients.shutdownNow();
        }
    }

    private void callUntilEnough(TestServer server, String path) {
        for (int i = 0; !enough.get(); i++) {
            check(server.put(path, "value " + i), 200);
            // A key that was written elsewhere may be unknown here after a switch, until replication carries it over.
            check(server.get(path), 200, 404);
            served.incrementAndGet();
        }
    }

    private void check(HttpResponse<byte[]> response, Integer... expected) {
        if (!List.of(expected).contains(response.statusCode())) {
            failures.add(response.request().method() + " " + response.statusCode() + " " + TestServer.text(response));
        }
    }

    private void awaitMoreCalls() {
        long target = served.get() + 200;
        patiently().until(() -> served.get() >= target);
    }

    private void awaitHealth(TestServer server, int code, String status, String active) {
        patiently().untilAsserted(() -> {
            HttpResponse<byte[]> health = server.get("/api/health/storage");
            JsonNode body = json.readTree(health.body());
            assertThat(health.statusCode()).as(body.toString()).isEqualTo(code);
            assertThat(body.get("status").asString()).isEqualTo(status);
            assertThat(body.get("activeBackend").asString()).isEqualTo(active);
        });
    }

    private static ConditionFactory patiently() {
        return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50));
    }
}
