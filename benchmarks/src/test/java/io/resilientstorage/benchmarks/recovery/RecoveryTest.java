package io.resilientstorage.benchmarks.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What is measured takes place, on real servers; nothing is said of how fast. */
class RecoveryTest {

    private static final int RECORDS = 3_000;

    private final RedisProcess redis = RedisProcess.start();

    @AfterEach
    void end() {
        redis.close();
    }

    @Test
    void whatWaitedComesIntoRedis() throws Exception {
        Arrival arrival = CatchUp.replicated(redis, RECORDS);

        assertThat(arrival.records()).isEqualTo(RECORDS);
        assertThat(arrival.perSecond()).isPositive();
    }

    @Test
    void pendingRecordsAreOnTheHeap() {
        ObjectNode seen = PendingMemory.measure(20_000);

        assertThat(seen.path("waiting").asLong()).isEqualTo(20_000);
        assertThat(seen.path("bytesEach").asDouble()).isGreaterThan(100);
    }

    @Test
    void anEmptyRedisIsFilledWithAndWithoutLoad() throws Exception {
        try (PostgresProcess postgres = Both.postgres()) {
            Rows.fill(postgres, RECORDS);
            try (Both both = new Both(redis, postgres)) {
                WarmUp warmUp = new WarmUp(redis, both, RECORDS);

                assertThat(warmUp.alone().path("rowsASecond").asDouble()).isPositive();
                ObjectNode loaded = warmUp.underLoad(Duration.ofMillis(500), Duration.ofSeconds(5));
                assertThat(loaded.path("with").path("calls").asInt()).isPositive();
                assertThat(loaded.path("failed").asInt()).isZero();
            }
        }
    }

    @Test
    void whatWasChangedIsInRedisWhenItIsInSync() throws Exception {
        try (PostgresProcess postgres = Both.postgres()) {
            Rows.fill(postgres, RECORDS);
            Changed changed = new Changed(redis, postgres, RECORDS, 50);

            assertThat(changed.oldSnapshot().path("millis").asDouble()).isPositive();
            assertThat(changed.hints().path("millis").asDouble()).isPositive();
        }
    }

    @Test
    void theRateOfRedisBenchmarkIsRead() throws IOException {
        assertThat(RedisBenchmark.rate(
                        "EVALSHA a b: rps=0.0\rEVALSHA a b: 134567.89 requests per second, p50=2.5 msec\n"))
                .isEqualTo(134_567.89);
        assertThatThrownBy(() -> RedisBenchmark.rate("WARNING: NOSCRIPT")).isInstanceOf(IOException.class);
    }
}
