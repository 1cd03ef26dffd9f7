package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.BackendException.Kind;
import io.resilientstorage.backend.ChangeScan;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.SentinelStore;
import io.resilientstorage.backend.Warmth;
import io.resilientstorage.testkit.servers.PostgresProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The tables make and migrate themselves, and a library that is too old for them keeps its hands off. */
class SchemaTest {

    private static final int BACKENDS = 16;

    /** The databases. */
    enum Database {
        POSTGRESQL,
        SQLITE
    }

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
        postgres.execute("drop schema if exists apart cascade");
        postgres.execute("drop schema public cascade");
        postgres.execute("create schema public");
    }

    @ParameterizedTest
    @EnumSource
    void sixteenBackendsOpenAnEmptyDatabaseAtOnce(Database database) throws SQLException {
        List<OpenedBackend> storages = new ArrayList<>();
        ExecutorService threads = Executors.newFixedThreadPool(BACKENDS);
        try {
            for (int i = 0; i < BACKENDS; i++) {
                storages.add(new OpenedBackend(backend(database)));
            }
            List<CompletableFuture<ApplyStatus>> writes = new ArrayList<>();
            for (int i = 0; i < BACKENDS; i++) {
                int number = i;
                writes.add(CompletableFuture.supplyAsync(
                        () -> storages.get(number)
                                .write("key " + number, "value")
                                .status(),
                        threads));
            }
            assertThat(writes).extracting(CompletableFuture::join).containsOnly(ApplyStatus.APPLIED);
            assertThat(number(database, "select count(*) from resilient_storage_records"))
                    .isEqualTo(BACKENDS);
            assertThat(number(database, "select count(*) from resilient_storage_meta where version = 3"))
                    .isEqualTo(1);
            assertThat(storages)
                    .extracting(storage -> storage.probe().incarnation())
                    .allMatch(storages.get(0).probe().incarnation()::equals);
        } finally {
            storages.forEach(OpenedBackend::close);
            threads.shutdown();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aSchemaThatIsTooNewIsRefusedAndLeftAlone(Database database) throws SQLException {
        write(database, "key", "value");
        execute(database, "update resilient_storage_meta set version = 9, minimum_reader = 8");
        try (OpenedBackend old = new OpenedBackend(backend(database))) {
            for (var call : List.of(
                    old.reading("key", OpenedBackend.TIMEOUT),
                    old.writing("key", "old", OpenedBackend.TIMEOUT),
                    old.backend().probe(OpenedBackend.TIMEOUT))) {
                BackendException failure = OpenedBackend.failure(call);
                assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
                assertThat(failure)
                        .hasMessageContaining("version 9")
                        .hasMessageContaining("at least version 8")
                        .hasMessageContaining("use a newer library");
            }
        }
        assertThat(number(database, "select version from resilient_storage_meta"))
                .isEqualTo(9);
        assertThat(number(database, "select count(*) from resilient_storage_records"))
                .isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void aNewerSchemaThatIsMadeForOldLibrariesTooIsUsed(Database database) throws SQLException {
        write(database, "key", "value");
        execute(database, "update resilient_storage_meta set version = 9, minimum_reader = 2");
        try (OpenedBackend old = new OpenedBackend(backend(database))) {
            assertThat(old.read("key")).isEqualTo("value");
        }
        assertThat(number(database, "select version from resilient_storage_meta"))
                .isEqualTo(9);
    }

    @ParameterizedTest
    @EnumSource
    void aNewerLibraryMigratesOnceWhileOthersWait(Database database) throws SQLException {
        write(database, "key", "value");
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try (Parts parts = new Parts(Parts.target(url(database)))) {
            List<List<String>> steps = new ArrayList<>(parts.dialect.migrations());
            steps.add(List.of("create table {prefix}more (n int)", "insert into {prefix}more values (1)"));
            steps.add(List.of("update {prefix}more set n = n + 1"));
            Schema newer = new Schema(parts.dialect, Parts.TABLES, steps, 4);
            List<CompletableFuture<Life>> opened = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                opened.add(CompletableFuture.supplyAsync(
                        () -> parts.run((session, life) -> newer.open(session)), threads));
            }
            assertThatCode(() -> opened.forEach(CompletableFuture::join)).doesNotThrowAnyException();
        } finally {
            threads.shutdown();
        }
        assertThat(number(database, "select n from resilient_storage_more")).isEqualTo(2);
        assertThat(number(database, "select version * 10 + minimum_reader from resilient_storage_meta"))
                .isEqualTo(54);
        try (OpenedBackend old = new OpenedBackend(backend(database))) {
            assertThat(OpenedBackend.failure(old.reading("key", OpenedBackend.TIMEOUT))
                            .kind())
                    .isEqualTo(Kind.REFUSED);
        }
    }

    @ParameterizedTest
    @EnumSource
    void theFirstVersionIsMigratedWithItsContent(Database database) throws SQLException {
        try (Parts parts = new Parts(Parts.target(url(database)))) {
            Schema first = new Schema(
                    parts.dialect, Parts.TABLES, parts.dialect.migrations().subList(0, 1), 1);
            parts.lane
                    .submit(OpenedBackend.TIMEOUT, attempt -> parts.open(attempt, first))
                    .toCompletableFuture()
                    .join();
        }
        assertThat(number(database, "select version from resilient_storage_meta"))
                .isEqualTo(1);
        execute(
                database,
                "insert into resilient_storage_records (generation, namespace, key, version_time, version_writer,"
                        + " format, value, expires_at, position) values (1, 'test', "
                        + (database == Database.POSTGRESQL ? "'\\x6b', 1, 1, 1, '\\x76'" : "x'6b', 1, 1, 1, x'76'")
                        + ", 9223372036854775807, 1)");
        try (OpenedBackend storage = new OpenedBackend(backend(database))) {
            assertThat(storage.read("k")).isEqualTo("v");
            assertThat(OpenedBackend.await(
                                    storage.backend().changes().orElseThrow().extent())
                            .floor())
                    .isZero();
        }
        assertThat(number(database, "select version * 10 + minimum_reader from resilient_storage_meta"))
                .isEqualTo(32);
    }

    @ParameterizedTest
    @EnumSource
    void aMigrationThatFailsLeavesNothingBehind(Database database) throws SQLException {
        write(database, "key", "value");
        try (Parts parts = new Parts(Parts.target(url(database)))) {
            List<List<String>> steps = new ArrayList<>(parts.dialect.migrations());
            steps.add(List.of("create table {prefix}more (n int)", "insert into {prefix}nowhere values (1)"));
            Schema newer = new Schema(parts.dialect, Parts.TABLES, steps, 1);
            OpenedBackend.failure(parts.call(OpenedBackend.TIMEOUT, (session, life) -> newer.open(session)));
            assertThat(parts.has("key")).isTrue();
        }
        assertThat(number(database, "select version from resilient_storage_meta"))
                .isEqualTo(3);
        assertThatCode(() -> execute(database, "create table resilient_storage_more (n int)"))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @EnumSource
    void tablesThatVanishWhileItRunsAreMadeAgain(Database database) throws SQLException {
        try (OpenedBackend storage = new OpenedBackend(backend(database))) {
            storage.write("key", "value");
            SentinelStore sentinels = storage.backend().sentinels().orElseThrow();
            Sentinel sentinel = new Sentinel("s", Warmth.WARM, 1, "");
            Incarnation life = OpenedBackend.await(sentinels.read()).incarnation();
            assertThat(OpenedBackend.await(sentinels.compareAndSet(life, Optional.empty(), sentinel)))
                    .isTrue();
            for (String table : List.of("records", "hints", "meta", "probes", "authorities", "locks")) {
                execute(database, "drop table resilient_storage_" + table);
            }
            assertThat(storage.read("key")).startsWith("Miss");
            assertThat(storage.write("key", "again").status()).isEqualTo(ApplyStatus.APPLIED);
            assertThat(storage.probe().degraded()).isEmpty();
            assertThat(OpenedBackend.await(sentinels.read()).sentinel())
                    .as("nobody but recovery makes one")
                    .isEmpty();
        }
    }

    @Test
    void theTablesStandInTheSchemaAndUnderThePrefixThatWereAskedFor() throws SQLException {
        try (OpenedBackend storage = new OpenedBackend(JdbcBackend.builder(postgres.url())
                .schema("apart")
                .tablePrefix("x_")
                .build())) {
            storage.write("key", "value");
            assertThat(storage.read("key")).isEqualTo("value");
        }
        assertThat(number(Database.POSTGRESQL, "select count(*) from apart.x_records"))
                .isEqualTo(1);
    }

    @Test
    void twoBackendsWithTwoPrefixesShareADatabase() {
        try (OpenedBackend one = new OpenedBackend(
                        JdbcBackend.builder(postgres.url()).tablePrefix("one_").build());
                OpenedBackend two = new OpenedBackend(
                        JdbcBackend.builder(postgres.url()).tablePrefix("two_").build())) {
            one.write("key", "one");
            two.write("key", "two");
            assertThat(one.read("key")).isEqualTo("one");
            assertThat(two.read("key")).isEqualTo("two");
        }
    }

    /**
     * As after a restore from a dump: the rows are from a cluster whose transaction ids were far ahead of those here.
     */
    @Test
    void positionsGoOnAscendingInADatabaseThatWasRestoredElsewhere() throws SQLException {
        long ahead = 1L << 40;
        write(Database.POSTGRESQL, "before", "value");
        execute(Database.POSTGRESQL, "update resilient_storage_records set position = " + ahead);
        execute(Database.POSTGRESQL, "update resilient_storage_meta set origin = 'another cluster'");
        try (OpenedBackend storage = new OpenedBackend(backend(Database.POSTGRESQL))) {
            storage.write("after", "value");
            ChangeScan changes = storage.backend().changes().orElseThrow();
            ChangeScan.Page page = OpenedBackend.await(changes.changes(0, 1, 10));
            assertThat(page.records()).extracting(record -> record.key().key()).containsExactly("before", "after");
            assertThat(page.position()).isGreaterThan(ahead);
        }
    }

    private void write(Database database, String key, String value) {
        try (OpenedBackend storage = new OpenedBackend(backend(database))) {
            assertThat(storage.write(key, value).status()).isEqualTo(ApplyStatus.APPLIED);
        }
    }

    private JdbcBackend backend(Database database) {
        return JdbcBackend.builder(url(database)).poolSize(2).build();
    }

    private String url(Database database) {
        return database == Database.POSTGRESQL ? postgres.url() : "sqlite:" + file();
    }

    private Path file() {
        return folder.resolve("storage.db");
    }

    private Connection connect(Database database) throws SQLException {
        return database == Database.POSTGRESQL
                ? postgres.connect()
                : DriverManager.getConnection("jdbc:sqlite:" + file());
    }

    private void execute(Database database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private long number(Database database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            assertThat(rows.next()).isTrue();
            return rows.getLong(1);
        }
    }
}
