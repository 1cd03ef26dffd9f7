package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.testkit.servers.PostgresProcess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whoever gave a write up must not find it stored later. Each case stands beside a control in which it would be. */
class LateWriteTest {

    private static final Duration SHORT = Duration.ofMillis(300);

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
    void aWriteThatWaitedInTheBufferOfAHungServerIsNotStoredWhenItGoesOn() {
        try (Parts parts = parts()) {
            assertThat(parts.value("late")).isEmpty();
            long notAfter = parts.clock.millis() + SHORT.toMillis();
            assertThat(writeToAServerThatHangs(parts, "late", notAfter)).isEmpty();
        }
    }

    @Test
    void controlWithoutANotAfterTimeItIsStored() {
        try (Parts parts = parts()) {
            assertThat(parts.value("control")).isEmpty();
            assertThat(writeToAServerThatHangs(parts, "control", ApplyRequest.NO_LIMIT))
                    .isEqualTo("late");
        }
    }

    @Test
    void norDoesItReplaceWhatStandsThere() {
        try (Parts parts = parts()) {
            status(parts.write(
                    ApplyKind.DIRECT, "late over", "standing", ApplyRequest.NO_LIMIT, OpenedBackend.TIMEOUT));
            long notAfter = parts.clock.millis() + SHORT.toMillis();
            assertThat(writeToAServerThatHangs(parts, "late over", notAfter)).isEqualTo("standing");
        }
    }

    @Test
    void controlWithoutANotAfterTimeItReplacesIt() {
        try (Parts parts = parts()) {
            status(parts.write(
                    ApplyKind.DIRECT, "control over", "standing", ApplyRequest.NO_LIMIT, OpenedBackend.TIMEOUT));
            assertThat(writeToAServerThatHangs(parts, "control over", ApplyRequest.NO_LIMIT))
                    .isEqualTo("late");
        }
    }

    /** The value that is there after the server went on. */
    private static String writeToAServerThatHangs(Parts parts, String key, long notAfter) {
        parts.hooked.beforeStore(postgres::pause);
        BackendException failure;
        try {
            failure = OpenedBackend.failure(parts.write(ApplyKind.DIRECT, key, "late", notAfter, SHORT));
            await().until(() -> parts.clock.millis() > notAfter || notAfter == ApplyRequest.NO_LIMIT);
        } finally {
            postgres.resume();
        }
        assertThat(failure.kind()).isEqualTo(BackendException.Kind.UNAVAILABLE);
        assertThat(failure.outcomeKnown()).as("it was sent").isFalse();
        // The server has done with the old connection when it has noticed that nobody is there any more.
        await().until(() -> parts.run((session, life) -> session.number("select count(*) from pg_stat_activity"
                        + " where application_name = 'resilient-storage' and pid <> pg_backend_pid()"))
                == 0);
        return parts.value(key);
    }

    /** What a statement can have to wait for: somebody has it locked, and lets go of it unchanged. */
    enum Locked {
        ROW("select 1 from resilient_storage_records where key = 'locked' for update"),
        HINT("select 1 from resilient_storage_hints where key = 'locked' for update"),
        NEW_ROW("insert into resilient_storage_records select generation, namespace, 'fresh', 1, 1, 1, null, 0, null, 0"
                + " from resilient_storage_records where key = 'locked'");

        private final String sql;

        Locked(String sql) {
            this.sql = sql;
        }

        String key() {
            return this == NEW_ROW ? "fresh" : "locked";
        }
    }

    @ParameterizedTest
    @EnumSource
    void aWriteThatWaitedForALockIsNotStoredAfterItsNotAfterTime(Locked what) throws Exception {
        try (Parts parts = parts()) {
            String before = prepare(parts);
            long notAfter = parts.clock.millis() + SHORT.toMillis();
            assertThat(writeOverALock(parts, what, notAfter)).isEqualTo(ApplyStatus.LATE);
            assertThat(parts.value(what.key())).isEqualTo(what == Locked.NEW_ROW ? "" : before);
        }
    }

    @ParameterizedTest
    @EnumSource
    void controlAWriteThatWaitedForALockAndHasTimeLeftIsStored(Locked what) throws Exception {
        try (Parts parts = parts()) {
            prepare(parts);
            assertThat(writeOverALock(parts, what, ApplyRequest.NO_LIMIT)).isEqualTo(ApplyStatus.APPLIED);
            assertThat(parts.value(what.key())).isEqualTo("waited");
        }
    }

    private static String prepare(Parts parts) {
        parts.has("any");
        postgres.execute("truncate resilient_storage_records");
        parts.write(ApplyKind.DIRECT, "locked", "before", ApplyRequest.NO_LIMIT, OpenedBackend.TIMEOUT, "redis")
                .toCompletableFuture()
                .join();
        return parts.value("locked");
    }

    private static ApplyStatus writeOverALock(Parts parts, Locked what, long notAfter) throws Exception {
        try (Connection other = postgres.connect();
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute(what.sql);
            CompletionStage<ApplyReply> write =
                    parts.write(ApplyKind.DIRECT, what.key(), "waited", notAfter, OpenedBackend.TIMEOUT, "redis");
            await().until(() -> waiting() == 1);
            await().until(() -> parts.clock.millis() > notAfter + 50 || notAfter == ApplyRequest.NO_LIMIT);
            assertThat(write.toCompletableFuture()).isNotDone();
            other.rollback();
            return status(write);
        }
    }

