package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.servers.PgBouncerProcess;
import io.resilientstorage.testkit.servers.PostgresProcess;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** When what reads and stores one record is prepared in the server, and what it does to the plans. */
class PreparedRecordsTest {

    private static final int GENERATION = 1;

    /** More than PostgreSQL plans anew before it keeps a plan. */
    private static final int TIMES = 10;

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
    void readingAndStoringOneRecordArePreparedWhereNothingStandsBetween() {
        try (Parts parts = new Parts(Parts.target(postgres.url()))) {
            parts.run((session, life) -> {
                write(parts, session, life, TIMES);
                assertThat(prepared(session))
                        .as("to read, to insert, to update")
                        .isEqualTo(3);
                return true;
            });
        }
    }

    @Test
    void nothingIsPreparedWhereTheUrlSaysSo() {
        try (Parts parts = new Parts(Parts.target(postgres.url() + "?prepareThreshold=0"))) {
            parts.run((session, life) -> {
                write(parts, session, life, TIMES);
                assertThat(prepared(session)).isZero();
                return true;
            });
        }
    }

    @Test
    @Tag("debian")
    void norBehindAPoolerInTransactionMode() {
        try (PgBouncerProcess bouncer = PgBouncerProcess.start(postgres, 1, Optional.empty());
                Parts parts = new Parts(Parts.target(bouncer.url()))) {
            parts.run((session, life) -> {
                write(parts, session, life, TIMES);
                assertThat(prepared(session)).isZero();
                return true;
            });
        }
    }

    @Test
    void aStatementThatTheServerHasForgottenIsRunAllTheSame() {
        try (Parts parts = new Parts(Parts.target(postgres.url()))) {
            parts.run((session, life) -> {
                write(parts, session, life, TIMES);
                behindTheDriver(session, "do $$ begin execute 'deallocate all'; end $$");
                write(parts, session, life, TIMES);
                return true;
            });
        }
    }

    /** With the types of its columns the answer changes, and a statement that is prepared may not. */
    @Test
    void oneThatAnswersSomethingElseSinceTheTableWasChangedIsRunAllTheSame() {
        try (Parts parts = new Parts(Parts.target(postgres.url()))) {
            parts.run((session, life) -> {
                write(parts, session, life, TIMES);
                behindTheDriver(session, Parts.TABLES.in("alter table {records} alter column format type int"));
                write(parts, session, life, TIMES);
                return true;
            });
        }
    }

    /** The table grows without being analyzed, and what was planned while it was small would read all of it. */
    @Test
    void whatIsPreparedWhileATableIsSmallDoesNotReadAllOfItLater() {
        try (Parts parts = new Parts(Parts.target(postgres.url()))) {
            parts.run((session, life) -> {
                write(parts, session, life, 1);
                behindTheDriver(session, Parts.TABLES.in("analyze {records}"));
                assertThat(plan(session)).as("the control").contains("Seq Scan on");
                long before = wholeReads(session);
                write(parts, session, life, TIMES);
                assertThat(wholeReads(session)).isEqualTo(before);
                return true;
            });
        }
    }

    private static void write(Parts parts, Session session, Life life, int times) throws SQLException {
        RecordKey key = new RecordKey("default", "key");
        for (int i = 0; i < times; i++) {
            StoredRow standing = parts.dialect
                    .standing(session, life, GENERATION, List.of(key), Dialect.Detail.VERSIONS)
                    .rows()
                    .get(key);
            long millis = standing == null ? 1 : standing.record().version().millis() + 1;
            VersionedRecord record = new VersionedRecord(
                    key,
                    Version.of(millis, 0, 1),
                    Content.value("value".getBytes(StandardCharsets.UTF_8)),
                    VersionedRecord.NEVER);
            Set<Integer> stored = parts.dialect.store(
                    session,
                    GENERATION,
                    Long.MAX_VALUE,
                    List.of(new Dialect.Pending(
                            record, standing == null ? 0 : standing.position(), null, Set.of("target"))));
            assertThat(stored).containsExactly(0);
        }
    }

    private static void behindTheDriver(Session session, String sql) throws SQLException {
        try (Statement statement = session.connection().createStatement()) {
            statement.execute(sql);
        }
    }

    /** As it is without what goes before each statement. */
    private static String plan(Session session) throws SQLException {
        String sql = Parts.TABLES.in("explain select * from {records} where generation = " + GENERATION
                + " and namespace = 'default' and key = 'key'::bytea");
        try (Statement statement = session.connection().createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    private static long wholeReads(Session session) throws SQLException {
        behindTheDriver(session, "select pg_stat_force_next_flush()");
        return session.number(Parts.TABLES.in(
                "select seq_scan from pg_stat_user_tables where relname = '" + Parts.TABLES.bare("records") + "'"));
    }

    /** How many statements for records are prepared in the session that the connection has now. */
    private static long prepared(Session session) throws SQLException {
        return session.number("select count(*) from pg_prepared_statements where statement like '%_records%'");
    }
}
