package io.resilientstorage.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.e2e.processes.LockHistory.Hold;
import io.resilientstorage.testkit.net.FaultyProxy;
import io.resilientstorage.testkit.net.NetworkFault;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** Processes that use locks while one of their two backends fails, or both. */
class LockFailoverTest {

    /** The window of the authority, the longest lease, and a second of margin for each. */
    private static final Duration DRAIN = Duration.ofSeconds(12).plus(LockFleet.MAX_TTL);

    /** Until a process believes that a backend is gone, and what a machine with much to do takes longer. */
    private static final Duration BUSY = Duration.ofSeconds(4);

    private static final Duration LONG = Duration.ofSeconds(20);

    private static void contend(LockFleet fleet, String... names) {
        for (String name : names) {
            fleet.ask(name, "contend", "job", LockFleet.TTL, "20", "2");
        }
    }

    private static List<String> draining(LockFleet fleet, String process) {
        return await().atMost(LockFleet.PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> fleet.process(process).ask("try", "probe", LockFleet.TTL),
                        reply -> reply.get(1).equals("DRAINING"));
    }

    @Test
    void redisIsKilledAndComesBackEmpty() {
        try (RedisProcess redis = RedisProcess.start();
                PostgresProcess postgres = PostgresProcess.start();
                LockFleet fleet = LockFleet.on(redis, postgres)) {
            fleet.start("one", "other", "asking");
            contend(fleet, "one", "other");
            fleet.awaitHold("job", Long.MIN_VALUE);
            fleet.acquire("asking", "probe", LONG);
            fleet.ask("asking", "release", "probe");

            redis.kill();
            long killed = System.nanoTime();
            Duration told =
                    Duration.ofMillis(Long.parseLong(draining(fleet, "asking").get(2)));
            long toldAt = System.nanoTime();
            List<String> granted = fleet.process("asking").ask("acquire", "probe", LockFleet.TTL, "30000");
            Duration took = Duration.ofNanos(System.nanoTime() - toldAt);
            Duration gap = Duration.ofNanos(System.nanoTime() - killed);
            System.out.println("Redis killed under FAILOVER, maxTtl 1 s: locks again after " + gap.toMillis()
                    + " ms; told " + told.toMillis() + " ms, took " + took.toMillis() + " ms");
            assertThat(granted).startsWith("acquired").endsWith("database");
            assertThat(gap).isLessThan(DRAIN.plus(BUSY));
            assertThat(took.toMillis()).isBetween(told.toMillis() * 9 / 10, told.toMillis() * 11 / 10);

            redis.restartEmpty();
            long restarted = System.nanoTime();
            fleet.awaitHold("job", restarted + Duration.ofSeconds(2).toNanos());
            fleet.assertExclusive("job");
        }
    }

    @Test
    void databaseIsKilledDuringTheDrain() {
        try (RedisProcess redis = RedisProcess.start();
                PostgresProcess postgres = PostgresProcess.start();
                LockFleet fleet = LockFleet.on(redis, postgres)) {
            fleet.start("one", "other", "asking");
            contend(fleet, "one", "other");
            Hold first = fleet.awaitHold("job", Long.MIN_VALUE);
            redis.kill();
            draining(fleet, "asking");
            postgres.kill();
            redis.restartEmpty();
            postgres.restart();
            long restarted = System.nanoTime();
            Hold next = fleet.awaitHold("job", restarted);
            System.out.println("both killed, the second in the drain: locks again after "
                    + Duration.ofNanos(next.from() - restarted).toMillis() + " ms");
            assertThat(next.token()).isGreaterThan(first.token());
            fleet.assertExclusive("job");
        }
    }

    /** Its circuit opens and it takes over in the database; the others see that, and follow. */
    @Test
    void oneProcessAloneLosesRedis() {
        try (RedisProcess redis = RedisProcess.start();
                PostgresProcess postgres = PostgresProcess.start();
                FaultyProxy proxy = FaultyProxy.to(redis.port());
                LockFleet fleet = LockFleet.on(redis, postgres)) {
            fleet.start("whole");
            fleet.start("cut-off", Map.of("backends.redis.url", "redis://127.0.0.1:" + proxy.port()));
            contend(fleet, "whole", "cut-off");
            fleet.awaitHold("job", Long.MIN_VALUE);
            proxy.inject(NetworkFault.down());
            long cut = System.nanoTime();
            await().atMost(LockFleet.PATIENCE)
                    .until(() -> fleet.history().holds("job").stream()
                            .anyMatch(hold ->
                                    hold.from() > cut + Duration.ofSeconds(1).toNanos()
                                            && hold.owner().startsWith("cut-off/")));
            proxy.heal();
            fleet.awaitHold("job", System.nanoTime() + Duration.ofSeconds(1).toNanos());
            fleet.assertExclusive("job");
        }
    }

