package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.Health;
import io.resilientstorage.config.Settings;
import io.resilientstorage.config.Strategy;
import io.resilientstorage.testkit.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In real time, with real threads: while a backend comes and goes, no call fails and all parts come to rest. */
class ConcurrentUseTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int THREADS = 8;
    private static final int CALLS = 400;

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void noCallFailsWhileOneBackendComesAndGoes(Strategy strategy) throws Exception {
        Node one = new Node("one", StandIn.SHARED);
        Node two = new Node("two", StandIn.SHARED);
        List<Fault> faults = List.of(
                Node.unreachable(),
                Fault.delayReply(Duration.ofMillis(1)),
                Node.noAnswer(),
                Node.refused(),
                Fault.delayReply(Duration.ofMillis(40)),
                Fault.everyNth(3, Node.noAnswer()));
        AtomicInteger running = new AtomicInteger(THREADS);
        try (ResilientStorage storage = ResilientStorage.builder()
                .backend(one.faults(), o -> o.name("one").attemptTimeout(Duration.ofMillis(20)))
                .backend(two.faults(), o -> o.name("two"))
                .strategy(strategy)
                .failbackDelay(Duration.ofMillis(20))
                .healthCheckInterval(Duration.ofMillis(50))
                .set(Settings.HEALTH_CHECK_RETRY_INTERVAL, Duration.ofMillis(10))
                .memory(false)
                .callTimeout(PATIENCE)
                .build()) {
            List<CompletableFuture<Void>> users = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int thread = t;
                CompletableFuture<Void> user = new CompletableFuture<>();
                users.add(user);
                new Thread(() -> {
                            try {
                                use(storage, thread);
                                user.complete(null);
                            } catch (RuntimeException | Error e) {
                                user.completeExceptionally(e);
                            } finally {
                                running.decrementAndGet();
                            }
                        })
                        .start();
            }
            for (int turn = 0; running.get() > 0; turn++) {
                one.faults().inject(faults.get(turn % faults.size()));
                long probes = one.probes();
                await().pollDelay(Duration.ZERO)
                        .pollInterval(Duration.ofMillis(2))
                        .atMost(PATIENCE)
                        .until(() -> one.probes() > probes + 1 || running.get() == 0);
                one.heal();
            }
            for (CompletableFuture<Void> user : users) {
                user.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            }

            one.heal();
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(storage.healthStatus().backends().values())
                        .allMatch(b -> b.health() == Health.HEALTHY && b.circuit() == Circuit.CLOSED);
                assertThat(storage.activeBackend()).contains("one");
            });
            assertThat(storage.close(Duration.ZERO))
                    .as("no call is left behind")
                    .isTrue();
        }
    }

    private static void use(ResilientStorage storage, int thread) {
        for (int i = 0; i < CALLS; i++) {
            String key = "k" + (thread + i) % 20;
            storage.set(key, "v" + i);
            storage.get(key);
            storage.touch(key, PATIENCE);
            if (i % 5 == 0) {
                storage.delete(key);
            }
        }
    }
}
