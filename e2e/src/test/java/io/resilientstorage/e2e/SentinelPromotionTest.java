package io.resilientstorage.e2e;

import static io.resilientstorage.e2e.EventRecorder.failedBack;
import static io.resilientstorage.e2e.EventRecorder.failedOver;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.api.StorageEvent.IncarnationChanged;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import io.resilientstorage.testkit.servers.RedisSentinels;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** P1 while sentinels promote a replica. 16 threads call all the time. */
class SentinelPromotionTest {

    private final RedisSentinels redis = RedisSentinels.start(2);
    private final PostgresProcess postgres = PostgresProcess.start();

    @AfterEach
    void endServers() {
        redis.close();
        postgres.close();
    }

    @Test
    void theMasterIsKilledAndAReplicaPromoted() {
        try (Outage outage = Outage.on(redis.url(), postgres.url())) {
            RedisProcess former = redis.servers().get(0);
            former.kill();
            outage.awaitActive("database");
            redis.awaitMasterOtherThan(former);
            outage.awaitActive("redis");
            outage.awaitAllHealthy();

            former.restart();
            outage.awaitCalls(2_000);
            outage.awaitAllHealthy();

            outage.assertHeldThrough();
            outage.events.assertInOrder(failedOver("redis", "database"), failedBack("database", "redis"));
            assertNewLife(outage);
        }
    }

    @Test
    void aReplicaIsPromotedWhileTheMasterWorks() throws IOException {
        try (Outage outage = Outage.on(redis.url(), postgres.url())) {
            RedisProcess former = redis.servers().get(0);
            redis.promote();
            redis.awaitMasterOtherThan(former);
            assertNewLife(outage);
            outage.awaitActive("redis");
            outage.awaitAllHealthy();

            outage.assertHeldThrough();
        }
    }

    private static void assertNewLife(Outage outage) {
        await("word of the new life")
                .atMost(Duration.ofSeconds(30))
                .until(() -> outage.events.events().stream()
                        .anyMatch(e -> e instanceof IncarnationChanged changed
                                && changed.backend().equals("redis")));
    }
}
