package io.resilientstorage.benchmarks.recovery;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.api.BackendStatus;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.api.Sync;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A storage on Redis and PostgreSQL, and how Redis is in it. Probes often, so that a restart is not overlooked. */
final class Both implements AutoCloseable {

    private static final Duration PROBES = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration LOOK = Duration.ofMillis(2);

    private final ResilientStorage storage;
    private volatile long healthyAt;

    /** One with the defaults of PostgreSQL in what decides here: the testkit's own are meant for small tests. */
    static PostgresProcess postgres() {
        return PostgresProcess.builder().set("shared_buffers", "128MB").start();
    }

    /** Waits until Redis is in sync. */
    Both(RedisProcess redis, PostgresProcess postgres) {
        storage = ResilientStorage.builder()
                .backend(redis.url())
                .backend(postgres.url())
                .memory(false)
                .healthCheckInterval(PROBES)
                .onEvent(this::note)
                .build();
        awaitInSync();
    }

    private void note(StorageEvent event) {
        if (event instanceof StorageEvent.HealthChanged changed
                && changed.backend().equals("redis")
                && changed.to() == Health.HEALTHY) {
            healthyAt = System.nanoTime();
        }
    }

    ResilientStorage storage() {
        return storage;
    }

    /** When Redis became healthy after a time, on this process's monotonic clock. Waits until the event has come. */
    long healthyAfter(long time) {
        await().until(() -> healthyAt - time > 0);
        return healthyAt;
    }

    /** Makes Redis active now. */
    void failBack() {
        storage.failback();
        await().until(() -> storage.activeBackend().equals(Optional.of("redis")));
    }

    void awaitInSync() {
        await().until(() -> status("redis").sync() == Sync.IN_SYNC);
    }

    void awaitAway() {
        await().until(() -> status("redis").health() == Health.UNHEALTHY);
    }

    /** Waits until PostgreSQL has everything that Redis took. */
    void awaitMirrored() {
        await().until(() -> status("postgresql").pending() == 0);
    }

    private static ConditionFactory await() {
        return Awaitility.await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(LOOK);
    }

    private BackendStatus status(String backend) {
        return Objects.requireNonNull(storage.healthStatus().backends().get(backend), backend);
    }

    @Override
    public void close() {
        storage.close();
    }
}
