package io.resilientstorage.redis;

import static io.resilientstorage.redis.OpenRedis.assertUnreachable;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted connections, to a server whose certificate the test makes. */
class TlsTest {

    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private Path folder;

    @Test
    void aServerWithATrustedCertificateIsServedFromAndAnotherIsNot() throws Exception {
        Path certificate = makeCertificate("one", "ip:127.0.0.1");
        Path other = makeCertificate("other", "ip:127.0.0.1");
        try (TlsServer server = new TlsServer(certificate)) {
            try (OpenRedis redis =
                    OpenRedis.connected(RedisBackend.builder(server.url()).caFile(certificate))) {
                assertThat(redis.apply(redis.live("key", "value")).status()).isEqualTo(ApplyStatus.APPLIED);
            }
            try (OpenRedis redis = OpenRedis.open(RedisBackend.builder(server.url()))) {
                assertUnreachable(redis.awaitFailure("certification path"));
            }
            try (OpenRedis redis =
                    OpenRedis.open(RedisBackend.builder(server.url()).caFile(other))) {
                assertUnreachable(redis.awaitFailure("certification path"));
            }
            try (OpenRedis redis = OpenRedis.open(RedisBackend.builder("rediss://127.0.0.1:" + server.plain.port())
                    .caFile(certificate)
                    .connectTimeout(Duration.ofMillis(500)))) {
                // To a server without encryption a greeting is the beginning of a line.
                assertUnreachable(redis.awaitFailure("within 500 ms"));
            }
        }
    }

    @Test
    void aCertificateForAnotherHostIsRefused() throws Exception {
        Path certificate = makeCertificate("elsewhere", "dns:elsewhere.example");
        try (TlsServer server = new TlsServer(certificate);
                OpenRedis redis =
                        OpenRedis.open(RedisBackend.builder(server.url()).caFile(certificate))) {
            assertUnreachable(redis.awaitFailure("No subject alternative names"));
        }
    }

    @Test
    void aUserLogsInOverAnEncryptedConnection() throws Exception {
        Path certificate = makeCertificate("one", "ip:127.0.0.1");
        try (TlsServer server = new TlsServer(certificate)) {
            server.plain.command("ACL", "SETUSER", "app", "on", ">s3cr3t", "~rs:*", "+@all", "-@dangerous", "+info");
            server.plain.command("ACL", "SETUSER", "default", "off");
            String url = "rediss://app:%s@127.0.0.1:" + server.port;
            try (OpenRedis redis = OpenRedis.connected(
                    RedisBackend.builder(url.formatted("s3cr3t")).caFile(certificate))) {
                assertThat(redis.apply(redis.live("key", "value")).status()).isEqualTo(ApplyStatus.APPLIED);
                assertThat(redis.read("key")).isInstanceOf(ReadAnswer.Hit.class);
            }
            try (OpenRedis redis = OpenRedis.open(
                    RedisBackend.builder(url.formatted("not-s3cr3t")).caFile(certificate))) {
                assertThat(redis.awaitFailure("WRONGPASS")).hasMessageNotContaining("s3cr3t");
            }
            try (OpenRedis redis =
                    OpenRedis.open(RedisBackend.builder(server.url()).caFile(certificate))) {
                assertUnreachable(redis.awaitFailure("NOAUTH"));
            }
        }
    }

    /** A server that listens with encryption on one port, and without on another. */
    private static final class TlsServer implements AutoCloseable {

        private final int port = freePort();
        private final RedisProcess plain;

        TlsServer(Path certificate) throws IOException {
            String key = certificate.toString().replace(".pem", ".key");
            plain = RedisProcess.start(
                    "--tls-port",
                    Integer.toString(port),
                    "--tls-cert-file",
                    certificate.toString(),
                    "--tls-key-file",
                    key,
                    "--tls-ca-cert-file",
                    certificate.toString(),
                    "--tls-auth-clients",
                    "no");
        }

        String url() {
            return "rediss://127.0.0.1:" + port;
        }

        @Override
        public void close() {
            plain.close();
        }
    }

    /** A certificate for an address or a host that signs itself, and its key, as PEM files. */
    private Path makeCertificate(String name, String subject)
            throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve(name + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "redis",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=" + subject,
                        "-storetype",
                        "PKCS12",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        new String(PASSWORD))
                .inheritIO()
                .start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance(store.toFile(), PASSWORD);
        writePem(
                name + ".key",
                "PRIVATE KEY",
                Objects.requireNonNull(keys.getKey("redis", PASSWORD)).getEncoded());
        return writePem(
                name + ".pem",
                "CERTIFICATE",
                Objects.requireNonNull(keys.getCertificate("redis")).getEncoded());
    }

    private Path writePem(String file, String kind, byte[] content) throws IOException {
        String text = Base64.getMimeEncoder(64, "\n".getBytes(US_ASCII)).encodeToString(content);
        return Files.writeString(
                folder.resolve(file), "-----BEGIN " + kind + "-----\n" + text + "\n-----END " + kind + "-----\n");
    }

    private static int freePort() throws IOException {
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }
}
