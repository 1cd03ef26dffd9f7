package io.resilientstorage.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.api.OverallStatus;
import io.resilientstorage.config.Settings;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.time.Duration;
import java.util.Optional;

/**
 * A storage on a real Redis and a real PostgreSQL under load, with short intervals so that a test sees an outage from
 * end to end.
 */
final class Outage implements AutoCloseable {

    static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int THREADS = 16;

    final RedisProcess redis;
    final PostgresProcess postgres;
    final EventRecorder events = new EventRecorder();
    final ResilientStorage storage;
    private final Load load;

    private Outage(RedisProcess redis, PostgresProcess postgres) {
        this.redis = redis;
        this.postgres = postgres;
        this.storage = ResilientStorage.builder()
                .backend(redis.url(), b -> b.name("redis"))
                .backend(postgres.url(), b -> b.name("database"))
                .callTimeout(CALL_TIMEOUT)
                .healthCheckInterval(Duration.ofMillis(500))
                .set(Settings.HEALTH_CHECK_RETRY_INTERVAL, Duration.ofMillis(100))
                .failbackDelay(Duration.ofMillis(500))
                .onEvent(events)
                .build();
        this.load = Load.start(storage, THREADS);
    }

    /** A storage on these servers, whose load has begun. The servers stay the caller's. */
    static Outage on(RedisProcess redis, PostgresProcess postgres) {
        Outage outage = new Outage(redis, postgres);
        outage.awaitCalls(500);
        return outage;
    }

    /** Waits until so many more calls have ended. */
    void awaitCalls(long more) {
        long target = load.calls() + more;
        await().atMost(PATIENCE).until(() -> load.calls() >= target);
    }

    void awaitActive(String backend) {
        await().atMost(PATIENCE).until(() -> storage.activeBackend().equals(Optional.of(backend)));
        awaitCalls(200);
    }

    void awaitDegraded() {
        await().atMost(PATIENCE).until(() -> storage.healthStatus().status() == OverallStatus.DEGRADED);
    }

    void awaitAllHealthy() {
        await().atMost(PATIENCE).until(() -> storage.healthStatus().status() == OverallStatus.HEALTHY);
    }

    /** No call failed, none outlasted its deadline, and the next write goes to Redis. */
    void assertHeldThrough() {
        load.close();
        assertThat(load.failures()).as("failed calls of %d", load.calls()).isEmpty();
        assertThat(load.longest()).as("longest of %d calls", load.calls()).isLessThan(CALL_TIMEOUT);
        assertThat(storage.set("afterwards", "there").backend()).isEqualTo("redis");
        System.out.printf(
                "%d calls, none failed, longest %d ms%n",
                load.calls(), load.longest().toMillis());
    }

    @Override
    public void close() {
        load.close();
        storage.close();
    }
}
