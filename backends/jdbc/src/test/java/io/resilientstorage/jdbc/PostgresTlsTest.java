package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.BackendType;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.BackendException.Kind;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.TestCertificates;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that take no connection without TLS, and clients that trust not every server. */
class PostgresTlsTest {

    private static TestCertificates right;
    private static TestCertificates elsewhere;
    private static TestCertificates stranger;
    private static PostgresProcess postgres;
    private static PostgresProcess renamed;

    @BeforeAll
    static void start() {
        right = TestCertificates.forHosts("ip:127.0.0.1");
        elsewhere = TestCertificates.forHosts("dns:elsewhere.example");
        stranger = TestCertificates.forHosts("ip:127.0.0.1");
        postgres = PostgresProcess.builder().tls(right).password("hush").start();
        renamed = PostgresProcess.builder().tls(elsewhere).start();
    }

    @AfterAll
    static void stop() {
        for (AutoCloseable opened : new AutoCloseable[] {renamed, postgres, stranger, elsewhere, right}) {
            try {
                opened.close();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"?sslmode=require", "?sslmode=prefer", ""})
    void aConnectionIsEncryptedThoughTheCertificateIsNotLookedAt(String parameters) throws SQLException {
        serves(JdbcBackend.builder(postgres.url() + parameters).build());
        assertThat(encryptedConnections()).isPositive();
    }

    @Test
    void withTheRightAuthorityServerAndNameAreChecked() {
        serves(JdbcBackend.builder(postgres.url()).caFile(right.caFile()).build());
        serves(JdbcBackend.builder(postgres.url() + "?sslmode=verify-full&sslrootcert=" + right.caFile())
                .build());
        serves(JdbcBackend.builder(postgres.url() + "?sslmode=verify-ca")
                .caFile(right.caFile())
                .build());
    }

    @Test
    void aServerThatAnotherAuthorityVouchesForIsRefused() {
        refuses(JdbcBackend.builder(postgres.url()).caFile(stranger.caFile()).build(), "PKIX path building failed");
        refuses(
                JdbcBackend.builder(postgres.url() + "?sslmode=verify-ca&sslrootcert=" + stranger.caFile())
                        .build(),
                "PKIX path building failed");
        // As libpq has it: "require" with certificates to trust is no longer blind trust.
        refuses(
                JdbcBackend.builder(postgres.url() + "?sslmode=require&sslrootcert=" + stranger.caFile())
                        .build(),
                "PKIX path building failed");
    }

    @Test
    void aServerWithAnotherNameIsRefusedUnlessOnlyTheAuthorityIsAskedFor() {
        refuses(JdbcBackend.builder(renamed.url()).caFile(elsewhere.caFile()).build(), "could not be verified");
        serves(JdbcBackend.builder(renamed.url() + "?sslmode=verify-ca")
                .caFile(elsewhere.caFile())
                .build());
    }

    @Test
    void aPlainConnectionIsTurnedAwayByTheServer() {
        refuses(JdbcBackend.builder(postgres.url() + "?sslmode=disable").build(), "no encryption");
    }

    @Test
    void supabaseIsSpokenToInTlsOrNotAtAll() throws SQLException {
        JdbcBackend blind = JdbcBackend.builder(supabase(postgres)).build();
        assertThat(blind.traits().type()).isEqualTo(BackendType.DATABASE);
        serves(blind);
        assertThat(encryptedConnections()).isPositive();
        serves(JdbcBackend.builder(supabase(postgres)).caFile(right.caFile()).build());
        refuses(
                JdbcBackend.builder(supabase(renamed))
                        .caFile(elsewhere.caFile())
                        .build(),
                "could not be verified");
        try (PostgresProcess plain = PostgresProcess.start()) {
            refuses(JdbcBackend.builder(supabase(plain)).build(), "does not support SSL");
            serves(JdbcBackend.builder(plain.url()).build());
        }
    }

    private static String supabase(PostgresProcess server) {
        return server.url().replace("postgresql:", "supabase:");
    }

    /** Of this library at that server, and still open or only just closed. */
    private static long encryptedConnections() throws SQLException {
        try (OpenedBackend storage =
                        new OpenedBackend(JdbcBackend.builder(postgres.url()).build());
                Connection connection = postgres.connect();
                Statement statement = connection.createStatement()) {
            assertThat(storage.write("key", "value").status()).isEqualTo(ApplyStatus.APPLIED);
            try (ResultSet rows = statement.executeQuery("select count(*) filter (where not ssl), count(*)"
                    + " from pg_stat_ssl join pg_stat_activity using (pid)"
                    + " where application_name = 'resilient-storage'")) {
                rows.next();
                assertThat(rows.getLong(1)).as("in plain text").isZero();
                return rows.getLong(2);
            }
        }
    }

    private static void serves(JdbcBackend backend) {
        try (OpenedBackend storage = new OpenedBackend(backend)) {
            assertThat(storage.write("key", "value").status()).isEqualTo(ApplyStatus.APPLIED);
            assertThat(storage.read("key")).isEqualTo("value");
            assertThat(storage.probe().degraded()).isEmpty();
        }
    }

    private static void refuses(JdbcBackend backend, String cause) {
        try (OpenedBackend storage = new OpenedBackend(backend)) {
            BackendException failure = OpenedBackend.failure(storage.writing("key", "value", OpenedBackend.TIMEOUT));
            assertThat(failure.kind()).isEqualTo(Kind.UNAVAILABLE);
            assertThat(failure.outcomeKnown()).isTrue();
            assertThat(failure).hasMessageContaining(cause);
            assertThat(OpenedBackend.failure(storage.backend().probe(OpenedBackend.TIMEOUT)))
                    .as("what health tells")
                    .hasMessageContaining(cause);
        }
    }
}
