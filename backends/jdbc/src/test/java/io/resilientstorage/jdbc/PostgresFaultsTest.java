package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.BackendException.Kind;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.testkit.servers.PostgresProcess;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a real PostgreSQL does to its clients when it dies, hangs or refuses. */
class PostgresFaultsTest {

    private static final Duration BACK = Duration.ofMillis(1_500);

    /** How much later than its time-out a call may end, on a busy machine. */
    private static final Duration GRACE = Duration.ofMillis(250);

    private static PostgresProcess postgres;

    @BeforeAll
    static void start() {
        postgres = PostgresProcess.start();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @Test
    void aKilledServerFailsCallsSoonAndServesAgainSoonAfterItIsBack() {
        try (OpenedBackend storage = new OpenedBackend(backend())) {
            storage.write("key", "before");
            Incarnation before = storage.probe().incarnation();
            postgres.kill();
            for (int i = 0; i < 5; i++) {
                long begin = storage.time().clock().nanos();
                BackendException failure = OpenedBackend.failure(storage.writing("key", "down", Duration.ofSeconds(5)));
                assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
                assertThat(since(storage, begin))
                        .as("the server refuses at once")
                        .isLessThan(Duration.ofSeconds(1));
            }
            postgres.restart();
            await().atMost(BACK)
                    .ignoreExceptions()
                    .until(() -> storage.read("key").equals("before"));
            assertThat(storage.write("key", "after").status()).isEqualTo(ApplyStatus.APPLIED);
            assertThat(storage.probe().incarnation()).isNotEqualTo(before);
        }
    }

    @Test
    void underLoadAllThroughAnOutageTheServerIsFoundAgainSoon() {
        try (OpenedBackend storage = new OpenedBackend(backend());
                Load load = new Load(storage, 16)) {
            load.awaitSuccess(Duration.ofSeconds(5));
            postgres.kill();
            await().until(() -> load.failures() > 1_000);
            postgres.restart();
            load.awaitSuccess(BACK);
            assertThat(load.kinds()).containsOnly(Kind.UNAVAILABLE);
        }
    }

    @Test
    void callsToAHungServerEndByTheirTimeOutAndAreNoOverload() {
        try (OpenedBackend storage = new OpenedBackend(backend())) {
            storage.write("key", "before");
            Duration timeout = Duration.ofMillis(400);
            long begin = storage.time().clock().nanos();
            postgres.pause();
            try {
                List<CompletionStage<?>> calls = new ArrayList<>();
                for (int i = 0; i < 40; i++) {
                    calls.add(i % 2 == 0 ? storage.reading("key", timeout) : storage.writing("k" + i, "v", timeout));
                }
                for (CompletionStage<?> call : calls) {
                    BackendException failure = OpenedBackend.failure(call);
                    assertThat(failure.kind()).as(failure.getMessage()).isEqualTo(Kind.UNAVAILABLE);
                }
                assertThat(since(storage, begin)).isLessThan(timeout.plus(GRACE));
                // And again, now that no connection is left.
                begin = storage.time().clock().nanos();
                assertThat(OpenedBackend.failure(storage.reading("key", timeout))
                                .kind())
                        .isEqualTo(Kind.UNAVAILABLE);
                assertThat(since(storage, begin)).isLessThan(timeout.plus(GRACE));
            } finally {
                postgres.resume();
            }
            await().atMost(BACK)
                    .ignoreExceptions()
                    .until(() -> storage.read("key").equals("before"));
        }
    }

    @Test
    void anOutageUnderLoadFillsNoLog() {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        log.start();
        root.addAppender(log);
        try (OpenedBackend storage = new OpenedBackend(backend());
                Load load = new Load(storage, 16)) {
            load.awaitSuccess(Duration.ofSeconds(5));
            postgres.pause();
            await().until(() -> load.failures() > 32);
            postgres.kill();
            await().until(() -> load.failures() > 500);
            postgres.restart();
            load.awaitSuccess(BACK);
        } finally {
            root.detachAppender(log);
        }
        // The pool names each idle connection that it finds dead, once.
        assertThat(List.copyOf(log.list))
                .hasSizeLessThanOrEqualTo(30)
                .noneMatch(event -> event.getThrowableProxy() != null);
    }

    @Test
    void aValueThatAHungServerDoesNotEvenTakeFromTheSocketHoldsNoThread() {
        String large = "x".repeat(8 << 20);
        try (OpenedBackend storage = new OpenedBackend(
                JdbcBackend.builder(postgres.url()).poolSize(2).build())) {
            storage.write("key", "before");
            postgres.pause();
            try {
                List<CompletionStage<ApplyReply>> calls = new ArrayList<>();
                for (int i = 0; i < 4; i++) {
                    calls.add(storage.writing("large " + i, large, Duration.ofMillis(400)));
                }
                calls.forEach(
                        call -> assertThat(OpenedBackend.failure(call).kind()).isEqualTo(Kind.UNAVAILABLE));
            } finally {
                postgres.resume();
            }
            await().atMost(BACK)
                    .ignoreExceptions()
                    .until(() -> storage.read("key").equals("before"));
            assertThat(storage.write("large", large).status()).isEqualTo(ApplyStatus.APPLIED);
        }
    }

    @Test
    void aServerThatTakesNoWritesRefusesThemAndIsDegraded() {
        try (OpenedBackend storage = new OpenedBackend(backend())) {
            storage.write("key", "before");
            postgres.execute("alter system set default_transaction_read_only = on");
            postgres.execute("select pg_reload_conf()");
            try {
                await().until(() -> storage.probe().degraded().isPresent());
                BackendException failure =
                        OpenedBackend.failure(storage.writing("key", "read-only", OpenedBackend.TIMEOUT));
                assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
                assertThat(failure.outcomeKnown()).isTrue();
                assertThat(storage.read("key")).isEqualTo("before");
                assertThat(storage.probe().degraded().orElseThrow()).contains("read-only");
            } finally {
                postgres.execute("alter system reset default_transaction_read_only");
                postgres.execute("select pg_reload_conf()");
            }
            await().until(() -> storage.probe().degraded().isEmpty());
            assertThat(storage.write("key", "after").status()).isEqualTo(ApplyStatus.APPLIED);
        }
    }

    @Test
    void aServerWithTooManyConnectionsIsUnavailableUntilOneIsFree() throws Exception {
        try (PostgresProcess small = PostgresProcess.builder()
                        .set("max_connections", "5")
                        .set("superuser_reserved_connections", "0")
                        .start();
                // So small a pool leaves most of the connections of the server to others.
                OpenedBackend storage = new OpenedBackend(
                        JdbcBackend.builder(small.url()).poolSize(2).build())) {
            assertThat(storage.write("key", "value").status()).isEqualTo(ApplyStatus.APPLIED);
            List<Connection> others = new ArrayList<>();
            // Each time, since connections may be made ready in between.
            await().ignoreExceptions().until(() -> {
                small.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where application_name = 'resilient-storage'");
                others.add(small.connect());
                return others.size() >= 4;
            });
            BackendException failure = null;
            while (failure == null) {
                try {
                    others.add(small.connect());
                } catch (SQLException full) {
                    failure = OpenedBackend.failure(storage.reading("key", Duration.ofSeconds(2)));
                }
            }
            assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(failure.getMessage()).contains("53300");
            for (Connection other : others) {
                other.close();
            }
            await().atMost(BACK)
                    .ignoreExceptions()
                    .until(() -> storage.read("key").equals("value"));
        }
    }

    @Test
    void aTableThatSomebodyLocksFillsTheServerWithNoWaitingProcesses() throws SQLException {
        int poolSize = 4;
        try (OpenedBackend storage = new OpenedBackend(
                        JdbcBackend.builder(postgres.url()).poolSize(poolSize).build());
                Connection other = postgres.connect();
                Statement statement = other.createStatement()) {
            storage.write("key", "before");
            other.setAutoCommit(false);
            statement.execute("lock table resilient_storage_records in access exclusive mode");
            for (int round = 0; round < 6; round++) {
                List<CompletionStage<?>> calls = new ArrayList<>();
                for (int i = 0; i < poolSize; i++) {
                    calls.add(storage.reading("key", Duration.ofMillis(150)));
                    calls.add(storage.writing("key", "locked", Duration.ofMillis(150)));
                }
                calls.forEach(
                        call -> assertThat(OpenedBackend.failure(call).kind()).isEqualTo(Kind.UNAVAILABLE));
            }
            try (ResultSet waiting = statement.executeQuery("select count(*) from pg_stat_activity"
                    + " where application_name = 'resilient-storage' and wait_event_type = 'Lock'")) {
                assertThat(waiting.next()).isTrue();
                // Their server-side bound is at most 200 ms here; without it all 24 would wait for the lock's end.
                assertThat(waiting.getInt(1)).isLessThanOrEqualTo(2 * poolSize);
            }
            other.rollback();
            await().atMost(BACK)
                    .ignoreExceptions()
                    .until(() -> storage.read("key").equals("before"));
        }
    }

    @Test
    void aFullClientIsOverloadedAndNothingIsWrongWithTheServer() {
        try (OpenedBackend storage = new OpenedBackend(
                JdbcBackend.builder(postgres.url()).poolSize(1).build())) {
            storage.write("key", "value");
            List<CompletionStage<ReadReply>> calls = new ArrayList<>();
            for (int i = 0; i < 3_000; i++) {
                calls.add(storage.reading("key", Duration.ofMillis(150)));
            }
            int served = 0;
            int overloaded = 0;
            for (CompletionStage<ReadReply> call : calls) {
                try {
                    OpenedBackend.await(call);
                    served++;
                } catch (BackendException e) {
                    assertThat(e.kind()).as(e.getMessage()).isEqualTo(Kind.OVERLOADED);
                    overloaded++;
                }
            }
            assertThat(served).isPositive();
            assertThat(overloaded).isPositive();
            assertThat(storage.read("key")).isEqualTo("value");
        }
    }

    @Test
    void aConnectionThatTheServerHasClosedIsReplacedUnseen() {
        try (OpenedBackend storage = new OpenedBackend(backend())) {
            for (int i = 0; i < 5; i++) {
                storage.write("key", "value " + i);
                postgres.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where application_name = 'resilient-storage'");
                assertThat(storage.read("key")).isEqualTo("value " + i);
            }
        }
    }

    @Test
    void theCrashOfOneServerProcessIsGotOver() throws SQLException {
        try (OpenedBackend storage = new OpenedBackend(backend())) {
            Version version = storage.write("key", "before").version();
            // PostgreSQL throws out all of its clients when one of its processes dies.
            try (Connection connection = postgres.connect();
                    Statement statement = connection.createStatement();
                    ResultSet rows = statement.executeQuery("select pg_backend_pid()")) {
                assertThat(rows.next()).isTrue();
                assertThat(ProcessHandle.of(rows.getLong(1)).orElseThrow().destroyForcibly())
                        .isTrue();
            }
            await().atMost(BACK)
                    .ignoreExceptions()
                    .until(() -> storage.read("key").equals("before"));
            assertThat(storage.write("key", "after").version().isNewerThan(version))
                    .isTrue();
        }
    }

    @Test
    void whatIsDownWhenItIsOpenedIsFoundLater() {
        postgres.kill();
        try (OpenedBackend storage = new OpenedBackend(backend())) {
            assertThat(OpenedBackend.failure(storage.reading("key", Duration.ofSeconds(2)))
                            .kind())
                    .isEqualTo(Kind.UNAVAILABLE);
            postgres.restart();
            await().atMost(BACK)
                    .ignoreExceptions()
                    .until(() -> storage.write("key", "value").status().equals(ApplyStatus.APPLIED));
        }
    }

    @Test
    void aWrongPasswordIsUnavailableAndIsNeverShown() {
        try (PostgresProcess locked =
                        PostgresProcess.builder().password("right").start();
                OpenedBackend wrong =
                        new OpenedBackend(JdbcBackend.builder(locked.url().replace("right", "s3cr%65t"))
                                .build());
                OpenedBackend right =
                        new OpenedBackend(JdbcBackend.builder(locked.url()).build())) {
            BackendException failure = OpenedBackend.failure(wrong.writing("key", "value", OpenedBackend.TIMEOUT));
            assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(failure.outcomeKnown()).isTrue();
            assertThat(failure).hasStackTraceContaining("28P01");
            assertThat(wrong.backend().toString() + stackTrace(failure)).doesNotContain("s3cr");
            assertThat(right.write("key", "value").status()).isEqualTo(ApplyStatus.APPLIED);
        }
    }

    @Test
    void closingWhileTheServerHangsIsBoundedAndEndsTheCalls() {
        OpenedBackend storage = new OpenedBackend(backend());
        storage.write("key", "value");
        postgres.pause();
        try {
            CompletionStage<ReadReply> call = storage.reading("key", Duration.ofSeconds(30));
            long begin = storage.time().clock().nanos();
            assertThatCode(() -> storage.backend().close(Duration.ofMillis(300)))
                    .doesNotThrowAnyException();
            assertThat(since(storage, begin)).isLessThan(Duration.ofSeconds(3));
            assertThat(OpenedBackend.failure(call).kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(OpenedBackend.failure(storage.reading("key", Duration.ofSeconds(30)))
                            .kind())
                    .isEqualTo(Kind.UNAVAILABLE);
        } finally {
            postgres.resume();
            storage.time().close();
        }
    }

    private static JdbcBackend backend() {
        return JdbcBackend.builder(postgres.url()).build();
    }

    private static String stackTrace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    private static Duration since(OpenedBackend storage, long nanos) {
        return Duration.ofNanos(storage.time().clock().nanos() - nanos);
    }
}
