package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.BackendException.Kind;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.testkit.servers.PostgresProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of calls when a pooler in transaction mode, or the server behind it, dies or hangs. */
@Tag("debian")
class PgBouncerFaultsTest {

    private static final Duration BACK = Duration.ofSeconds(10);
    private static final Duration GRACE = Duration.ofMillis(500);

    private static PostgresProcess postgres;

    @BeforeAll
    static void start() {
        postgres = PostgresProcess.start();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    /** How the pooler is spoken to. */
    enum Way {
        PLAIN,
        SUPABASE;

        Pooler to(PostgresProcess server) {
            return this == PLAIN ? Pooler.plain(server) : Pooler.encrypted(server);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aPoolerThatIsKilledUnderLoadServesAgainSoonAfterItIsBackAndTheServerLivesOn(Way way) {
        try (Pooler pooler = way.to(postgres);
                OpenedBackend storage = opened(pooler.jdbc());
                Load load = new Load(storage, 16)) {
            load.awaitSuccess(BACK);
            Incarnation before = storage.probe().incarnation();
            pooler.bouncer.kill();
            await().until(() -> load.failures() > 100);
            pooler.bouncer.restart();
            load.awaitSuccess(BACK);
            assertThat(load.kinds()).containsOnly(Kind.UNAVAILABLE);
            assertThat(storage.probe().incarnation()).isEqualTo(before);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatIsKilledBehindItIsAnotherOneWhenItIsBack(Way way) {
        try (Pooler pooler = way.to(postgres);
                OpenedBackend storage = opened(pooler.jdbc());
                Load load = new Load(storage, 16)) {
            load.awaitSuccess(BACK);
            Incarnation before = storage.probe().incarnation();
            postgres.kill();
            await().until(() -> load.failures() > 16);
            postgres.restart();
            load.awaitSuccess(BACK);
            assertThat(load.kinds()).containsOnly(Kind.UNAVAILABLE);
            await().atMost(BACK)
                    .ignoreExceptionsInstanceOf(BackendException.class)
                    .until(() -> !storage.probe().incarnation().equals(before));
        }
    }

    /** One whose tables are there: else the first calls wait for them, and some may run out of time over that. */
    private static OpenedBackend opened(JdbcBackend backend) {
        OpenedBackend storage = new OpenedBackend(backend);
        await().ignoreExceptionsInstanceOf(BackendException.class)
                .until(() -> storage.write("key", "value").status().equals(ApplyStatus.APPLIED));
        return storage;
    }

    @Test
    void callsThroughAHungPoolerEndByTheirTimeOut() {
        try (Pooler pooler = Pooler.plain(postgres);
                OpenedBackend storage = new OpenedBackend(pooler.jdbc())) {
            storage.write("key", "before");
            Duration timeout = Duration.ofMillis(400);
            pooler.bouncer.pause();
            try {
                long begin = storage.time().clock().nanos();
                List<CompletionStage<?>> calls = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    calls.add(i % 2 == 0 ? storage.reading("key", timeout) : storage.writing("k" + i, "v", timeout));
                }
                calls.forEach(
                        call -> assertThat(OpenedBackend.failure(call).kind()).isEqualTo(Kind.UNAVAILABLE));
                assertThat(Duration.ofNanos(storage.time().clock().nanos() - begin))
                        .isLessThan(timeout.plus(GRACE));
            } finally {
                pooler.bouncer.resume();
            }
            await().atMost(BACK)
                    .ignoreExceptionsInstanceOf(BackendException.class)
                    .until(() -> storage.read("key").equals("before"));
        }
    }

    @Test
    void manyCallersShareFewServerConnections() {
        try (Pooler pooler = Pooler.plain(postgres);
                OpenedBackend storage = new OpenedBackend(pooler.jdbc())) {
            List<CompletionStage<?>> calls = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                calls.add(storage.writing("shared " + i % 50, "value", Duration.ofSeconds(20)));
            }
            calls.forEach(OpenedBackend::await);
            assertThat(storage.write("key", "value").status()).isEqualTo(ApplyStatus.APPLIED);
            assertThat(postgresConnections()).isBetween(1L, (long) Pooler.SERVER_CONNECTIONS);
        }
    }

    private static long postgresConnections() {
        try (Parts direct = new Parts(Parts.target(postgres.url() + "?ApplicationName=direct"))) {
            return direct.run((session, life) -> session.number(
                    "select count(*) from pg_stat_activity" + " where application_name = 'resilient-storage'"));
        }
    }

    @Test
    void whoSpeaksInPlainTextToAPoolerThatRequiresTlsIsTurnedAway() {
        try (Pooler pooler = Pooler.encrypted(postgres);
                OpenedBackend storage = new OpenedBackend(JdbcBackend.builder(pooler.bouncer.url() + "?sslmode=disable")
                        .build())) {
            BackendException failure = OpenedBackend.failure(storage.writing("key", "value", OpenedBackend.TIMEOUT));
            assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(failure).hasMessageContaining("SSL");
        }
    }
}
