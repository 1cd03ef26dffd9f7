package io.resilientstorage.e2e;

import static io.resilientstorage.e2e.EventRecorder.failedBack;
import static io.resilientstorage.e2e.EventRecorder.failedOver;
import static io.resilientstorage.e2e.EventRecorder.health;

import io.resilientstorage.api.Health;
import io.resilientstorage.testkit.net.NetworkFault;
import io.resilientstorage.testkit.servers.PostgresProcess;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A real Redis that answers every call in time, and always slowly. 16 threads call all the time. */
class SlowRedisTest {

    /** More than half of the 250 ms that an attempt may take, and less than all of them. */
    private static final NetworkFault SLOW = NetworkFault.latency(Duration.ofMillis(75), Duration.ZERO);

    @Test
    void itsTrafficGoesToPostgresWhileItIsSlowAndComesBackWhenItIsQuick() {
        try (FaultyRedis redis = new FaultyRedis();
                PostgresProcess postgres = PostgresProcess.start();
                Outage outage = Outage.on(redis.urlThroughTheNetwork(), postgres.url())) {
            redis.network(SLOW);
            outage.awaitActive("database");
            outage.awaitHealth("redis", Health.DEGRADED, "it is slow: a probe took 1\\d\\d ms");
            redis.network(NetworkFault.none());
            outage.awaitActive("redis");
            outage.awaitAllHealthy();

            outage.assertHeldThrough();
            outage.events.assertInOrder(
                    health("redis", Health.DEGRADED),
                    failedOver("redis", "database"),
                    health("redis", Health.HEALTHY),
                    failedBack("database", "redis"));
        }
    }
}
