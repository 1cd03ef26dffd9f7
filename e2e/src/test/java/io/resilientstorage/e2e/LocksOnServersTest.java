package io.resilientstorage.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.StorageBuilder;
import io.resilientstorage.api.HeldByOther;
import io.resilientstorage.api.HolderLock;
import io.resilientstorage.api.LeaderElection;
import io.resilientstorage.api.LeaderListener;
import io.resilientstorage.api.Lease;
import io.resilientstorage.api.LockPolicy;
import io.resilientstorage.api.LockRefusal;
import io.resilientstorage.api.LockResult;
import io.resilientstorage.api.LockScope;
import io.resilientstorage.api.LockUnavailable;
import io.resilientstorage.api.Locks;
import io.resilientstorage.api.LossReason;
import io.resilientstorage.api.Renewal;
import io.resilientstorage.api.StorageEvent.LockAuthorityChanged;
import io.resilientstorage.api.StorageEvent.LockLost;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Locks on the servers themselves: two storages, as two processes have them, and what a crash costs. */
class LocksOnServersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration MAX_TTL = Duration.ofSeconds(3);
    private static final Duration TTL = Duration.ofSeconds(1);

    /** For how long one that takes over grants nothing: the window of the other, the longest lease, and margins. */
    private static final Duration DRAIN = Duration.ofSeconds(10).plus(MAX_TTL).plusSeconds(2);

    private final EventRecorder events = new EventRecorder();

    private ResilientStorage storage(Consumer<StorageBuilder> backends) {
        StorageBuilder builder = ResilientStorage.builder()
                .memory(false)
                .callTimeout(Duration.ofSeconds(2))
                .lockMaxTtl(MAX_TTL)
                .onEvent(events);
        backends.accept(builder);
        return builder.build();
    }

    private ResilientStorage storageOn(RedisProcess redis, PostgresProcess postgres) {
        return storage(
                b -> b.backend(redis.url(), r -> r.name("redis")).backend(postgres.url(), p -> p.name("database")));
    }

    /** A Redis that keeps what it has acknowledged, so that one without a record never had one. */
    private ResilientStorage storageOnDurable(RedisProcess redis) {
        return storage(b -> b.lockPolicy(LockPolicy.SINGLE)
                .backend(redis.url(), r -> r.name("redis").option("durable", "true")));
    }

    private static RedisProcess durableRedis() {
        return RedisProcess.start("--appendonly", "yes", "--appendfsync", "always");
    }

    @Test
    void onPostgresAlone() {
        try (PostgresProcess postgres = PostgresProcess.start();
                ResilientStorage one = storage(b -> b.backend(postgres.url(), p -> p.name("database")));
                ResilientStorage other = storage(b -> b.backend(postgres.url(), p -> p.name("database")))) {
            grantsRenewsAndReleases(one.locks(), other.locks(), "database");
            letsWaitersIn(one.locks(), other.locks());
            grantsToHoldersWithIds(one.locks(), other.locks());

            postgres.kill();
            assertThat(unavailable(one.locks(), "job").reason()).isEqualTo(LockRefusal.UNREACHABLE);
            postgres.restart();
            assertThat(anAnswerOfTheServer(one.locks(), "job").retryAfter())
                    .isBetween(Duration.ZERO, MAX_TTL.plusSeconds(1));
            assertThat(waited(one.locks(), "job").fencingToken()).isPositive();
        }
    }

    @Test
    void onRedisAlone() {
        try (RedisProcess redis = durableRedis();
                ResilientStorage one = storageOnDurable(redis);
                ResilientStorage other = storageOnDurable(redis)) {
            grantsRenewsAndReleases(one.locks(), other.locks(), "redis");
            letsWaitersIn(one.locks(), other.locks());
            grantsToHoldersWithIds(one.locks(), other.locks());

            Lease lost = lease(other.locks(), "lost", MAX_TTL).keepRenewing();
            redis.kill();
            assertThat(unavailable(one.locks(), "job").reason()).isEqualTo(LockRefusal.UNREACHABLE);
            await().atMost(PATIENCE).until(() -> !lost.isHeld());
            redis.restart();
            assertThat(anAnswerOfTheServer(one.locks(), "lost").reason()).isEqualTo(LockRefusal.DRAINING);
            assertThat(waited(one.locks(), "lost").fencingToken()).isGreaterThan(lost.fencingToken());
        }
    }

    /** What it had may be lost with it, and nothing tells for how long that was held. */
    @Test
    void aRedisThatKeepsNothingIsWaitedForAsLongAsAnyLeaseMayLast() {
        try (RedisProcess redis = RedisProcess.start();
                ResilientStorage storage = storage(b -> b.backend(redis.url(), r -> r.name("redis")))) {
            LockUnavailable first = unavailable(storage.locks(), "job");
            assertThat(first.reason()).isEqualTo(LockRefusal.DRAINING);
            assertThat(first.retryAfter()).isBetween(Duration.ofMinutes(4), Duration.ofSeconds(301));
        }
    }

    /** Whichever of the three is gone, the other two are a majority; and nobody waits for a drain. */
    @Test
    void aMajorityGoesOnWithoutAnyOneOfItsServers() {
        try (PostgresProcess postgres = PostgresProcess.start();
                RedisProcess redis = RedisProcess.start();
                RedisProcess other = RedisProcess.start();
                ResilientStorage one = majority(postgres, redis, other);
                ResilientStorage two = majority(postgres, redis, other)) {
            Lease first = waited(one.locks(), "job");
            assertThat(first.backend()).isEqualTo("majority(redis,other,database)");
            assertThat(two.locks().tryAcquire("job", TTL)).isInstanceOf(HeldByOther.class);
            first.close();
            long token = first.fencingToken();
            for (Runnable[] fault : new Runnable[][] {
                {redis::pause, redis::resume}, {other::pause, other::resume}, {postgres::kill, postgres::restart}
            }) {
                fault[0].run();
                long begun = System.nanoTime();
                Lease lease = waited(one.locks(), "job");
                Duration took = Duration.ofNanos(System.nanoTime() - begun);
                assertThat(lease.fencingToken()).isGreaterThan(token);
                token = lease.fencingToken();
                assertThat(two.locks().tryAcquire("job", TTL)).isInstanceOf(HeldByOther.class);
                lease.close();
                System.out.println("One of three servers gone: the next lock after " + took.toMillis() + " ms");
                fault[1].run();
            }
        }
    }

    private ResilientStorage majority(PostgresProcess postgres, RedisProcess redis, RedisProcess other) {
        return storage(b -> b.lockPolicy(LockPolicy.MAJORITY)
                .backend(redis.url(), r -> r.name("redis"))
                .backend(other.url(), r -> r.name("other"))
                .backend(postgres.url(), p -> p.name("database")));
    }

    /** It would drop a lock without a word, and grant it again. */
    @Test
    void aRedisThatMayEvictGrantsNothingAndSaysWhy() {
        try (RedisProcess redis = RedisProcess.start("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru");
                ResilientStorage storage = storageOnDurable(redis)) {
            LockUnavailable refused = unavailable(storage.locks(), "job");
            assertThat(refused.reason()).isEqualTo(LockRefusal.UNSUPPORTED);
            assertThat(refused.detail()).contains("redis").contains("maxmemory-policy must be noeviction");
        }
    }

    @Test
    void redisCrashesAndPostgresGrantsAfterTheDrainAndTheOtherWayRound() {
        try (RedisProcess redis = RedisProcess.start();
                PostgresProcess postgres = PostgresProcess.start();
                ResilientStorage one = storageOn(redis, postgres);
                ResilientStorage other = storageOn(redis, postgres);
                Leaders leaders = new Leaders(List.of(one.locks(), other.locks()))) {
            grantsRenewsAndReleases(one.locks(), other.locks(), "redis");
            letsWaitersIn(one.locks(), other.locks());
            long ledByRedis = leaders.await();
            Lease lease = lease(one.locks(), "job", MAX_TTL).keepRenewing();

            redis.kill();
            long crashed = System.nanoTime();
            LockUnavailable draining = drainingAnswer(other.locks(), leaders);
            long told = System.nanoTime();
            Lease next = waited(other.locks(), "job");
            Duration gap = since(crashed);
            assertThat(lease.isHeld()).isFalse();
            assertToldInTime(draining.retryAfter(), since(told));
            assertThat(gap).isLessThan(DRAIN.plusSeconds(4));
            assertThat(next.backend()).isEqualTo("database");
            assertThat(next.scope()).isEqualTo(LockScope.SHARED);
            assertThat(next.fencingToken()).isGreaterThan(lease.fencingToken());
            assertThat(leaders.await()).isGreaterThan(ledByRedis);
            next.close();

            // A former authority becomes the peer, and takes over in its turn.
            redis.restart();
            grantsRenewsAndReleases(other.locks(), one.locks(), "database");
            await().atMost(PATIENCE).until(() -> isPeer(redis));
            long ledByDatabase = leaders.await();
            postgres.kill();
            LockUnavailable again = drainingAnswer(one.locks(), leaders);
            told = System.nanoTime();
            Lease last = waited(one.locks(), "job");
            assertToldInTime(again.retryAfter(), since(told));
            assertThat(last.backend()).isEqualTo("redis");
            assertThat(last.fencingToken()).isGreaterThan(next.fencingToken());
            assertThat(leaders.await()).isGreaterThan(ledByDatabase);
        }
        assertThat(events.events())
                .anySatisfy(event -> assertThat(event)
                        .isInstanceOfSatisfying(
                                LockLost.class,
                                loss -> assertThat(loss.reason())
                                        .isIn(
                                                LossReason.EXPIRED,
                                                LossReason.UNREACHABLE,
                                                LossReason.AUTHORITY_CHANGED)))
                .anySatisfy(event -> assertThat(event)
                        .isInstanceOfSatisfying(
                                LockAuthorityChanged.class,
                                change -> assertThat(change.backend()).isEqualTo("database")));
    }

    /** Whether it has a record, which it needs to take over: it came back empty. */
    private static boolean isPeer(RedisProcess redis) throws IOException {
        return redis.command("KEYS", "*!lockspace:*").equals("*1");
    }

    private static void grantsRenewsAndReleases(Locks one, Locks other, String backend) {
        Lease lease = lease(one, "work", MAX_TTL).keepRenewing();
        assertThat(lease.backend()).isEqualTo(backend);
        assertThat(lease.scope()).isEqualTo(LockScope.SHARED);
        assertThat(other.tryAcquire("work", TTL))
                .isInstanceOfSatisfying(
                        HeldByOther.class, held -> assertThat(held.remaining()).isBetween(Duration.ZERO, MAX_TTL));
        assertThat(lease.renew(MAX_TTL)).isEqualTo(Renewal.RENEWED);
        assertThat(lease.remaining()).isBetween(Duration.ZERO, MAX_TTL);
        assertThat(lease.release().join()).isTrue();
        Lease next = lease(other, "work", TTL);
        assertThat(next.fencingToken()).isGreaterThan(lease.fencingToken());
        next.close();
    }

    /** Once because the lock is released, once because it ends by itself, and once in vain. */
    private static void letsWaitersIn(Locks one, Locks other) {
        Lease released = lease(one, "awaited", MAX_TTL).keepRenewing();
        CompletableFuture<LockResult> waiting = other.async().acquire("awaited", TTL, PATIENCE);
        assertThat(other.acquire("awaited", TTL, Duration.ofMillis(100))).isInstanceOf(HeldByOther.class);
        assertThat(waiting).isNotDone();
        released.close();
        Lease left = waiting.join().acquired().orElseThrow();
        assertThat(left.fencingToken()).isGreaterThan(released.fencingToken());

        Lease next = waited(one, "awaited");
        assertThat(left.isHeld()).isFalse();
        assertThat(next.fencingToken()).isGreaterThan(left.fencingToken());
        next.close();
    }

    private static void grantsToHoldersWithIds(Locks one, Locks other) {
        HolderLock first = one.acquireLock("order", "clerk 1", MAX_TTL);
        assertThat(first.acquired()).isTrue();
        assertThat(other.acquireLock("order", "clerk 2", TTL).acquired()).isFalse();
        HolderLock again = other.acquireLock("order", "clerk 1", MAX_TTL);
        assertThat(again.fencingToken()).isEqualTo(first.fencingToken());
        assertThat(one.releaseLock("order", "clerk 2")).isFalse();
        assertThat(other.releaseLock("order", "clerk 1")).isTrue();
        assertThat(other.acquireLock("order", "clerk 2", TTL).acquired()).isTrue();
    }

    private static Lease lease(Locks locks, String name, Duration ttl) {
        LockResult result = locks.tryAcquire(name, ttl);
        return result.acquired().orElseThrow(() -> new AssertionError("not acquired: " + result));
    }

    private static Lease waited(Locks locks, String name) {
        LockResult result = locks.acquire(name, TTL, PATIENCE);
        return result.acquired().orElseThrow(() -> new AssertionError("not acquired: " + result));
    }

    private static LockUnavailable unavailable(Locks locks, String name) {
        LockResult result = locks.tryAcquire(name, TTL);
        assertThat(result).isInstanceOf(LockUnavailable.class);
        return (LockUnavailable) result;
    }

    /** The first answer of a server that has come back: it is another than it was, and waits. */
    private static LockUnavailable anAnswerOfTheServer(Locks locks, String name) {
        return await().atMost(PATIENCE)
                .until(() -> unavailable(locks, name), answer -> answer.reason() != LockRefusal.UNREACHABLE);
    }

    private static LockUnavailable drainingAnswer(Locks locks, Leaders leaders) {
        return await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> {
                            leaders.assertNotTwo();
                            return unavailable(locks, "job");
                        },
                        answer -> answer.reason() == LockRefusal.DRAINING);
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    private static void assertToldInTime(Duration told, Duration took) {
        assertThat(took.toMillis())
                .as("what was told to last for %s took %s", told, took)
                .isBetween(told.toMillis() * 9 / 10, told.toMillis() * 11 / 10);
    }

    /** Those who want to lead, of whom two never do. */
    private static final class Leaders implements LeaderListener, AutoCloseable {
        private final List<LeaderElection> elections;
        private final List<Long> led = new CopyOnWriteArrayList<>();

        Leaders(List<Locks> candidates) {
            elections = candidates.stream()
                    .map(locks -> locks.elect("leader", TTL, this))
                    .toList();
        }

        @Override
        public void elected(long fencingToken) {
            led.add(fencingToken);
        }

        @Override
        public void steppedDown(long fencingToken) {
            assertThat(led).contains(fencingToken);
        }

        /** One whose term goes on while the other leads. */
        void assertNotTwo() {
            for (LeaderElection one : elections) {
                OptionalLong before = one.fencingToken();
                List<LeaderElection> others = elections.stream()
                        .filter(other -> other != one && other.isLeader())
                        .toList();
                if (before.isPresent() && before.equals(one.fencingToken())) {
                    assertThat(others).isEmpty();
                }
            }
        }

        /** Waits until one leads, and returns the token that it leads under. */
        long await() {
            return Awaitility.await()
                    .atMost(PATIENCE)
                    .until(
                            () -> {
                                assertNotTwo();
                                return elections.stream()
                                        .flatMapToLong(election -> election.fencingToken().stream())
                                        .max();
                            },
                            OptionalLong::isPresent)
                    .getAsLong();
        }

        @Override
        public void close() {
            elections.forEach(LeaderElection::close);
            assertThat(led).isSorted().doesNotHaveDuplicates();
        }
    }
}
