package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.time.Clock;
import io.resilientstorage.time.Randomness;
import io.resilientstorage.time.Time;
import io.resilientstorage.time.Timers;
import io.resilientstorage.time.Workers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs in the background runs, and ends. */
class ThreadsTest {

    @TempDir
    private Path folder;

    @Test
    void aClosedBackendLeavesNoThreadBehind() {
        try (PostgresProcess postgres = PostgresProcess.start()) {
            for (String url : List.of(postgres.url(), "sqlite:" + folder.resolve("storage.db"))) {
                String name = "threads-of-" + url.substring(0, 6);
                try (OpenedBackend storage =
                        new OpenedBackend(JdbcBackend.builder(url).build(), name)) {
                    assertThat(storage.write("key", "value").status()).isEqualTo(ApplyStatus.APPLIED);
                    assertThat(storage.probe().degraded()).isEmpty();
                    assertThat(threads(name)).isNotEmpty();
                }
                await().untilAsserted(() -> assertThat(threads(name)).isEmpty());
            }
        }
    }

    @Test
    void theThreadOfTheCallerNeverWaits() {
        try (PostgresProcess postgres = PostgresProcess.start();
                OpenedBackend storage =
                        new OpenedBackend(JdbcBackend.builder(postgres.url()).build())) {
            storage.write("key", "value");
            postgres.pause();
            try {
                long begin = storage.time().clock().nanos();
                for (int i = 0; i < 100; i++) {
                    storage.reading("key", Duration.ofSeconds(1));
                    storage.writing("key", "value", Duration.ofSeconds(1));
                    storage.backend().probe(Duration.ofSeconds(1));
                    storage.backend().hints().orElseThrow().summary("redis");
                }
                assertThat(Duration.ofNanos(storage.time().clock().nanos() - begin))
                        .isLessThan(Duration.ofMillis(900));
            } finally {
                postgres.resume();
            }
        }
    }

    @Test
    void whatIsDeadIsRemovedInTurnsWithoutBeingAsked() {
        String url = "sqlite:" + folder.resolve("storage.db");
        HastyTime hasty = new HastyTime();
        try (Parts parts = new Parts(Parts.target(url))) {
            for (int i = 0; i < 700; i++) {
                String key = "dead " + i;
                parts.run((session, life) -> {
                    session.execute(Parts.TABLES.in("insert into {records} (generation, namespace, key, version_time,"
                            + " version_writer, format, expires_at, dead_at, position)"
                            + " values (1, 'test', '" + key + "', 1, 1, 1, 5, 5, 1)"));
                    return true;
                });
            }
            Purge purge = new Purge(
                    hasty, parts.lane, parts.calls, parts.dialect, Parts.TOMBSTONE_LIFE, OpenedBackend.TIMEOUT);
            purge.start();
            await().until(() ->
                    parts.run((session, life) -> session.number(Parts.TABLES.in("select count(*) from {records}")))
                            == 0);
            assertThat(hasty.longest.get())
                    .as("half of the turn at least, all of it at most")
                    .isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
            purge.close();
        } finally {
            hasty.close();
        }
    }

    /** Its timers fire a thousand times too soon. */
    private static final class HastyTime implements Time {
        private final Time real = Time.system();
        private final AtomicReference<Duration> longest = new AtomicReference<>(Duration.ZERO);

        @Override
        public Clock clock() {
            return real.clock();
        }

        @Override
        public Timers timers() {
            return (delay, task) -> {
                longest.accumulateAndGet(delay, (a, b) -> a.compareTo(b) > 0 ? a : b);
                return real.timers().schedule(delay.dividedBy(1_000), task);
            };
        }

        @Override
        public Randomness randomness() {
            return real.randomness();
        }

        @Override
        public Workers workers(String name, int threads, int queue) {
            return real.workers(name, threads, queue);
        }

        @Override
        public void close() {
            real.close();
        }
    }

    private static List<String> threads(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .map(Thread::getName)
                .filter(thread -> thread.startsWith(name))
                .toList();
    }
}
