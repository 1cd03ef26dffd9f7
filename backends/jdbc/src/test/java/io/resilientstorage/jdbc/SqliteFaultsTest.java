package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.BackendException.Kind;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Incarnation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the file system and other processes do to a SQLite file. */
class SqliteFaultsTest {

    private static final Duration SHORT = Duration.ofMillis(500);

    @TempDir
    private Path folder;

    @Test
    void aMissingFolderIsNamed() {
        try (OpenedBackend storage = open("sqlite:" + folder.resolve("nowhere").resolve("storage.db"))) {
            BackendException failure = OpenedBackend.failure(storage.writing("key", "value", OpenedBackend.TIMEOUT));
            assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(failure.outcomeKnown()).isTrue();
            assertThat(failure).hasMessageContaining("there is no folder").hasMessageContaining("nowhere");
        }
    }

    @Test
    void aFolderInWhichNoFileCanBeMadeIsNamed() throws IOException {
        // A file in the place of the folder stops root as well, whom no permission stops.
        Path file = Files.writeString(folder.resolve("file"), "no folder");
        try (OpenedBackend storage = open("jdbc:sqlite:" + file.resolve("storage.db"))) {
            BackendException failure = OpenedBackend.failure(storage.writing("key", "value", OpenedBackend.TIMEOUT));
            assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(failure).hasMessageContaining("there is no folder").hasMessageContaining("storage.db");
        }
    }

    @Test
    void aFolderInThePlaceOfTheFileIsNamed() throws IOException {
        Path place = Files.createDirectory(folder.resolve("storage.db"));
        try (OpenedBackend storage = open("sqlite:" + place)) {
            BackendException failure = OpenedBackend.failure(storage.writing("key", "value", OpenedBackend.TIMEOUT));
            assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(failure).hasMessageContaining("cannot open the SQLite file " + place);
        }
    }

