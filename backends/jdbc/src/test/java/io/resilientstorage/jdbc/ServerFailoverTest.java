package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.testkit.servers.PostgresProcess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Two hosts in one URL: of them the one that takes writes is used, whichever it is. */
class ServerFailoverTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @Test
    void afterThePromotionOfTheStandbyCallsGoOnThereInAnotherLife() {
        try (PostgresProcess first = PostgresProcess.builder().password("hush").start();
                PostgresProcess second = first.standby();
                OpenedBackend storage = new OpenedBackend(
                        JdbcBackend.builder(both(first, second)).build())) {
            Version before = storage.write("key", "before").version();
            Incarnation life = storage.probe().incarnation();
            await().atMost(SOON).until(() -> records(second) == 1);

            first.kill();
            assertThat(OpenedBackend.failure(storage.reading("key", Duration.ofSeconds(1)))
                            .kind())
                    .as("the standby alone is nobody to write to")
                    .isEqualTo(BackendException.Kind.UNAVAILABLE);
            second.promote();
            await().atMost(SOON)
                    .ignoreExceptions()
                    .until(() -> storage.read("key").equals("before"));
            assertThat(storage.write("key", "after").version().isNewerThan(before))
                    .isTrue();
            Incarnation next = storage.probe().incarnation();
            assertThat(next).isNotEqualTo(life);

            // The old one comes back as the standby that it is now: nobody goes back to it.
            first.follow(second);
            first.restart();
            for (int i = 0; i < 20; i++) {
                second.execute("select pg_terminate_backend(pid) from pg_stat_activity"
                        + " where application_name = 'resilient-storage'");
                assertThat(storage.write("key", "round " + i).status()).isEqualTo(ApplyStatus.APPLIED);
                assertThat(storage.read("key")).isEqualTo("round " + i);
                assertThat(storage.probe().degraded()).isEmpty();
                assertThat(storage.probe().incarnation()).isEqualTo(next);
            }
        }
    }

    @Test
    void underLoadTheNewPrimaryIsFoundSoonAfterItsPromotion() {
        try (PostgresProcess first = PostgresProcess.start();
                PostgresProcess second = first.standby();
                OpenedBackend storage = new OpenedBackend(
                        JdbcBackend.builder(both(first, second)).build());
                Load load = new Load(storage, 16)) {
            load.awaitSuccess(SOON);
            // Nobody promotes a standby that has not even got the tables.
            await().atMost(SOON).until(() -> records(second) > 0);
            first.kill();
            second.promote();
            load.awaitSuccess(SOON);
            // At the very start calls may wait for the tables to be made, which is an overload and no more.
            assertThat(load.kinds())
                    .isSubsetOf(BackendException.Kind.UNAVAILABLE, BackendException.Kind.OVERLOADED)
                    .contains(BackendException.Kind.UNAVAILABLE);
        }
    }

    @Test
    void aStandbyAloneServesNothingAndControlIsTakenWhenItIsAskedFor() {
        try (PostgresProcess first = PostgresProcess.start();
                PostgresProcess second = first.standby()) {
            try (OpenedBackend storage =
                    new OpenedBackend(JdbcBackend.builder(first.url()).build())) {
                storage.write("key", "value");
                await().atMost(SOON).until(() -> records(second) == 1);
            }
            first.kill();
            try (OpenedBackend any =
                    new OpenedBackend(JdbcBackend.builder(both(first, second) + "?target_session_attrs=any")
                            .build())) {
                assertThat(any.read("key")).isEqualTo("value");
                assertThat(any.probe().degraded().orElseThrow()).contains("read-only");
            }
        }
    }

    private static String both(PostgresProcess one, PostgresProcess other) {
        return one.url().replaceFirst("/postgres$", ",127.0.0.1:" + other.port() + "/postgres");
    }

    private static long records(PostgresProcess server) {
        try (Connection connection = server.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("select count(*) from resilient_storage_records")) {
            rows.next();
            return rows.getLong(1);
        } catch (SQLException notYet) {
            return 0;
        }
    }
}
