package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.BackendException.Kind;
import io.resilientstorage.backend.ChangeScan;
import io.resilientstorage.backend.RecordScan;
import io.resilientstorage.testkit.servers.PostgresProcess;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The end of the changes is never told before it is certain. */
class ChangesTest {

    @Test
    void aTransactionOfSomebodyElseThatStaysOpenHidesNoCommittedChange() throws SQLException {
        try (PostgresProcess postgres = PostgresProcess.start();
                OpenedBackend storage =
                        new OpenedBackend(JdbcBackend.builder(postgres.url()).build());
                Connection other = postgres.connect();
                Statement statement = other.createStatement()) {
            storage.write("before", "value");
            statement.execute("create table other (n int)");
            other.setAutoCommit(false);
            statement.execute("insert into other values (1)");
            storage.write("after", "value");
            ChangeScan changes = storage.backend().changes().orElseThrow();

            // One record is certain, and a page may end with it; what comes behind is not.
            ChangeScan.Page first = OpenedBackend.await(changes.changes(0, 1, 1));
            assertThat(keys(first)).containsExactly("before");
            BackendException failure = OpenedBackend.failure(changes.changes(first.position(), 1, 10));
            assertThat(failure.kind()).as("it counts for nothing").isEqualTo(Kind.OVERLOADED);

            CompletableFuture<ChangeScan.Page> waiting =
                    changes.changes(first.position(), 1, 10).toCompletableFuture();
            await().during(Duration.ofMillis(200)).until(() -> !waiting.isDone());
            other.commit();
            assertThat(keys(OpenedBackend.await(waiting))).containsExactly("after");
        }
    }

    @Test
    void theHeadIsNotToldBeforeAllThatWasCommittedStandsBeforeIt() throws SQLException {
        try (PostgresProcess postgres = PostgresProcess.start();
                OpenedBackend storage =
                        new OpenedBackend(JdbcBackend.builder(postgres.url()).build());
                Connection other = postgres.connect();
                Statement statement = other.createStatement()) {
            storage.write("before", "value");
            statement.execute("create table other (n int)");
            other.setAutoCommit(false);
            statement.execute("insert into other values (1)");
            ChangeScan changes = storage.backend().changes().orElseThrow();
            long head = OpenedBackend.await(changes.extent()).head();
            assertThat(keys(OpenedBackend.await(changes.latest(head, 1, 10)))).containsExactly("before");

            storage.write("after", "value");
            CompletableFuture<ChangeScan.Extent> waiting = changes.extent().toCompletableFuture();
            await().during(Duration.ofMillis(200)).until(() -> !waiting.isDone());
            other.commit();
            long next = OpenedBackend.await(waiting).head();
            assertThat(keys(OpenedBackend.await(changes.latest(next, 1, 10)))).containsExactly("after", "before");

            statement.execute("insert into other values (1)");
            storage.write("last", "value");
            assertThat(OpenedBackend.failure(changes.extent()).kind())
                    .as("it counts for nothing")
                    .isEqualTo(Kind.OVERLOADED);
            other.rollback();
        }
    }

    @Test
    void recordsOfANewerFormatAreNotTakenForTheEnd() {
        try (PostgresProcess postgres = PostgresProcess.start();
                OpenedBackend storage =
                        new OpenedBackend(JdbcBackend.builder(postgres.url()).build())) {
            for (int i = 0; i < 5; i++) {
                storage.write("newer " + i, "value");
            }
            postgres.execute("update resilient_storage_records set format = 2");
            storage.write("known", "value");
            ChangeScan changes = storage.backend().changes().orElseThrow();
            assertThat(keys(OpenedBackend.await(changes.changes(0, 1, 2)))).containsExactly("known");
            postgres.execute("update resilient_storage_records set position = position + 100 where format = 2");
            assertThat(keys(OpenedBackend.await(changes.latest(Long.MAX_VALUE, 1, 2))))
                    .containsExactly("known");
        }
    }

    /** What the limits are: a page has at least one record, and about so many, or so many bytes. */
    @Test
    void aPageIsBoundedByBytesToo() {
        String large = "x".repeat(1 << 20);
        try (PostgresProcess postgres = PostgresProcess.start();
                OpenedBackend storage =
                        new OpenedBackend(JdbcBackend.builder(postgres.url()).build())) {
            for (int i = 0; i < 9; i++) {
                storage.write("large " + i, large);
            }
            ChangeScan changes = storage.backend().changes().orElseThrow();
            ChangeScan.Page page = OpenedBackend.await(changes.changes(0, 1, 1_000));
            assertThat(page.records()).hasSize(4);
            ChangeScan.Page latest = OpenedBackend.await(changes.latest(Long.MAX_VALUE, 1, 1_000));
            assertThat(keys(latest)).containsExactly("large 8", "large 7", "large 6", "large 5");
            RecordScan.Page scanned = OpenedBackend.await(storage.backend()
                    .scan()
                    .orElseThrow()
                    .scan(new RecordScan.Request(Optional.of("test"), "", 1, Optional.empty(), 1_000, false)));
            assertThat(scanned.records()).hasSize(4);
            assertThat(scanned.cursor()).isPresent();
        }
    }

    private static List<String> keys(ChangeScan.Page page) {
        return page.records().stream().map(record -> record.key().key()).toList();
    }
}