    @Test
    void redisComesAndGoesFasterThanTheDrain() {
        try (RedisProcess redis = RedisProcess.start();
                PostgresProcess postgres = PostgresProcess.start();
                LockFleet fleet = LockFleet.on(redis, postgres)) {
            fleet.start("one", "other");
            contend(fleet, "one", "other");
            fleet.awaitHold("job", Long.MIN_VALUE);
            for (int i = 0; i < 4; i++) {
                redis.kill();
                LockSupport.parkNanos(Duration.ofMillis(1500).toNanos());
                redis.restartEmpty();
                LockSupport.parkNanos(Duration.ofMillis(700).toNanos());
            }
            fleet.awaitHold("job", System.nanoTime());
            fleet.assertExclusive("job");
        }
    }

    @Test
    void processesThatStartWhileRedisIsAwayWaitForTheDrainAndThenGetLocks() {
        try (RedisProcess redis = RedisProcess.start();
                PostgresProcess postgres = PostgresProcess.start();
                LockFleet fleet = LockFleet.on(redis, postgres)) {
            redis.kill();
            fleet.start("one", "other");
            long begun = System.nanoTime();
            contend(fleet, "one", "other");
            Hold first = fleet.awaitHold("job", begun);
            assertThat(Duration.ofNanos(first.from() - begun)).isBetween(LockFleet.MAX_TTL, DRAIN.plus(BUSY));
            redis.restartEmpty();
            fleet.awaitHold("job", System.nanoTime() + Duration.ofSeconds(2).toNanos());
            fleet.assertExclusive("job");
        }
    }

    /** Until what was granted before there were copies has run out, and somebody has looked again. */
    private static void awaitHeir(LockFleet fleet) {
        fleet.awaitHold(
                "job", System.nanoTime() + LockFleet.MAX_TTL.plusSeconds(8).toNanos());
    }

    @Test
    void redisIsKilledUnderMirroredAndThereIsNoDrain() {
        try (RedisProcess redis = RedisProcess.start();
                PostgresProcess postgres = PostgresProcess.start();
                LockFleet fleet = LockFleet.mirroredOn(redis, postgres)) {
            fleet.start("one", "other");
            contend(fleet, "one", "other");
            awaitHeir(fleet);
            redis.kill();
            long killed = System.nanoTime();
            Hold next = fleet.awaitHold("job", killed);
            Duration gap = Duration.ofNanos(next.from() - killed);
            System.out.println(
                    "Redis killed under FAILOVER MIRRORED, maxTtl 1 s: locks again after " + gap.toMillis() + " ms");
            assertThat(gap).isLessThan(Duration.ofSeconds(2).plus(BUSY));

            redis.restartEmpty();
            fleet.awaitHold("job", System.nanoTime() + Duration.ofSeconds(2).toNanos());
            fleet.assertExclusive("job");
        }
    }

    @Test
    void oneProcessAloneLosesEitherBackendUnderMirrored() {
        try (RedisProcess redis = RedisProcess.start();
                PostgresProcess postgres = PostgresProcess.start();
                FaultyProxy toRedis = FaultyProxy.to(redis.port());
                FaultyProxy toDatabase = FaultyProxy.to(postgres.port());
                LockFleet fleet = LockFleet.mirroredOn(redis, postgres)) {
            fleet.start("whole");
            String database = postgres.url().replace(":" + postgres.port(), ":" + toDatabase.port());
            fleet.start(
                    "cut-off",
                    Map.of(
                            "backends.redis.url",
                            "redis://127.0.0.1:" + toRedis.port(),
                            "backends.database.url",
                            database));
            contend(fleet, "whole", "cut-off");
            awaitHeir(fleet);
            // It gets no copies, and none of the others is the worse for it.
            toDatabase.inject(NetworkFault.down());
            fleet.awaitHold("job", System.nanoTime() + Duration.ofSeconds(4).toNanos());
            toDatabase.heal();
            awaitHeir(fleet);
            toRedis.inject(NetworkFault.down());
            fleet.awaitHold("job", System.nanoTime() + Duration.ofSeconds(4).toNanos());
            toRedis.heal();
            fleet.awaitHold("job", System.nanoTime() + Duration.ofSeconds(1).toNanos());
            fleet.assertExclusive("job");
        }
    }
}
