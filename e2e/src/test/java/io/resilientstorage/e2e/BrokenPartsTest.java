package io.resilientstorage.e2e;

import static io.resilientstorage.e2e.EventRecorder.failedBack;
import static io.resilientstorage.e2e.EventRecorder.failedOver;
import static io.resilientstorage.e2e.EventRecorder.health;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.api.Health;
import io.resilientstorage.api.StorageEvent.FailedOver;
import io.resilientstorage.redis.RedisBackend;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend;
import io.resilientstorage.testkit.FaultyBackend.Call;
import io.resilientstorage.testkit.SteppedTime;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What surrounds the engine is broken, while real servers fail and serve. 16 threads call all the time. */
class BrokenPartsTest {

    private static RedisProcess redis;
    private static PostgresProcess postgres;

    @BeforeAll
    static void startServers() {
        redis = RedisProcess.start();
        postgres = PostgresProcess.start();
    }

    @AfterAll
    static void endServers() {
        redis.close();
        postgres.close();
    }

    @Test
    void aListenerThatThrowsChangesNothing() {
        AtomicInteger thrown = new AtomicInteger();
        try (Outage outage = Outage.on(builder -> builder.backend(redis.url(), b -> b.name("redis"))
                .backend(postgres.url(), b -> b.name("database"))
                .onEvent(event -> {
                    thrown.incrementAndGet();
                    throw new IllegalStateException("a broken listener");
                }))) {
            redis.kill();
            outage.awaitActive("database");
            redis.restart();
            outage.awaitActive("redis");
            outage.awaitAllHealthy();

            outage.assertHeldThrough();
            outage.events.assertInOrder(failedOver("redis", "database"), failedBack("database", "redis"));
            await("it was told of every event all the same")
                    .untilAsserted(() ->
                            assertThat(thrown).hasValue(outage.events.events().size()));
        }
    }

    @Test
    void aProbeThatThrowsEndsNothingButItself() {
        FaultyBackend faulty = new FaultyBackend(
                RedisBackend.builder(redis.url()).name("redis").build());
        try (Outage outage = Outage.on(builder ->
                builder.backend(faulty, b -> b.name("redis")).backend(postgres.url(), b -> b.name("database")))) {
            faulty.inject(Fault.throwing(() -> new IllegalStateException("a broken probe")), Call.PROBE);
            outage.awaitActive("database");
            outage.awaitHealth("redis", Health.UNHEALTHY, "a broken probe");
            long probes = faulty.calls(Call.PROBE);
            await("more probes").until(() -> faulty.calls(Call.PROBE) > probes + 3);
            faulty.heal();
            outage.awaitActive("redis");
            outage.awaitAllHealthy();

            outage.assertHeldThrough();
            outage.events.assertInOrder(
                    health("redis", Health.UNHEALTHY),
                    failedOver("redis", "database"),
                    health("redis", Health.HEALTHY),
                    failedBack("database", "redis"));
        }
    }

    @Test
    void aClockThatStepsBackAndForthNeitherEndsNorLengthensALife() {
        SteppedTime time = new SteppedTime();
        try (Outage outage = Outage.on(builder -> builder.backend(redis.url(), b -> b.name("redis"))
                .backend(postgres.url(), b -> b.name("database"))
                .time(time))) {
            for (Duration step : List.of(Duration.ofHours(1), Duration.ofHours(-2), Duration.ofHours(1))) {
                outage.storage.set("long", "value", Duration.ofMinutes(1));
                outage.storage.set("short", "value", Duration.ofMillis(300));

                time.stepWallClock(step);

                assertThat(outage.storage.get("long"))
                        .as("after a step of %s", step)
                        .contains("value");
                await("the end of the short life after a step of " + step)
                        .atMost(Duration.ofSeconds(5))
                        .until(() -> outage.storage.get("short").isEmpty());
                outage.storage.set("written afterwards", "value", Duration.ofMinutes(1));
                assertThat(outage.storage.get("written afterwards")).contains("value");
                outage.awaitCalls(500);
            }

            outage.assertHeldThrough();
            assertThat(outage.events.events()).noneMatch(e -> e instanceof FailedOver);
        } finally {
            time.close();
        }
    }

    @Test
    void aClockThatStepsDuringAnOutageDoesNotKeepTheStorageFromComingBack() {
        SteppedTime time = new SteppedTime();
        try (Outage outage = Outage.on(builder -> builder.backend(redis.url(), b -> b.name("redis"))
                .backend(postgres.url(), b -> b.name("database"))
                .time(time))) {
            redis.pause();
            time.stepWallClock(Duration.ofHours(-1));
            outage.awaitActive("database");
            time.stepWallClock(Duration.ofHours(2));
            redis.resume();
            outage.awaitActive("redis");
            outage.awaitAllHealthy();

            outage.assertHeldThrough();
            outage.events.assertInOrder(failedOver("redis", "database"), failedBack("database", "redis"));
        } finally {
            time.close();
        }
    }
}
