package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.LockAction;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockStatus;
import io.resilientstorage.backend.LockTerms;
import io.resilientstorage.testkit.servers.PgBouncerProcess;
import io.resilientstorage.testkit.servers.PostgresProcess;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When a step with a lock is prepared in the server. */
class PreparedStepsTest {

    private static final LockTerms TERMS = new LockTerms("SINGLE", 60_000, false);

    private static PostgresProcess postgres;

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

    @Test
    void aStepIsPreparedOnceAnAnswerHasShownThatNothingStandsBetween() {
        try (Parts parts = new Parts(Parts.target(postgres.url()))) {
            parts.run((session, life) -> {
                begin(parts, session, life);
                assertThat(acquire(parts, session, life, "first")).isEqualTo(LockStatus.GRANTED);
                assertThat(prepared(session)).isZero();
                assertThat(acquire(parts, session, life, "second")).isEqualTo(LockStatus.GRANTED);
                assertThat(prepared(session)).isEqualTo(1);
                assertThat(acquire(parts, session, life, "second")).isEqualTo(LockStatus.GRANTED);
                assertThat(prepared(session)).isEqualTo(1);
                return true;
            });
        }
    }

    @Test
    void nothingIsPreparedWhereTheUrlSaysSo() {
        try (Parts parts = new Parts(Parts.target(postgres.url() + "?prepareThreshold=0"))) {
            parts.run((session, life) -> {
                begin(parts, session, life);
                for (int i = 0; i < 10; i++) {
                    assertThat(acquire(parts, session, life, "lock " + i)).isEqualTo(LockStatus.GRANTED);
                }
                assertThat(prepared(session)).isZero();
                return true;
            });
        }
    }

    @Test
    void aStepWhoseStatementTheServerHasForgottenIsDoneAllTheSame() {
        try (Parts parts = new Parts(Parts.target(postgres.url()))) {
            parts.run((session, life) -> {
                begin(parts, session, life);
                acquire(parts, session, life, "first");
                acquire(parts, session, life, "second");
                assertThat(prepared(session)).isEqualTo(1);
                behindTheDriver(session, "execute 'deallocate all';");
                assertThat(acquire(parts, session, life, "third")).isEqualTo(LockStatus.GRANTED);
                return true;
            });
        }
    }

    /** As where a pooler changes the sessions and gives itself out for the server. */
    @Test
    void whereTheNamesOfStatementsAreTakenByOthersNothingIsPreparedAnyMore() {
        try (Parts parts = new Parts(Parts.target(postgres.url()))) {
            parts.run((session, life) -> {
                begin(parts, session, life);
                acquire(parts, session, life, "first");
                behindTheDriver(
                        session, "for i in 1..1000 loop execute format('prepare \"S_%s\" as select 1', i); end loop;");
                for (int i = 0; i < 10; i++) {
                    assertThat(acquire(parts, session, life, "lock " + i)).isEqualTo(LockStatus.GRANTED);
                }
                assertThat(prepared(session)).isZero();
                return true;
            });
        }
    }

    private static void behindTheDriver(Session session, String code) throws SQLException {
        try (Statement statement = session.connection().createStatement()) {
            statement.execute("do $$ begin " + code + " end $$");
        }
    }

    @Test
    @Tag("debian")
    void nothingIsPreparedBehindAPoolerInTransactionMode() {
        try (PgBouncerProcess bouncer = PgBouncerProcess.start(postgres, 1, Optional.empty());
                Parts parts = new Parts(Parts.target(bouncer.url()))) {
            parts.run((session, life) -> {
                begin(parts, session, life);
                for (int i = 0; i < 10; i++) {
                    assertThat(acquire(parts, session, life, "lock " + i)).isEqualTo(LockStatus.GRANTED);
                }
                assertThat(prepared(session)).isZero();
                return true;
            });
        }
    }

    private static void begin(Parts parts, Session session, Life life) throws SQLException {
        Authority next = new Authority(0, true, 1, 0, 0, 0, 0, Authority.NO_END, 0, TERMS, life.incarnation());
        assertThat(parts.dialect.locks().replace(session, life, "space", 0, next, Long.MAX_VALUE))
                .isTrue();
    }

    private static LockStatus acquire(Parts parts, Session session, Life life, String name) throws SQLException {
        LockReply reply = parts.dialect
                .locks()
                .perform(
                        session,
                        life,
                        new LockRequest(
                                LockAction.ACQUIRE,
                                "space",
                                name,
                                "one",
                                30_000,
                                TERMS,
                                FencingToken.NONE,
                                ApplyRequest.NO_LIMIT,
                                OpenedBackend.TIMEOUT));
        return reply.status();
    }

    /** How many steps are prepared in the session that the connection has now. */
    private static long prepared(Session session) throws SQLException {
        return session.number("select count(*) from pg_prepared_statements where statement like '%lock_grant%'");
    }
}
