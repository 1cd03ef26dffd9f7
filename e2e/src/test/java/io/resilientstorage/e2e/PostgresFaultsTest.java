package io.resilientstorage.e2e;

import static io.resilientstorage.e2e.EventRecorder.failedBack;
import static io.resilientstorage.e2e.EventRecorder.failedOver;
import static io.resilientstorage.e2e.EventRecorder.health;
import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Health;
import io.resilientstorage.api.OverallStatus;
import io.resilientstorage.api.StorageEvent.FailedOver;
import io.resilientstorage.testkit.net.FaultyProxy;
import io.resilientstorage.testkit.net.NetworkFault;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * P1 on a real PostgreSQL that fails in every way that it can, as the second backend and while it serves: no call
 * fails, none outlasts its deadline, health names the cause, and the storage goes back. 16 threads call all the time.
 */
class PostgresFaultsTest {

    private static RedisProcess redis;
    private static FaultyProxy networkToRedis;
    private static FaultyPostgres postgres;

    @BeforeAll
    static void startServers() {
        redis = RedisProcess.start();
        networkToRedis = FaultyProxy.to(redis.port());
        postgres = new FaultyPostgres();
    }

    @AfterAll
    static void endServers() {
        networkToRedis.close();
        redis.close();
        postgres.close();
    }

    static List<ServerFault<FaultyPostgres>> faultsOfTheServer() {
        return FaultyPostgres.ofTheServer();
    }

    static List<ServerFault<FaultyPostgres>> faultsOfTheNetwork() {
        return FaultyPostgres.ofTheNetwork();
    }

    @ParameterizedTest
    @MethodSource("faultsOfTheServer")
    void nobodyNoticesWhileRedisServesAndTheServerFails(ServerFault<FaultyPostgres> fault) throws Exception {
        assertUnnoticed(postgres.url(), fault);
    }

    @ParameterizedTest
    @MethodSource("faultsOfTheNetwork")
    void nobodyNoticesWhileRedisServesAndTheNetworkFails(ServerFault<FaultyPostgres> fault) throws Exception {
        assertUnnoticed(postgres.urlThroughTheNetwork(), fault);
    }

    static List<ServerFault<FaultyPostgres>> refusalsOfTheServer() {
        return withHealth(Health.DEGRADED);
    }

    static List<ServerFault<FaultyPostgres>> outagesOfTheServer() {
        return withHealth(Health.UNHEALTHY);
    }

    private static List<ServerFault<FaultyPostgres>> withHealth(Health health) {
        return FaultyPostgres.ofTheServer().stream()
                .filter(fault -> fault.health() == health)
                .toList();
    }

    @ParameterizedTest
    @MethodSource("outagesOfTheServer")
    void memoryServesWhileRedisIsAwayAndTheServerFails(ServerFault<FaultyPostgres> fault) throws Exception {
        assertHeldThrough(postgres.url(), fault);
    }

    @ParameterizedTest
    @MethodSource("faultsOfTheNetwork")
    void memoryServesWhileRedisIsAwayAndTheNetworkFails(ServerFault<FaultyPostgres> fault) throws Exception {
        assertHeldThrough(postgres.urlThroughTheNetwork(), fault);
    }

