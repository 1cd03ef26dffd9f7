package io.resilientstorage.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.OverloadedException;
import io.resilientstorage.api.StorageEvent.CircuitChanged;
import io.resilientstorage.api.StorageEvent.FailedOver;
import io.resilientstorage.config.Settings;
import io.resilientstorage.testkit.net.FaultyProxy;
import io.resilientstorage.testkit.net.NetworkFault;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** More is asked of real servers than fits: what is too much is refused in time, and nothing piles up. */
class BoundsTest {

    private static final int BOUND = 10_000;
    private static final Duration WAIT = Duration.ofSeconds(4);

    /** P10: a client that is too busy says nothing of the server. */
    @Test
    void anExhaustedPoolOpensNoCircuitAndCausesNoFailover() {
        try (PostgresProcess postgres = PostgresProcess.start();
                FaultyProxy network = FaultyProxy.to(postgres.port());
                Outage outage = Outage.on(builder -> builder.backend(
                        "postgresql://postgres@127.0.0.1:" + network.port() + "/postgres",
                        b -> b.name("database").option("poolSize", "1")))) {
            // One connection, and what goes over it takes so long that 16 threads want more than it can do.
            network.inject(NetworkFault.latency(Duration.ofMillis(15), Duration.ZERO));
            await("calls that find no connection").until(() -> outage.failures().size() >= 5);
            assertThat(outage.storage.activeBackend()).isEqualTo(Optional.of("database"));
            network.heal();
            outage.awaitCalls(500);
            int failed = outage.failures().size();
            outage.awaitCalls(500);

            assertThat(outage.failures()).as("failed calls after that").hasSize(failed);
            assertThat(outage.failures())
                    .allSatisfy(failure -> assertThat(failure)
                            .isInstanceOf(OverloadedException.class)
                            .hasMessageContaining("no free connection"));
            assertThat(outage.longest()).isLessThan(Outage.CALL_TIMEOUT);
            assertThat(outage.events.events())
                    .noneMatch(e -> e instanceof FailedOver)
                    .noneMatch(e -> e instanceof CircuitChanged);
            assertThat(outage.status("database").circuit()).isEqualTo(Circuit.CLOSED);
        }
    }

    @Test
    void tenThousandCallsWaitForAServerThatHangsAndNotOneMore() {
        try (RedisProcess redis = RedisProcess.start();
                FaultyProxy network = FaultyProxy.to(redis.port());
                ResilientStorage storage = ResilientStorage.builder()
                        .backend(
                                "redis://127.0.0.1:" + network.port(),
                                b -> b.name("redis").attemptTimeout(WAIT).option("requestQueueSize", "20000"))
                        .memory(false)
                        .callTimeout(WAIT)
                        .set(Settings.HEALTH_CHECK_RETRY_INTERVAL, Duration.ofMillis(100))
                        .build()) {
            storage.set("key", "value");
            network.inject(NetworkFault.blackhole());

            List<CompletableFuture<Optional<String>>> waiting = new ArrayList<>();
            for (int i = 0; i < BOUND; i++) {
                waiting.add(storage.async().get("key").toCompletableFuture());
            }
            assertThat(waiting).noneMatch(CompletableFuture::isDone);
            for (int i = 0; i < BOUND; i++) {
                assertThat(storage.async().get("key").toCompletableFuture())
                        .isCompletedExceptionally()
                        .failsWithin(Duration.ZERO)
                        .withThrowableThat()
                        .havingCause()
                        .isInstanceOf(OverloadedException.class)
                        .withMessageContaining("maxWaitingCalls");
            }
            assertThatThrownBy(() -> storage.set("key", "value")).isInstanceOf(OverloadedException.class);

            await().atMost(Duration.ofSeconds(20)).until(() -> waiting.stream().allMatch(CompletableFuture::isDone));
            assertThat(waiting).allMatch(CompletableFuture::isCompletedExceptionally);
            network.heal();
            await().atMost(Duration.ofSeconds(20))
                    .ignoreExceptions()
                    .until(() -> storage.get("key").equals(Optional.of("value")));
        }
    }
}
