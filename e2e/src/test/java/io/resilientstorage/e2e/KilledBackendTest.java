package io.resilientstorage.e2e;

import static io.resilientstorage.e2e.EventRecorder.circuit;
import static io.resilientstorage.e2e.EventRecorder.failedBack;
import static io.resilientstorage.e2e.EventRecorder.failedOver;
import static io.resilientstorage.e2e.EventRecorder.health;
import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.OverallStatus;
import io.resilientstorage.api.StorageEvent.FailedOver;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * P1 on real processes: while one backend can serve, every call succeeds inside its deadline. 16 threads call all the
 * time.
 */
class KilledBackendTest {

    private final RedisProcess redis = RedisProcess.start();
    private final PostgresProcess postgres = PostgresProcess.start();

    @AfterEach
    void endServers() {
        redis.close();
        postgres.close();
    }

    @Test
    void redisKilledAndRestarted() {
        try (Outage outage = Outage.on(redis, postgres)) {
            redis.kill();
            outage.awaitActive("database");
            assertThat(outage.storage.healthStatus().status()).isEqualTo(OverallStatus.DEGRADED);

            redis.restart();
            outage.awaitActive("redis");
            outage.awaitAllHealthy();

            outage.assertHeldThrough();
            outage.events.assertInOrder(failedOver("redis", "database"), failedBack("database", "redis"));
            outage.events.assertInOrder(
                    circuit("redis", Circuit.CLOSED, Circuit.OPEN),
                    circuit("redis", Circuit.OPEN, Circuit.HALF_OPEN),
                    circuit("redis", Circuit.HALF_OPEN, Circuit.CLOSED),
                    failedBack("database", "redis"));
            outage.events.assertInOrder(
                    health("redis", Health.UNHEALTHY),
                    health("redis", Health.HEALTHY),
                    failedBack("database", "redis"));
        }
    }

    @Test
    void postgresKilledAndRestartedWhileRedisServes() {
        try (Outage outage = Outage.on(redis, postgres)) {
            postgres.kill();
            outage.awaitCalls(500);
            outage.awaitDegraded();
            assertThat(outage.storage.activeBackend()).isEqualTo(Optional.of("redis"));

            postgres.restart();
            outage.awaitAllHealthy();

            outage.assertHeldThrough();
            outage.events.assertInOrder(health("database", Health.UNHEALTHY), health("database", Health.HEALTHY));
            assertThat(outage.events.events()).noneMatch(e -> e instanceof FailedOver);
        }
    }

    @Test
    void bothKilledRedisFirstAndBackInTheSameOrder() {
        try (Outage outage = Outage.on(redis, postgres)) {
            redis.kill();
            outage.awaitActive("database");
            postgres.kill();
            outage.awaitActive("memory");

            redis.restart();
            outage.awaitActive("redis");
            postgres.restart();
            outage.awaitAllHealthy();

            outage.assertHeldThrough();
            outage.events.assertInOrder(
                    failedOver("redis", "database"), failedOver("database", "memory"), failedBack("memory", "redis"));
        }
    }

    @Test
    void bothKilledPostgresFirstAndBackPostgresFirst() {
        try (Outage outage = Outage.on(redis, postgres)) {
            postgres.kill();
            outage.awaitCalls(200);
            redis.kill();
            outage.awaitActive("memory");

            postgres.restart();
            outage.awaitActive("database");
            redis.restart();
            outage.awaitActive("redis");
            outage.awaitAllHealthy();

            outage.assertHeldThrough();
            outage.events.assertInOrder(failedBack("memory", "database"), failedBack("database", "redis"));
        }
    }

    @Test
    void redisRefusingAtTheStart() {
        redis.kill();
        try (Outage outage = Outage.on(redis, postgres)) {
            assertThat(outage.storage.activeBackend()).isEqualTo(Optional.of("database"));

            redis.restart();
            outage.awaitActive("redis");
            outage.awaitAllHealthy();

            outage.assertHeldThrough();
            outage.events.assertInOrder(failedOver("redis", "database"), failedBack("database", "redis"));
        }
    }

    @Test
    void postgresRefusingAtTheStart() {
        postgres.kill();
        try (Outage outage = Outage.on(redis, postgres)) {
            assertThat(outage.storage.activeBackend()).isEqualTo(Optional.of("redis"));

            postgres.restart();
            outage.awaitAllHealthy();

            outage.assertHeldThrough();
        }
    }

    @Test
    void bothRefusingAtTheStart() {
        redis.kill();
        postgres.kill();
        try (Outage outage = Outage.on(redis, postgres)) {
            assertThat(outage.storage.activeBackend()).isEqualTo(Optional.of("memory"));

            redis.restart();
            postgres.restart();
            outage.awaitActive("redis");
            outage.awaitAllHealthy();

            outage.assertHeldThrough();
        }
    }
}
