package io.resilientstorage.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.api.BackendStatus;
import io.resilientstorage.api.Health;
import io.resilientstorage.config.Settings;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** A storage whose primary is a PostgreSQL, with a Redis behind it, under the load of 16 threads. */
final class PostgresFirst implements AutoCloseable {

    static final String PRIMARY = "database";
    static final String SECOND = "redis";
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int THREADS = 16;

    final EventRecorder events = new EventRecorder();
    final ResilientStorage storage;
    private final RedisProcess redis = RedisProcess.start();
    private final Load load;

    PostgresFirst(String url, int valueLength) {
        storage = ResilientStorage.builder()
                .backend(url, b -> b.name(PRIMARY))
                .backend(redis.url(), b -> b.name(SECOND))
                .callTimeout(CALL_TIMEOUT)
                .healthCheckInterval(Duration.ofMillis(500))
                .set(Settings.HEALTH_CHECK_RETRY_INTERVAL, Duration.ofMillis(100))
                .failbackDelay(Duration.ofMillis(500))
                .onEvent(events)
                .build();
        load = Load.start(storage, THREADS, valueLength);
        awaitActive(PRIMARY);
    }

    /** Waits until it is the active backend, and 200 calls more have ended. */
    void awaitActive(String backend) {
        await("%s is active".formatted(backend))
                .atMost(PATIENCE)
                .until(() -> storage.activeBackend().equals(Optional.of(backend)));
        long target = load.calls() + 200;
        await().atMost(PATIENCE).until(() -> load.calls() >= target);
    }

    /** Waits until the primary is in that health and says that as its last error. */
    void awaitPrimary(Health health, String error) {
        await("the primary is %s because of '%s'".formatted(health, error))
                .atMost(PATIENCE)
                .until(() -> primary().health() == health
                        && primary().lastError().orElse("").contains(error));
    }

    void awaitPrimaryHealthy() {
        await("the primary is healthy").atMost(PATIENCE).until(() -> primary().health() == Health.HEALTHY);
    }

    private BackendStatus primary() {
        return Objects.requireNonNull(storage.healthStatus().backends().get(PRIMARY));
    }

    /** No call failed, none outlasted its deadline, and the next write goes to the primary. */
    void assertHeldThrough() {
        load.close();
        assertThat(load.failures()).as("failed calls of %d", load.calls()).isEmpty();
        assertThat(load.longest()).as("longest of %d calls", load.calls()).isLessThan(CALL_TIMEOUT);
        assertThat(storage.set("afterwards", "there").backend()).isEqualTo(PRIMARY);
        System.out.printf(
                "%d calls, none failed, longest %d ms%n",
                load.calls(), load.longest().toMillis());
    }

    @Override
    public void close() {
        load.close();
        storage.close();
        redis.close();
    }
}
