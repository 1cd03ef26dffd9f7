package io.resilientstorage.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.resilientstorage.server.LockCaller.Reply;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Locks as callers over HTTP have them, on a real Redis and a real PostgreSQL. */
class LocksOverHttpTest {

    private static final int CLIENTS = 6;
    private static final int GRANTS = 20;

    /** Port 1 of this machine, where nothing listens. */
    private static final String NOWHERE = "redis://someone:pa55word@127.0.0.1:1";

    @Test
    void clientsOfTwoServersExcludeEachOther() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
        try (PostgresProcess postgres = PostgresProcess.start();
                TestServer one = start(Map.of(), Map.of("DATABASE_URL", postgres.url()));
                TestServer two = start(Map.of(), Map.of("DATABASE_URL", postgres.url()))) {
            awaitGrant(one, "first", 60);
            AtomicInteger holders = new AtomicInteger();
            ConcurrentLinkedQueue<Long> tokens = new ConcurrentLinkedQueue<>();
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < CLIENTS; i++) {
                LockCaller locks = new LockCaller(i % 2 == 0 ? one : two);
                String me = "client-" + i;
                running.add(clients.submit(() -> {
                    for (int grants = 0; grants < GRANTS; ) {
                        Reply reply = answered(() -> locks.acquire("contended", me, 60));
                        if (reply.status() != 200) {
                            assertThat(reply.error()).as(reply.text()).isEqualTo("held");
                            continue;
                        }
                        assertThat(holders.incrementAndGet()).isEqualTo(1);
                        tokens.add(reply.token());
                        assertThat(answered(() -> locks.renew("contended", me, 60))
                                        .token())
                                .isEqualTo(reply.token());
                        holders.decrementAndGet();
                        // Released by a try that got no answer, it is so no more at the next one.
                        assertThat(answered(() -> locks.release("contended", me))
                                        .status())
                                .isEqualTo(200);
                        grants++;
                    }
                }));
            }
            for (Future<?> client : running) {
                client.get(60, TimeUnit.SECONDS);
            }
            assertThat(new ArrayList<>(tokens))
                    .hasSize(CLIENTS * GRANTS)
                    .doesNotHaveDuplicates()
                    .isSorted();
        } finally {
            clients.shutdownNow();
        }
    }

    /** A database that stood still for a moment is asked again. */
    private static Reply answered(Callable<Reply> request) {
        return patiently().pollDelay(Duration.ZERO).until(request, reply -> reply.status() != 503);
    }

    @Test
    void aHolderMayGoOnAtAnotherServer() {
        try (PostgresProcess postgres = PostgresProcess.start();
                TestServer one = start(Map.of(), Map.of("DATABASE_URL", postgres.url()));
                TestServer two = start(Map.of(), Map.of("DATABASE_URL", postgres.url()))) {
            Reply granted = awaitGrant(one, "job", 60);
            LockCaller other = new LockCaller(two);
            Reply renewed = patiently().until(() -> other.renew("job", "one", 60), reply -> reply.status() != 503);

            assertThat(granted.body().get("scope").asString()).isEqualTo("SHARED");
            assertThat(granted.body().get("backend").asString()).isEqualTo("database");
            assertThat(renewed.status()).as(renewed.text()).isEqualTo(200);
            assertThat(renewed.token()).isEqualTo(granted.token());
            assertThat(other.renew("job", "two", 60).error()).isEqualTo("lost");
            assertThat(other.release("job", "two").text()).isEqualTo("{\"released\":false}");
            assertThat(other.release("job", "one").text()).isEqualTo("{\"released\":true}");
            assertThat(new LockCaller(one).renew("job", "one", 60).error()).isEqualTo("lost");
        }
    }

    @Test
    void aServerWithOtherSettingsIsRefusedAndItsLogSaysSo() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger("io.resilientstorage.events");
        log.start();
        logger.addAppender(log);
        try (PostgresProcess postgres = PostgresProcess.start();
                TestServer one = start(Map.of(), Map.of("DATABASE_URL", postgres.url()));
                TestServer two = start(Map.of("locks.maxTtl", "30s"), Map.of("DATABASE_URL", postgres.url()))) {
            awaitGrant(one, "job", 60);
            LockCaller other = new LockCaller(two);
            Reply refused = patiently()
                    .until(
                            () -> other.acquire("free", "two", 30),
                            reply -> !reply.reason().equals("unreachable"));

            assertThat(refused.status()).as(refused.text()).isEqualTo(503);
            assertThat(refused.error()).isEqualTo("unavailable");
            assertThat(refused.reason()).isEqualTo("disagrees");
            assertThat(refused.text()).contains("maxTtl of 30000 ms", "maxTtl of 60000 ms", "locks.policy");
            assertThat(refused.retryAfterSeconds()).isEqualTo(30);
            assertThat(other.renew("job", "one", 30).reason()).isEqualTo("disagrees");
            assertThat(new LockCaller(one).acquire("free", "one", 30).status()).isEqualTo(200);
            patiently()
                    .untilAsserted(() -> assertThat(List.copyOf(log.list))
                            .extracting(ILoggingEvent::getFormattedMessage)
                            .anyMatch(line -> line.startsWith("database may grant the locks of 'default'"))
                            .anyMatch(line -> line.startsWith("Locks of 'default' are not granted")
                                    && line.contains("DISAGREES")));
        } finally {
            logger.detachAppender(log);
        }
    }

    @Test
    void withoutASharedBackendLocksAreThoseOfTheMachine(@TempDir Path data) {
        try (TestServer server = TestServer.start(Map.of(), Map.of(), data)) {
            Reply granted = new LockCaller(server).acquire("job", "one", 30);

            assertThat(granted.status()).as(granted.text()).isEqualTo(200);
            assertThat(granted.body().get("scope").asString()).isEqualTo("HOST_LOCAL");
            assertThat(granted.body().get("backend").asString()).isEqualTo("database");
            assertThat(new LockCaller(server).acquire("job", "two", 30).error()).isEqualTo("held");
        }
    }

    @Test
    void aRedisThatMayHaveForgottenWhatItGrantedSaysHowLongItWaits() {
        try (RedisProcess redis = RedisProcess.start();
                TestServer server = start(TestServer.MEMORY_ONLY, Map.of("REDIS_URL", redis.url()))) {
            LockCaller locks = new LockCaller(server);
            Reply refused = patiently()
                    .until(
                            () -> locks.acquire("job", "one", 30),
                            reply -> !reply.reason().equals("unreachable"));

            assertThat(refused.status()).as(refused.text()).isEqualTo(503);
            assertThat(refused.reason()).isEqualTo("draining");
            assertThat(refused.retryAfterSeconds()).isBetween(200L, 302L);
        }
    }

    @Test
    void withoutABackendLocksAreUnavailableForNow() {
        try (TestServer server = start(TestServer.MEMORY_ONLY, Map.of("REDIS_URL", NOWHERE))) {
            LockCaller locks = new LockCaller(server);
            for (Reply refused : List.of(locks.acquire("job", "one", 30), locks.renew("job", "one", 30))) {
                assertThat(refused.status()).as(refused.text()).isEqualTo(503);
                assertThat(refused.error()).isEqualTo("unavailable");
                assertThat(refused.reason()).isEqualTo("unreachable");
                assertThat(refused.retryAfterSeconds()).isEqualTo(1);
                assertThat(refused.text()).doesNotContain("pa55word");
            }
            Reply unsure = locks.release("job", "one");
            assertThat(unsure.status()).as(unsure.text()).isEqualTo(503);
            assertThat(unsure.error()).isEqualTo("unavailable");
            assertThat(unsure.retryAfterSeconds()).isEqualTo(1);
            assertThat(unsure.text()).doesNotContain("pa55word");
        }
    }

    @Test
    void aBackendThatHangsEndsNoCallLaterThanItsTimeOut() {
        Map<String, String> file = Map.of("callTimeout", "500ms", "backends.database.attemptTimeout", "10s");
        try (PostgresProcess postgres = PostgresProcess.start();
                TestServer server = start(file, Map.of("DATABASE_URL", postgres.url()))) {
            awaitGrant(server, "job", 60);
            LockCaller locks = new LockCaller(server);

            postgres.pause();
            long begun = System.nanoTime();
            Reply acquired = locks.acquire("job", "one", 30);
            Reply renewed = locks.renew("job", "one", 30);
            Reply released = locks.release("job", "one");
            Duration taken = Duration.ofNanos(System.nanoTime() - begun);
            postgres.resume();

            assertThat(acquired.reason()).as(acquired.text()).isEqualTo("unreachable");
            assertThat(renewed.reason()).as(renewed.text()).isEqualTo("unreachable");
            assertThat(released.status()).as(released.text()).isEqualTo(503);
            // One attempt alone would take 10 s.
            assertThat(taken).isLessThan(Duration.ofSeconds(8));
        }
    }

    @Test
    void locksComeBackByThemselvesAfterRedisIsKilled() {
        try (RedisProcess redis = RedisProcess.start();
                PostgresProcess postgres = PostgresProcess.start();
                TestServer server = start(
                        Map.of("locks.maxTtl", "1s"),
                        Map.of("REDIS_URL", redis.url(), "DATABASE_URL", postgres.url()))) {
            patiently().until(() -> server.get("/api/health/storage").statusCode() == 200);
            Reply before = awaitGrant(server, "job", 1);
            LockCaller locks = new LockCaller(server);
            assertThat(before.body().get("backend").asString()).isEqualTo("redis");

            redis.kill();
            Reply draining = patiently()
                    .until(
                            () -> locks.acquire("job", "two", 1),
                            reply -> reply.reason().equals("draining"));
            assertThat(draining.status()).isEqualTo(503);
            assertThat(draining.retryAfterSeconds()).isBetween(1L, 15L);

            Reply after = awaitGrant(server, "job", 1);
            assertThat(after.body().get("backend").asString()).isEqualTo("database");
            assertThat(after.token()).isGreaterThan(before.token());
        }
    }

    private static TestServer start(Map<String, String> file, Map<String, String> variables) {
        return TestServer.start(new HashMap<>(file), variables, Path.of("unused"));
    }

    /** Until the backends are open, and a drain is over. */
    private static Reply awaitGrant(TestServer server, String name, int ttlSeconds) {
        LockCaller locks = new LockCaller(server);
        return patiently().until(() -> locks.acquire(name, "one", ttlSeconds), reply -> reply.status() == 200);
    }

    private static ConditionFactory patiently() {
        return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(50));
    }
}
