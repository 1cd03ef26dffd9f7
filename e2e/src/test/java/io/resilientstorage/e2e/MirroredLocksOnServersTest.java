package io.resilientstorage.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.api.HeldByOther;
import io.resilientstorage.api.Lease;
import io.resilientstorage.api.Locks;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Locks with a copy at the peer, on the servers themselves. */
class MirroredLocksOnServersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration MAX_TTL = Duration.ofSeconds(3);
    private static final Duration TTL = Duration.ofSeconds(1);

    private static ResilientStorage storageOn(RedisProcess redis, PostgresProcess postgres) {
        return ResilientStorage.builder()
                .memory(false)
                .callTimeout(Duration.ofSeconds(2))
                .lockMaxTtl(MAX_TTL)
                .lockMirrored(true)
                .backend(redis.url(), r -> r.name("redis"))
                .backend(postgres.url(), p -> p.name("database"))
                .build();
    }

    private static Lease waited(Locks locks, String name, Duration ttl) {
        return locks.acquire(name, ttl, PATIENCE).acquired().orElseThrow();
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    /** Until what was granted before there were copies has run out: the longest lease, margins, and a look or two. */
    private static void awaitHeir(Locks locks) {
        long begun = System.nanoTime();
        await().atMost(PATIENCE).until(() -> {
            waited(locks, "warm", TTL).close();
            return since(begun).compareTo(MAX_TTL.plusSeconds(8)) > 0;
        });
    }

    @Test
    void redisCrashesAndPostgresGrantsAtOnceWhatNobodyHolds() {
        try (RedisProcess redis = RedisProcess.start();
                PostgresProcess postgres = PostgresProcess.start();
                ResilientStorage one = storageOn(redis, postgres);
                ResilientStorage other = storageOn(redis, postgres)) {
            awaitHeir(one.locks());
            assertThat(other.locks().acquireLock("order", "clerk", TTL).acquired())
                    .isTrue();
            assertThat(one.locks().releaseLock("order", "clerk")).isTrue();
            Lease lease = waited(one.locks(), "job", MAX_TTL);
            assertThat(lease.backend()).isEqualTo("redis");

            redis.kill();
            long crashed = System.nanoTime();
            Lease next = waited(other.locks(), "another", TTL);
            Duration gap = since(crashed);
            boolean refused = other.locks().tryAcquire("job", TTL) instanceof HeldByOther;
            boolean stillHeld = lease.isHeld();
            System.out.println("Redis killed under FAILOVER MIRRORED, maxTtl 3 s: locks again after " + gap.toMillis()
                    + " ms; the lease that stands is " + (refused ? "" : "not ") + "exclusive");
            // Two seconds, and what a machine with much to do takes longer. With a drain it would be 13 at least.
            assertThat(gap).isLessThan(Duration.ofSeconds(6));
            assertThat(next.backend()).isEqualTo("database");
            assertThat(refused || !stillHeld).isTrue();
            assertThat(waited(other.locks(), "job", TTL).fencingToken()).isGreaterThan(lease.fencingToken());
            assertThat(lease.isHeld()).isFalse();
        }
    }
}
