package io.resilientstorage.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;

class PostgresProcessTest {

    @Test
    void keepsItsDataAndItsPortThroughKillAndStop() throws SQLException {
        try (PostgresProcess postgres = PostgresProcess.start()) {
            String url = postgres.jdbcUrl();
            postgres.execute("create table t (n int)");
            postgres.execute("insert into t values (7)");

            postgres.kill();
            assertThatThrownBy(postgres::connect).isInstanceOf(SQLException.class);
            postgres.restart();
            assertThat(number(postgres, "select n from t")).isEqualTo(7);

            postgres.stop();
            assertThatThrownBy(postgres::connect).isInstanceOf(SQLException.class);
            postgres.restart();
            assertThat(number(postgres, "select n from t")).isEqualTo(7);
            assertThat(postgres.jdbcUrl()).isEqualTo(url);
        }
    }

    @Test
    void answersNobodyWhilePausedAndGoesOnAfterwards() throws SQLException {
        try (PostgresProcess postgres = PostgresProcess.start();
                Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            postgres.pause();
            connection.setNetworkTimeout(Runnable::run, 200);
            assertThatThrownBy(() -> statement.execute("select 1")).isInstanceOf(SQLException.class);
            postgres.resume();
            assertThat(number(postgres, "select 3")).isEqualTo(3);
        }
    }

    @Test
    void asksForAPasswordAndTakesSettings() throws SQLException {
        try (PostgresProcess postgres = PostgresProcess.builder()
                .password("hush")
                .set("max_connections", "17")
                .start()) {
            assertThat(number(postgres, "select current_setting('max_connections')::int"))
                    .isEqualTo(17);
            assertThatThrownBy(
                            () -> DriverManager.getConnection(postgres.jdbcUrl().replace("hush", "loud")))
                    .isInstanceOf(SQLException.class)
                    .extracting(failure -> ((SQLException) failure).getSQLState())
                    .isEqualTo("28P01");
        }
    }

    @Test
    void aFullDiskTakesNoMoreUntilThereIsRoomAgain() throws SQLException {
        try (PostgresProcess postgres =
                PostgresProcess.builder().smallDisk("16m").start()) {
            postgres.execute("create table t as select repeat('x', 1500) as x from generate_series(1, 100)");
            postgres.fillDisk();
            try (Connection connection = postgres.connect();
                    Statement statement = connection.createStatement()) {
                assertThatThrownBy(() -> statement.execute("insert into t select x from t"))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                e -> assertThat(e.getSQLState()).isEqualTo("53100"));
            }
            postgres.makeRoom();
            postgres.execute("insert into t select x from t");
            assertThat(number(postgres, "select count(*) from t")).isEqualTo(200);
        }
    }

    @Test
    void aStandbyFollowsAndCanBePromoted() throws SQLException {
        try (PostgresProcess primary =
                        PostgresProcess.builder().password("hush").start();
                PostgresProcess standby = primary.standby()) {
            primary.execute("create table t as select 7 as n");
            await().ignoreExceptions().until(() -> number(standby, "select n from t") == 7);
            assertThatThrownBy(() -> standby.execute("insert into t values (8)"))
                    .hasStackTraceContaining("read-only");

            primary.kill();
            standby.promote();
            standby.execute("insert into t values (8)");

            primary.follow(standby);
            primary.restart();
            assertThatThrownBy(() -> primary.execute("insert into t values (9)"))
                    .hasStackTraceContaining("read-only");
        }
    }

    @Test
    void whereTlsIsRequiredNobodyComesInWithout() throws SQLException {
        try (TestCertificates certificates = TestCertificates.forHosts("ip:127.0.0.1");
                PostgresProcess postgres =
                        PostgresProcess.builder().tls(certificates).start()) {
            assertThat(number(postgres, "select count(*) from pg_stat_ssl where ssl and pid = pg_backend_pid()"))
                    .isEqualTo(1);
            assertThatThrownBy(() -> DriverManager.getConnection(
                            postgres.jdbcUrl().replace("sslmode=require", "sslmode=disable")))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("no encryption");
        }
    }

    private static int number(PostgresProcess postgres, String sql) throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getInt(1);
        }
    }
}