    /** It stays the active backend, for it is shared and answers; what it refuses goes on to memory. */
    @ParameterizedTest
    @MethodSource("refusalsOfTheServer")
    void memoryTakesWhatTheServerRefusesWhileRedisIsAway(ServerFault<FaultyPostgres> fault) throws Exception {
        networkToRedis.inject(NetworkFault.down());
        try (Outage outage = Outage.on(urlOfRedisThroughTheNetwork(), postgres.url())) {
            fault.begin().on(postgres);
            outage.awaitHealth("database", fault.health(), fault.cause());
            // All sessions were ended to make it refuse, which may look like a dead server for a moment; so may the
            // end.
            outage.awaitActive("database");
            int before = outage.events.events().size();
            outage.awaitCalls(500);
            assertThat(outage.storage.activeBackend()).isEqualTo(Optional.of("database"));
            assertThat(outage.storage.set("refused", "value").backend()).isEqualTo("memory");
            assertThat(outage.events.events().stream().skip(before))
                    .as("refusals cause no failover")
                    .noneMatch(e -> e instanceof FailedOver);
            fault.end().on(postgres);
            outage.awaitHealth("database", Health.HEALTHY, "");
            outage.awaitActive("database");
            assertThat(outage.storage.set("taken", "value").backend()).isEqualTo("database");
            networkToRedis.heal();
            outage.awaitActive("redis");
            outage.awaitAllHealthy();

            outage.assertHeldThrough();
            outage.events.assertInOrder(
                    health("database", fault.health(), fault.cause()),
                    health("database", Health.HEALTHY),
                    failedBack("database", "redis"));
        } finally {
            networkToRedis.heal();
        }
    }

    private static String urlOfRedisThroughTheNetwork() {
        return "redis://127.0.0.1:" + networkToRedis.port();
    }

    private static void assertUnnoticed(String url, ServerFault<FaultyPostgres> fault) throws Exception {
        try (Outage outage = Outage.on(redis.url(), url)) {
            fault.begin().on(postgres);
            outage.awaitHealth("database", fault.health(), fault.cause());
            assertThat(outage.storage.activeBackend()).isEqualTo(Optional.of("redis"));
            fault.end().on(postgres);
            outage.awaitAllHealthy();

            outage.assertHeldThrough();
            outage.events.assertInOrder(
                    health("database", fault.health(), fault.cause()), health("database", Health.HEALTHY));
            assertThat(outage.events.events()).noneMatch(e -> e instanceof FailedOver);
        }
    }

    private static void assertHeldThrough(String url, ServerFault<FaultyPostgres> fault) throws Exception {
        networkToRedis.inject(NetworkFault.down());
        try (Outage outage = Outage.on(urlOfRedisThroughTheNetwork(), url)) {
            fault.begin().on(postgres);
            outage.awaitActive("memory");
            outage.awaitHealth("database", fault.health(), fault.cause());
            fault.end().on(postgres);
            outage.awaitActive("database");
            networkToRedis.heal();
            outage.awaitActive("redis");
            outage.awaitAllHealthy();

            outage.assertHeldThrough();
            outage.events.assertInOrder(
                    failedOver("database", "memory"),
                    failedBack("memory", "database"),
                    failedBack("database", "redis"));
            outage.events.assertInOrder(
                    health("database", fault.health(), fault.cause()),
                    health("database", Health.HEALTHY),
                    failedBack("memory", "database"));
        } finally {
            networkToRedis.heal();
        }
    }

    @Test
    void aNetworkThatIsSlowButFastEnoughCostsNoFailover() {
        networkToRedis.inject(NetworkFault.down());
        try (Outage outage = Outage.on(urlOfRedisThroughTheNetwork(), postgres.urlThroughTheNetwork())) {
            postgres.network(NetworkFault.latency(Duration.ofMillis(5), Duration.ofMillis(5)));
            outage.awaitCalls(300);
            assertThat(outage.status("database").health()).isEqualTo(Health.HEALTHY);
            assertThat(outage.storage.activeBackend()).isEqualTo(Optional.of("database"));
            postgres.network(NetworkFault.none());
            networkToRedis.heal();
            outage.awaitActive("redis");
            outage.awaitAllHealthy();

            outage.assertHeldThrough();
            assertThat(outage.storage.healthStatus().status()).isEqualTo(OverallStatus.HEALTHY);
            assertThat(outage.events.events())
                    .noneMatch(e -> e instanceof FailedOver f && f.from().equals("database"));
        } finally {
            networkToRedis.heal();
        }
    }
}
