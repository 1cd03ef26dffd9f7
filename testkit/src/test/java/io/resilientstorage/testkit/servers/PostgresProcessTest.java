package io.resilientstorage.testkit.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

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

    private static int number(PostgresProcess postgres, String sql) throws SQLException {
        try (Connection connection = postgres.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getInt(1);
        }
    }
}