    @Test
    void aFileThatIsNoDatabaseIsLeftAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("storage.db"), "a letter to my aunt".repeat(200));
        try (OpenedBackend storage = open("sqlite:" + file)) {
            BackendException failure = OpenedBackend.failure(storage.writing("key", "value", OpenedBackend.TIMEOUT));
            assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(failure).hasMessageContaining("SQLITE_NOTADB");
        }
        assertThat(file).content().startsWith("a letter to my aunt");
    }

    @Test
    void aReadOnlyFileIsReadAndRefusesWrites() {
        Path file = folder.resolve("storage.db");
        try (OpenedBackend writer = open("sqlite:" + file)) {
            writer.write("key", "value");
            try (OpenedBackend reader = open("jdbc:sqlite:file:" + file + "?mode=ro")) {
                assertThat(reader.read("key")).isEqualTo("value");
                BackendException failure = OpenedBackend.failure(reader.writing("key", "other", OpenedBackend.TIMEOUT));
                assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
                assertThat(failure.outcomeKnown()).isTrue();
                assertThat(reader.probe().degraded().orElseThrow()).contains("READONLY");
                assertThat(writer.read("key")).isEqualTo("value");
            }
        }
    }

    @Test
    void aFileThatSomebodySitsOnIsUnavailableForWritesByTheTimeOut() throws SQLException {
        try (OpenedBackend storage = open("sqlite:" + file());
                Connection other = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = other.createStatement()) {
            storage.write("key", "value");
            statement.execute("begin immediate");
            for (int i = 0; i < 3; i++) {
                long begin = storage.time().clock().nanos();
                BackendException failure = OpenedBackend.failure(storage.writing("key", "locked", SHORT));
                assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
                assertThat(failure.outcomeKnown()).isTrue();
                assertThat(failure).hasMessageContaining("locked");
                assertThat(Duration.ofNanos(storage.time().clock().nanos() - begin))
                        .isLessThan(SHORT.plusMillis(250));
                assertThat(storage.read("key")).as("readers go on").isEqualTo("value");
            }
            statement.execute("rollback");
            assertThat(storage.write("key", "free").status()).isEqualTo(ApplyStatus.APPLIED);
        }
    }

    @Test
    void aFileThatManyWriteToIsOverloadedAndNotUnavailable() throws Exception {
        try (OpenedBackend storage = open("sqlite:" + file())) {
            storage.write("key", "value");
            CountDownLatch ended = new CountDownLatch(1);
            ExecutorService threads = Executors.newSingleThreadExecutor();
            Semaphore locked = new Semaphore(0);
            CompletableFuture<Void> greedy = CompletableFuture.runAsync(() -> hog(locked, ended), threads);
            try {
                List<BackendException> failures = new ArrayList<>();
                for (int i = 0; i < 50 && failures.isEmpty(); i++) {
                    // A write that was lucky lets the other wait in steps, and all that follow would be free meanwhile.
                    locked.drainPermits();
                    assertThat(locked.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
                    try {
                        storage.write("key", "mine", SHORT);
                    } catch (BackendException e) {
                        failures.add(e);
                    }
                }
                assertThat(failures).extracting(BackendException::kind).containsExactly(Kind.OVERLOADED);
            } finally {
                ended.countDown();
                greedy.join();
                threads.shutdown();
            }
            assertThat(storage.write("key", "free").status()).isEqualTo(ApplyStatus.APPLIED);
        }
    }

    /** Commits all the time, and leaves hardly a gap between two transactions. */
    private void hog(Semaphore locked, CountDownLatch ended) {
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = other.createStatement()) {
            statement.execute("create table other (n int)");
            while (ended.getCount() > 0) {
                statement.execute("begin immediate");
                locked.release();
                statement.execute("insert into other values (1)");
                ended.await(20, TimeUnit.MILLISECONDS);
                statement.execute("commit");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void twoBackendsOnOneFileLoseNoWriteOfSixteenThreads() {
        ExecutorService threads = Executors.newFixedThreadPool(16);
        try (OpenedBackend one = open("sqlite:" + file());
                OpenedBackend two = open("jdbc:sqlite:" + file())) {
            List<CompletableFuture<List<ApplyResult>>> writers = new ArrayList<>();
            for (int i = 0; i < 16; i++) {
                OpenedBackend storage = i % 2 == 0 ? one : two;
                int writer = i;
                writers.add(CompletableFuture.supplyAsync(
                        () -> {
                            List<ApplyResult> results = new ArrayList<>();
                            for (int j = 0; j < 20; j++) {
                                results.add(storage.write("shared", writer + "/" + j));
                                storage.write("own " + writer, "value " + j);
                            }
                            return results;
                        },
                        threads));
            }
            Set<Object> versions = new HashSet<>();
            writers.forEach(writer -> writer.join().forEach(result -> {
                assertThat(result.status()).isEqualTo(ApplyStatus.APPLIED);
                assertThat(versions.add(result.version()))
                        .as("a version of its own")
                        .isTrue();
            }));
            for (int i = 0; i < 16; i++) {
                assertThat(one.read("own " + i)).isEqualTo("value 19").isEqualTo(two.read("own " + i));
            }
            assertThat(one.read("shared")).isEqualTo(two.read("shared"));
        } finally {
            threads.shutdown();
        }
    }

    @Test
    void aFileThatIsReplacedWhileItRunsIsANewLifeAndIsReadAtOnce() throws Exception {
        Path old = folder.resolve("old.db");
        try (OpenedBackend before = open("sqlite:" + old)) {
            before.write("key", "from the backup");
        }
        try (OpenedBackend storage = open("sqlite:" + file())) {
            storage.write("key", "value");
            Incarnation incarnation = storage.probe().incarnation();
            deleteLogs();
            Files.move(old, file(), StandardCopyOption.REPLACE_EXISTING);
            assertThat(storage.read("key")).isEqualTo("from the backup");
            assertThat(storage.write("key", "later").status()).isEqualTo(ApplyStatus.APPLIED);
            assertThat(storage.probe().incarnation()).isNotEqualTo(incarnation);
            assertThat(value("key")).as("in the file that stands there").isEqualTo("later");
        }
    }

    @Test
    void aFileThatIsDeletedWhileItRunsIsMadeAnewAndNoWriteGoesIntoTheVoid() throws Exception {
        try (OpenedBackend storage = open("sqlite:" + file())) {
            storage.write("key", "value");
            Incarnation incarnation = storage.probe().incarnation();
            deleteLogs();
            Files.delete(file());
            assertThat(storage.write("key", "again").status()).isEqualTo(ApplyStatus.APPLIED);
            assertThat(value("key")).isEqualTo("again");
            assertThat(storage.probe().incarnation()).isNotEqualTo(incarnation);
        }
    }

    @Test
    void itsClockIsTheSharedOneAndAWriteThatComesLateIsNotStored() {
        try (OpenedBackend storage = open("sqlite:" + file())) {
            storage.clock().useOffset(Duration.ofHours(5).toMillis());
            long now = storage.clock().millis();
            ApplyRequest late = new ApplyRequest(
                    ApplyKind.DIRECT,
                    List.of(Change.of(storage.record("key", "late"))),
                    1,
                    now - 1,
                    OpenedBackend.TIMEOUT);
            assertThat(OpenedBackend.await(storage.backend().apply(late)).results())
                    .extracting(ApplyResult::status)
                    .containsExactly(ApplyStatus.LATE);
            assertThat(storage.probe().serverMillis()).isEmpty();
        }
    }

    @Test
    void aWriteThatPausedBeforeItsCommitIsNotStoredAfterItsNotAfterTime() {
        try (Parts parts = new Parts(Parts.target("sqlite:" + file()))) {
            for (long patience : new long[] {SHORT.toMillis(), ApplyRequest.NO_LIMIT / 2}) {
                long now = parts.clock.millis();
                parts.hooked.beforeStore(() -> await().until(() -> parts.clock.millis() > now + SHORT.toMillis()));
                String key = "patience " + patience;
                var status = OpenedBackend.await(
                                parts.write(ApplyKind.DIRECT, key, "value", now + patience, OpenedBackend.TIMEOUT))
                        .results()
                        .get(0)
                        .status();
                boolean inTime = patience > SHORT.toMillis();
                assertThat(status).isEqualTo(inTime ? ApplyStatus.APPLIED : ApplyStatus.LATE);
                assertThat(parts.has(key)).isEqualTo(inTime);
            }
        }
    }

    private Path file() {
        return folder.resolve("storage.db");
    }

    private static OpenedBackend open(String url) {
        return new OpenedBackend(JdbcBackend.builder(url).build());
    }

    private void deleteLogs() throws IOException {
        for (String suffix : List.of("-wal", "-shm")) {
            Files.deleteIfExists(folder.resolve("storage.db" + suffix));
        }
    }

    /** What stands in the file, seen by a connection that knows nothing of the backend. */
    private String value(String key) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select cast(value as text) from resilient_storage_records where key = cast('" + key
                                + "' as blob)")) {
            return rows.next() ? rows.getString(1) : "nothing";
        }
    }
}
