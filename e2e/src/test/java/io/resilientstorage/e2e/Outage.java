package io.resilientstorage.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.StorageBuilder;
import io.resilientstorage.api.BackendStatus;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.OverallStatus;
import io.resilientstorage.api.StorageEvent.RecoveryFinished;
import io.resilientstorage.config.Settings;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A storage on a real Redis and a real PostgreSQL under load, with short intervals so that a test sees an outage from
 * end to end.
 */
final class Outage implements AutoCloseable {

    static final Duration CALL_TIMEOUT = Duration.ofSeconds(2);
    /** The delay of a failback doubles after each flap, and a backend has to be in sync again besides. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** All keys of the load, and a page of what was written when the stream had come to the end of what was lacking. */
    private static final long RECORDS_OF_A_RECOVERY = Load.KEYS + 1_000L;

    private static final int THREADS = 16;

    final EventRecorder events = new EventRecorder();
    final ResilientStorage storage;
    private final Load load;

    private Outage(Consumer<StorageBuilder> backends) {
        StorageBuilder builder = ResilientStorage.builder()
                .callTimeout(CALL_TIMEOUT)
                .healthCheckInterval(Duration.ofMillis(500))
                .set(Settings.HEALTH_CHECK_RETRY_INTERVAL, Duration.ofMillis(100))
                .set(Settings.HEALTH_CHECK_TIMEOUT, Duration.ofMillis(500))
                .failbackDelay(Duration.ofMillis(500))
                .onEvent(events);
        backends.accept(builder);
        this.storage = builder.build();
        this.load = Load.start(storage, THREADS);
    }

    /** A storage on these servers, whose load has begun. The servers stay the caller's. */
    static Outage on(RedisProcess redis, PostgresProcess postgres) {
        return on(redis.url(), postgres.url());
    }

    /** A storage on the servers at these addresses, whose load has begun. */
    static Outage on(String redisUrl, String postgresUrl) {
        return on(builder ->
                builder.backend(redisUrl, b -> b.name("redis")).backend(postgresUrl, b -> b.name("database")));
    }

    /** A storage on the backends that are added here, whose load has begun. */
    static Outage on(Consumer<StorageBuilder> backends) {
        Outage outage = new Outage(backends);
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

    /** Waits until a backend's health is this and names such a cause. */
    void awaitHealth(String backend, Health health, String cause) {
        await("health of " + backend + " that names the cause '" + cause + "'")
                .atMost(PATIENCE)
                .untilAsserted(() -> {
                    BackendStatus status = status(backend);
                    assertThat(status.health()).isEqualTo(health);
                    assertThat(status.lastError().orElse("")).containsPattern(cause);
                });
    }

    /** The calls that have failed so far. */
    List<Throwable> failures() {
        return load.failures();
    }

    /** How long the longest call so far took. */
    Duration longest() {
        return load.longest();
    }

    BackendStatus status(String backend) {
        return Optional.ofNullable(storage.healthStatus().backends().get(backend))
                .orElseThrow();
    }

    /**
     * No call failed, none outlasted its deadline, each event goes on where the one before left off, and the next write
     * goes to Redis.
     */
    void assertHeldThrough() {
        load.close();
        assertThat(load.failures()).as("failed calls of %d", load.calls()).isEmpty();
        assertThat(load.longest()).as("longest of %d calls", load.calls()).isLessThan(CALL_TIMEOUT);
        assertThat(storage.set("afterwards", "there").backend()).isEqualTo("redis");
        events.assertConsistent();
        assertThat(events.events())
                .as("no recovery runs after what is written meanwhile")
                .noneMatch(e -> e instanceof RecoveryFinished f && f.records() > RECORDS_OF_A_RECOVERY);
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
