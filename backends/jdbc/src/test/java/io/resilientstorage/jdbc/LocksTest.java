package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.BackendException.Kind;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.LockAction;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockStatus;
import io.resilientstorage.backend.LockTerms;
import io.resilientstorage.testkit.servers.PostgresProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is special about locks in SQL. */
class LocksTest {

    private static final LockTerms TERMS = new LockTerms("SINGLE", 60_000, false);

    private static PostgresProcess postgres;

    @TempDir
    private Path folder;

    @BeforeAll
    static void start() {
        postgres = PostgresProcess.start();
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @BeforeEach
    void empty() {
        postgres.execute("drop schema public cascade");
        postgres.execute("create schema public");
    }

    @ParameterizedTest
    @EnumSource
    void whatEndedAWhileAgoIsRemovedInSmallBatchesAndNothingElse(SchemaTest.Database database) {
        try (Parts parts = parts(database)) {
            begin(parts);
            int batches = 2;
            for (int i = 0; i < batches * LockSweep.BATCH; i++) {
                perform(parts, LockAction.ACQUIRE, String.format("lock %04d", i));
            }
            age(parts, 30_000 + LockSweep.KEPT_MILLIS + 1_000);
            perform(parts, LockAction.ACQUIRE, "a lock that is held");
            perform(parts, LockAction.ACQUIRE, "a lock that is released");
            perform(parts, LockAction.RELEASE, "a lock that is released");
            perform(parts, LockAction.ACQUIRE, "lock 0001");
            LockSweep sweep = new LockSweep(parts.dialect, Parts.TABLES);
            for (int batch = 0; batch < batches; batch++) {
                long before = rows(parts);
                assertThat(run(parts, sweep)).as("there may be more").isTrue();
                assertThat(before - rows(parts)).isBetween(LockSweep.BATCH - 3L, (long) LockSweep.BATCH);
            }
            assertThat(run(parts, sweep)).as("that was the end of the table").isFalse();
            assertThat(rows(parts)).isEqualTo(2);
            assertThat(perform(parts, LockAction.ACQUIRE, "lock 0000").status()).isEqualTo(LockStatus.GRANTED);
            assertThat(perform(parts, LockAction.RENEW, "lock 0001").status()).isEqualTo(LockStatus.LOST);
            assertThat(run(parts, sweep)).as("and it begins anew").isFalse();
            assertThat(rows(parts)).isEqualTo(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void termsOfANewerFormatAreRefused(SchemaTest.Database database) {
        try (Parts parts = parts(database)) {
            begin(parts);
            parts.run((session, life) -> {
                session.execute(Parts.TABLES.in("update {authorities} set terms = '2 of tomorrow'"));
                return true;
            });
            BackendException read = OpenedBackend.failure(parts.call(
                    OpenedBackend.TIMEOUT,
                    (session, life) -> parts.dialect.locks().authority(session, life, "space")));
            assertThat(read.kind()).isEqualTo(Kind.REFUSED);
            BackendException step = OpenedBackend.failure(performing(parts, LockAction.ACQUIRE, "lock"));
            assertThat(step.kind()).isEqualTo(Kind.REFUSED);
        }
    }

    /** There a function would go on seeing what it saw before it waited. */
    @Test
    void aDatabaseWhoseTransactionsAreIsolatedOtherwiseIsRefused() {
        try (Parts parts = parts(SchemaTest.Database.POSTGRESQL)) {
            begin(parts);
            assertThat(perform(parts, LockAction.ACQUIRE, "lock").status()).isEqualTo(LockStatus.GRANTED);
        }
        postgres.execute("alter database postgres set default_transaction_isolation = 'repeatable read'");
        try (Parts parts = parts(SchemaTest.Database.POSTGRESQL)) {
            BackendException refused = OpenedBackend.failure(performing(parts, LockAction.ACQUIRE, "lock"));
            assertThat(refused.kind()).isEqualTo(Kind.REFUSED);
            assertThat(refused).hasMessageContaining("READ COMMITTED");
        } finally {
            postgres.execute("alter database postgres reset default_transaction_isolation");
        }
    }

    /** Else the other backend might grant what is granted here a moment later. */
    @Test
    void whoChangesTheAuthorityWaitsForGrantsUnderWay() throws SQLException {
        try (Parts parts = parts(SchemaTest.Database.POSTGRESQL);
                Connection other = postgres.connect()) {
            begin(parts);
            Life life = parts.run((session, present) -> present);
            other.setAutoCommit(false);
            try (PreparedStatement step = other.prepareStatement("select resilient_storage_lock_step("
                    + "'ACQUIRE', 'space', '\\x61', '\\x62', 1000, ?, 0, 9000000000000000, ?, ?, '1000')")) {
                step.setString(1, TERMS.text());
                step.setString(2, life.mark());
                step.setString(3, life.incarnation().id());
                try (ResultSet rows = step.executeQuery()) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getString(1)).startsWith("GRANTED\n");
                }
            }
            assertThat(perform(parts, LockAction.ACQUIRE, "another lock").status())
                    .as("other grants go on")
                    .isEqualTo(LockStatus.GRANTED);
            CompletableFuture<Boolean> change = parts.call(
                            OpenedBackend.TIMEOUT, (session, present) -> replace(parts, session, present, 1))
                    .toCompletableFuture();
            await().until(() -> waiting(parts) == 1);
            assertThat(change).isNotDone();
            other.commit();
            assertThat(OpenedBackend.await(change)).isTrue();
        }
    }

    /** It does not notice that nobody listens any more, and would soon have all of its connections in such waits. */
    @Test
    void theServerDoesNotWaitForALockForLongerThanTheCall() throws SQLException {
        try (Parts parts = parts(SchemaTest.Database.POSTGRESQL);
                Connection other = postgres.connect()) {
            begin(parts);
            other.setAutoCommit(false);
            try (PreparedStatement held = other.prepareStatement("select pg_advisory_xact_lock(hashtextextended("
                    + "'resilient_storage_locks space ' || encode('held', 'hex'), 0))")) {
                held.execute();
            }
            CompletableFuture<LockReply> step =
                    performing(parts, LockAction.ACQUIRE, "held").toCompletableFuture();
            await().until(() -> waiting(parts) == 1);
            await().until(step::isCompletedExceptionally);
            await().until(() -> waiting(parts) == 0);
        }
    }

    private static long waiting(Parts parts) {
        return parts.run((session, any) -> session.number("select count(*) from pg_locks where not granted"));
    }

    private Parts parts(SchemaTest.Database database) {
        String url =
                database == SchemaTest.Database.POSTGRESQL ? postgres.url() : "sqlite:" + folder.resolve("storage.db");
        return new Parts(Parts.target(url));
    }

    private static void begin(Parts parts) {
        boolean put = parts.run((session, life) -> replace(parts, session, life, 0));
        assertThat(put).isTrue();
    }

    private static boolean replace(Parts parts, Session session, Life life, long expectedRevision) throws SQLException {
        Authority next = new Authority(0, true, 1, 0, 0, 0, 0, Authority.NO_END, 0, TERMS, life.incarnation());
        return parts.dialect.locks().replace(session, life, "space", expectedRevision, next, Long.MAX_VALUE);
    }

    private static LockReply perform(Parts parts, LockAction action, String name) {
        return OpenedBackend.await(performing(parts, action, name));
    }

    private static CompletionStage<LockReply> performing(Parts parts, LockAction action, String name) {
        LockRequest request = new LockRequest(
                action,
                "space",
                name,
                "one",
                30_000,
                TERMS,
                action == LockAction.RENEW ? 1 : FencingToken.NONE,
                ApplyRequest.NO_LIMIT,
                OpenedBackend.TIMEOUT);
        return parts.call(
                OpenedBackend.TIMEOUT, (session, life) -> parts.dialect.locks().perform(session, life, request));
    }

    /** As if that much time had passed since they were granted. */
    private static void age(Parts parts, long millis) {
        parts.run((session, life) -> {
            session.execute(Parts.TABLES.in("update {locks} set ends_at = ends_at - " + millis));
            return true;
        });
    }

    private static boolean run(Parts parts, LockSweep sweep) {
        return parts.run((session, life) -> sweep.run(session));
    }

    private static long rows(Parts parts) {
        return parts.run((session, life) -> session.number(Parts.TABLES.in("select count(*) from {locks}")));
    }
}