    private static long waiting() throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from pg_stat_activity"
                        + " where application_name = 'resilient-storage' and wait_event_type = 'Lock'")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    @Test
    void aWriterThatPausedBetweenTheStatementsStoresNothingAfterItsNotAfterTime() {
        try (Parts parts = parts()) {
            long notAfter = parts.clock.millis() + SHORT.toMillis();
            parts.hooked.beforeStore(() -> await().until(() -> parts.clock.millis() > notAfter + 100));
            assertThat(status(parts.write(ApplyKind.DIRECT, "paused", "value", notAfter, OpenedBackend.TIMEOUT)))
                    .isEqualTo(ApplyStatus.LATE);
            assertThat(parts.has("paused")).isFalse();
        }
    }

    @Test
    void aWriterThatPausedBetweenTheStatementsStoresNothingAfterItsTimeOut() throws Exception {
        try (Parts parts = parts()) {
            CountDownLatch givenUp = new CountDownLatch(1);
            parts.hooked.beforeStore(givenUp::await);
            BackendException failure = OpenedBackend.failure(
                    parts.write(ApplyKind.DIRECT, "given up", "value", ApplyRequest.NO_LIMIT, SHORT));
            assertThat(failure.outcomeKnown())
                    .as("nothing was sent that could be stored")
                    .isTrue();
            givenUp.countDown();
            parts.lane.close(OpenedBackend.TIMEOUT);
            try (Parts others = parts()) {
                assertThat(others.has("given up")).isFalse();
            }
        }
    }

    @Test
    void controlAWriterThatPausedAndHasTimeLeftStores() {
        try (Parts parts = parts()) {
            long then = parts.clock.millis() + SHORT.toMillis();
            parts.hooked.beforeStore(() -> await().until(() -> parts.clock.millis() > then));
            assertThat(status(parts.write(
                            ApplyKind.DIRECT, "in time", "value", ApplyRequest.NO_LIMIT, OpenedBackend.TIMEOUT)))
                    .isEqualTo(ApplyStatus.APPLIED);
            assertThat(parts.has("in time")).isTrue();
        }
    }

    @Test
    void aPausedWriterHoldsNobodyUpAndMeetsWhatCameBetween() throws Exception {
        try (Parts paused = parts();
                Parts other = parts()) {
            for (String key : new String[] {"new", "standing"}) {
                if (key.equals("standing")) {
                    status(other.write(ApplyKind.DIRECT, key, "first", ApplyRequest.NO_LIMIT, OpenedBackend.TIMEOUT));
                }
                CountDownLatch between = new CountDownLatch(1);
                CountDownLatch arrived = new CountDownLatch(1);
                paused.hooked.beforeStore(() -> {
                    arrived.countDown();
                    between.await();
                });
                CompletionStage<ApplyReply> write =
                        paused.write(ApplyKind.DIRECT, key, "paused", ApplyRequest.NO_LIMIT, OpenedBackend.TIMEOUT);
                arrived.await();
                ApplyResult meanwhile = result(
                        other.write(ApplyKind.DIRECT, key, "meanwhile", ApplyRequest.NO_LIMIT, OpenedBackend.TIMEOUT));
                between.countDown();
                ApplyResult last = result(write);
                assertThat(last.status()).isEqualTo(ApplyStatus.APPLIED);
                assertThat(last.metLive()).isTrue();
                assertThat(last.version().isNewerThan(meanwhile.version())).isTrue();
            }
        }
    }

    /** With nothing prepared, as behind a pooler: see {@link PreparedRecordsTest}. */
    @Test
    void nothingIsKeptInTheSessionThatAPoolerWouldLose() {
        try (Parts parts = new Parts(Parts.target(postgres.url() + "?prepareThreshold=0"))) {
            for (int i = 0; i < 20; i++) {
                status(parts.write(ApplyKind.DIRECT, "session", "value", ApplyRequest.NO_LIMIT, OpenedBackend.TIMEOUT));
                assertThat(parts.has("session")).isTrue();
            }
            // By a statement of its own, since each of the backend's begins with a setting for itself alone.
            long kept = parts.run((session, life) -> {
                try (Statement statement = session.connection().createStatement();
                        ResultSet rows = statement.executeQuery("select (select count(*) from pg_prepared_statements)"
                                + " + (select count(*) from pg_locks where locktype = 'advisory')"
                                + " + (select count(*) from pg_settings where source = 'session')")) {
                    rows.next();
                    return rows.getLong(1);
                }
            });
            assertThat(kept).isZero();
        }
    }

    private static ApplyStatus status(CompletionStage<ApplyReply> write) {
        return result(write).status();
    }

    private static ApplyResult result(CompletionStage<ApplyReply> write) {
        return OpenedBackend.await(write).results().get(0);
    }

    private static Parts parts() {
        return new Parts(Parts.target(postgres.url()));
    }
}
