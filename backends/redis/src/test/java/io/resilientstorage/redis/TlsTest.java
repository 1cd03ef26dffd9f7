package io.resilientstorage.redis;

import static io.resilientstorage.redis.OpenRedis.assertUnreachable;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.backend.ApplyStatus;
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
        Path certificate = makeCertificate();
        int port = freePort();
        try (RedisProcess server = RedisProcess.start(
                "--tls-port",
                Integer.toString(port),
                "--tls-cert-file",
                certificate.toString(),
                "--tls-key-file",
                folder.resolve("key.pem").toString(),
                "--tls-ca-cert-file",
                certificate.toString(),
                "--tls-auth-clients",
                "no")) {
            String url = "rediss://127.0.0.1:" + port;
            try (OpenRedis redis = OpenRedis.connected(RedisBackend.builder(url).caFile(certificate))) {
                assertThat(redis.apply(redis.live("key", "value")).status()).isEqualTo(ApplyStatus.APPLIED);
            }
            try (OpenRedis redis = OpenRedis.open(RedisBackend.builder(url))) {
                assertUnreachable(redis.awaitFailure("certification path"));
            }
            try (OpenRedis redis = OpenRedis.open(RedisBackend.builder("rediss://127.0.0.1:" + server.port())
                    .caFile(certificate)
                    .connectTimeout(Duration.ofMillis(500)))) {
                // To a server without encryption a greeting is the beginning of a line.
                assertUnreachable(redis.awaitFailure("no connection within 500 ms"));
            }
        }
    }

    /** A certificate for this machine that signs itself, and its key, as PEM files. */
    private Path makeCertificate() throws IOException, InterruptedException, GeneralSecurityException {
        Path store = folder.resolve("store.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "redis",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=redis",
                        "-ext",
                        "san=ip:127.0.0.1",
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
                "key.pem",
                "PRIVATE KEY",
                Objects.requireNonNull(keys.getKey("redis", PASSWORD)).getEncoded());
        return writePem(
                "certificate.pem",
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
