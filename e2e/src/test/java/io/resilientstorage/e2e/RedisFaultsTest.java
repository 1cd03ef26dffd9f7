package io.resilientstorage.e2e;

import static io.resilientstorage.e2e.EventRecorder.failedBack;
import static io.resilientstorage.e2e.EventRecorder.failedOver;
import static io.resilientstorage.e2e.EventRecorder.health;
import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Health;
import io.resilientstorage.api.StorageEvent.FailedOver;
import io.resilientstorage.testkit.net.NetworkFault;
import io.resilientstorage.testkit.servers.PostgresProcess;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * P1 on a real Redis that fails in every way that it can, PostgreSQL behind it: no call fails, none outlasts its
 * deadline, health names the cause, and the storage goes back to Redis. 16 threads call all the time.
 */
class RedisFaultsTest {

    private static FaultyRedis redis;
    private static PostgresProcess postgres;

    @BeforeAll
    static void startServers() {
        redis = new FaultyRedis();
        postgres = PostgresProcess.start();
    }

    @AfterAll
    static void endServers() {
        redis.close();
        postgres.close();
    }

    static List<ServerFault<FaultyRedis>> faultsOfTheServer() {
        return FaultyRedis.ofTheServer();
    }

    static List<ServerFault<FaultyRedis>> faultsOfTheNetwork() {
        return FaultyRedis.ofTheNetwork();
    }

    @ParameterizedTest
    @MethodSource("faultsOfTheServer")
    void postgresServesWhileTheServerFails(ServerFault<FaultyRedis> fault) throws Exception {
        assertHeldThrough(redis.url(), fault);
    }

    @ParameterizedTest
    @MethodSource("faultsOfTheNetwork")
    void postgresServesWhileTheNetworkFails(ServerFault<FaultyRedis> fault) throws Exception {
        assertHeldThrough(redis.urlThroughTheNetwork(), fault);
    }

    private static void assertHeldThrough(String url, ServerFault<FaultyRedis> fault) throws Exception {
        try (Outage outage = Outage.on(url, postgres.url())) {
            fault.begin().on(redis);
            outage.awaitActive("database");
            outage.awaitHealth("redis", fault.health(), fault.cause());
            fault.end().on(redis);
            outage.awaitActive("redis");
            outage.awaitAllHealthy();

            outage.assertHeldThrough();
            outage.events.assertInOrder(failedOver("redis", "database"), failedBack("database", "redis"));
            outage.events.assertInOrder(
                    health("redis", fault.health()), health("redis", Health.HEALTHY), failedBack("database", "redis"));
        }
    }

    @Test
    void aNetworkThatIsSlowButFastEnoughCostsNoFailover() {
        // Far from what is slow, which is half of an attempt's time: a busy machine adds its own.
        try (Outage outage = Outage.on(builder -> builder.backend(
                        redis.urlThroughTheNetwork(), b -> b.name("redis").attemptTimeout(Duration.ofSeconds(2)))
                .backend(postgres.url(), b -> b.name("database")))) {
            redis.network(NetworkFault.latency(Duration.ofMillis(40), Duration.ofMillis(20)));
            outage.awaitCalls(500);
            assertThat(outage.status("redis").health()).isEqualTo(Health.HEALTHY);
            redis.network(NetworkFault.none());

            outage.assertHeldThrough();
            assertThat(outage.events.events()).noneMatch(e -> e instanceof FailedOver);
        }
    }

    @Test
    void connectionsThatAreResetOnceCostNoCall() {
        try (Outage outage = Outage.on(redis.urlThroughTheNetwork(), postgres.url())) {
            redis.network(NetworkFault.reset());
            redis.network(NetworkFault.none());
            outage.awaitCalls(500);
            outage.awaitActive("redis");
            outage.awaitAllHealthy();

            outage.assertHeldThrough();
        }
    }
}
