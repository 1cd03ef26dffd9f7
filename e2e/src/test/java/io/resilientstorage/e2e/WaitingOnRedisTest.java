package io.resilientstorage.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.api.Lease;
import io.resilientstorage.api.LockPolicy;
import io.resilientstorage.api.LockResult;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two storages on one Redis, as two processes have them: who waits in the one hears of releases by the other. */
class WaitingOnRedisTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration TTL = Duration.ofSeconds(30);
    private static final Duration LONG = Duration.ofMinutes(2);
    private static final int ROUNDS = 15;

    private final RedisProcess redis = RedisProcess.start("--appendonly", "yes", "--appendfsync", "always");
    private final List<ResilientStorage> storages = new ArrayList<>();

    @AfterEach
    void end() {
        storages.forEach(ResilientStorage::close);
        redis.close();
    }

    /** A Redis that is said to keep all, so that one without a record never had one. */
    private ResilientStorage storage(String url) {
        ResilientStorage storage = ResilientStorage.builder()
                .memory(false)
                .lockPolicy(LockPolicy.SINGLE)
                .backend(url, r -> r.name("redis").option("durable", "true"))
                .build();
        storages.add(storage);
        return storage;
    }

    private static Lease lease(ResilientStorage storage) {
        return storage.locks().acquire("job", TTL, PATIENCE).acquired().orElseThrow();
    }

    private static Lease lease(CompletableFuture<LockResult> call) {
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(1)).until(call::isDone);
        return call.join().acquired().orElseThrow();
    }

    private boolean isHeard() throws IOException {
        return redis.command("PUBSUB", "CHANNELS", "rs:*").equals("*1");
    }

    private void awaitHeard(boolean expected) {
        await().atMost(PATIENCE).until(() -> isHeard() == expected);
    }

    private long scriptCalls() throws IOException {
        return redis.text("INFO", "commandstats")
                .lines()
                .filter(line -> line.startsWith("cmdstat_evalsha:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*calls=(\\d+),.*", "$1")))
                .sum();
    }

    /** Who hears asks once in a second to three; so one in seven would be as quick by chance. */
    @Test
    void aReleaseIsHeardOfLongBeforeItWouldHaveBeenAskedFor() throws IOException {
        ResilientStorage holder = storage(redis.url());
        ResilientStorage waiter = storage(redis.url());
        List<Long> millis = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            Lease held = lease(holder);
            CompletableFuture<LockResult> call = waiter.locks().async().acquire("job", TTL, LONG);
            awaitHeard(true);
            if (round == 1) {
                long before = scriptCalls();
                await().pollDelay(Duration.ofSeconds(4)).until(() -> true);
                assertThat(scriptCalls() - before).as("questions in 4 s").isLessThanOrEqualTo(7);
            }
            long released = System.nanoTime();
            held.close();
            Lease next = lease(call);
            millis.add(Duration.ofNanos(System.nanoTime() - released).toMillis());
            next.close();
        }
        System.out.println("a release was heard of in another process after (ms): " + millis);
        assertThat(millis.stream().sorted().toList().get(ROUNDS / 2)).isLessThan(250);
    }

    @Test
    void whoseConnectionIsKilledGetsItAllTheSame() throws IOException {
        ResilientStorage holder = storage(redis.url());
        ResilientStorage waiter = storage(redis.url());
        for (int round = 0; round < 5; round++) {
            Lease held = lease(holder);
            CompletableFuture<LockResult> call = waiter.locks().async().acquire("job", TTL, LONG);
            awaitHeard(true);
            redis.command("CLIENT", "KILL", "TYPE", "pubsub");
            held.close();
            lease(call).close();
        }
    }

    @Test
    void nobodyListensWhereNobodyWaits() throws IOException {
        ResilientStorage holder = storage(redis.url());
        ResilientStorage waiter = storage(redis.url());
        lease(holder).close();
        lease(waiter).close();
        assertThat(isHeard()).isFalse();
        Lease held = lease(holder);
        CompletableFuture<LockResult> call = waiter.locks().async().acquire("job", TTL, LONG);
        awaitHeard(true);
        held.close();
        lease(call).close();
        awaitHeard(false);
    }

    @Test
    void whoMayNotListenGetsItByAsking() throws IOException {
        redis.command(
                "ACL", "SETUSER", "app", "on", ">s3cr3t", "~rs:*", "resetchannels", "+@all", "-@dangerous", "+info");
        String url = "redis://app:s3cr3t@127.0.0.1:" + redis.port();
        ResilientStorage holder = storage(url);
        ResilientStorage waiter = storage(url);
        for (int round = 0; round < 5; round++) {
            Lease held = lease(holder);
            CompletableFuture<LockResult> call = waiter.locks().async().acquire("job", TTL, LONG);
            held.close();
            lease(call).close();
        }
        assertThat(isHeard()).isFalse();
    }
}
