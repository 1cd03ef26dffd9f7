package io.resilientstorage.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.StorageBuilder;
import io.resilientstorage.api.Lease;
import io.resilientstorage.api.LockPolicy;
import io.resilientstorage.api.LockResult;
import io.resilientstorage.api.Locks;
import io.resilientstorage.api.Renewal;
import io.resilientstorage.testkit.net.FaultyProxy;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * How often a lock waits for the server, counted on the wire: once to acquire and once to release, when it is known who
 * may grant.
 */
class LockRoundTripsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration TTL = Duration.ofSeconds(60);

    private static final int LOCKS = 500;

    /** Probes and other work of the background are counted too; a second round trip for each lock would be far more. */
    private static final int MOST = LOCKS * 5 / 4;

    @Test
    void onRedisAlone() {
        try (RedisProcess redis = RedisProcess.start();
                FaultyProxy wire = FaultyProxy.to(redis.port())) {
            assertOneEach(
                    wire,
                    builder -> builder.lockPolicy(LockPolicy.SINGLE)
                            .backend("redis://127.0.0.1:" + wire.port(), b -> b.option("durable", "true")));
        }
    }

    @Test
    void onPostgresAlone() {
        try (PostgresProcess postgres = PostgresProcess.start();
                FaultyProxy wire = FaultyProxy.to(postgres.port())) {
            assertOneEach(
                    wire, builder -> builder.lockPolicy(LockPolicy.SINGLE).backend(through(wire, postgres), b -> {}));
        }
    }

    /** The peer is asked nothing for a single lock, so what it is asked goes another way. */
    @Test
    void onRedisWithPostgresToTakeOver() {
        try (RedisProcess redis = RedisProcess.start();
                PostgresProcess postgres = PostgresProcess.start();
                FaultyProxy wire = FaultyProxy.to(redis.port());
                FaultyProxy toThePeer = FaultyProxy.to(postgres.port())) {
            long asked = assertOneEach(
                    wire,
                    builder -> builder.lockPolicy(LockPolicy.FAILOVER)
                            .backend("redis://127.0.0.1:" + wire.port(), b -> {})
                            .backend(through(toThePeer, postgres), b -> {}));
            assertThat(asked).isGreaterThan(1);
        }
    }

    private static String through(FaultyProxy wire, PostgresProcess postgres) {
        return postgres.url().replace(":" + postgres.port() + "/", ":" + wire.port() + "/");
    }

    /** Returns how many round trips there were before the first lock was granted. */
    private static long assertOneEach(FaultyProxy wire, Consumer<StorageBuilder> backends) {
        StorageBuilder builder = ResilientStorage.builder().memory(false);
        backends.accept(builder);
        try (ResilientStorage storage = builder.build()) {
            Locks locks = storage.locks();
            await().atMost(PATIENCE)
                    .until(() -> locks.tryAcquire("first", TTL).acquired().isPresent());
            long before = wire.roundTrips();
            List<Lease> leases = new ArrayList<>();
            for (int i = 0; i < LOCKS; i++) {
                LockResult result = locks.tryAcquire("job:" + i, TTL);
                leases.add(result.acquired().orElseThrow(() -> new AssertionError("not acquired: " + result)));
            }
            long acquired = wire.roundTrips();
            leases.forEach(lease -> assertThat(lease.release().join()).isTrue());
            long released = wire.roundTrips();

            assertThat(acquired - before).as("to acquire").isBetween((long) LOCKS, (long) MOST);
            assertThat(released - acquired).as("to release").isBetween((long) LOCKS, (long) MOST);
            for (int i = 0; i < LOCKS; i++) {
                Lease lease = locks.tryAcquire("job:" + i, TTL).acquired().orElseThrow();
                assertThat(lease.renew(TTL)).isEqualTo(Renewal.RENEWED);
                assertThat(lease.release().join()).isTrue();
            }
            assertThat(wire.roundTrips() - released)
                    .as("one more for each would be seen")
                    .isGreaterThan(2L * MOST);
            return before;
        }
    }
}
