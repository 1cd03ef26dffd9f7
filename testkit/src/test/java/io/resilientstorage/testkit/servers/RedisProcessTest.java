package io.resilientstorage.testkit.servers;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisProcessTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @Test
    void answersOnceStartedAndIsGoneOnceKilled() throws IOException {
        try (RedisProcess redis = RedisProcess.start()) {
            assertThat(redis.command("PING")).isEqualTo("+PONG");
            redis.kill();
            assertThatThrownBy(() -> redis.command("PING")).isInstanceOf(IOException.class);
        }
    }

    @Test
    void keepsPortAndDataThroughARestartAndLosesThemWhenToldTo() throws IOException {
        try (RedisProcess redis = RedisProcess.start("--appendonly", "yes", "--appendfsync", "always")) {
            int port = redis.port();
            redis.command("SET", "key", "value");
            redis.kill();
            redis.restart();
            assertThat(redis.port()).isEqualTo(port);
            assertThat(redis.command("EXISTS", "key")).isEqualTo(":1");
            redis.stop();
            redis.restartEmpty();
            assertThat(redis.command("EXISTS", "key")).isEqualTo(":0");
        }
    }

    @Test
    void acceptsConnectionsAndAnswersNothingWhilePaused() throws IOException {
        try (RedisProcess redis = RedisProcess.start()) {
            redis.pause();
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), redis.port())) {
                socket.setSoTimeout(200);
                socket.getOutputStream().write("PING\r\n".getBytes(UTF_8));
                assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
                redis.resume();
                socket.setSoTimeout(10_000);
                assertThat(socket.getInputStream().read()).isEqualTo('+');
            }
        }
    }

    @Test
    void endsTheProcessAndLeavesNothingWhenClosed() throws IOException {
        RedisProcess redis = RedisProcess.start("--requirepass", "secret");
        long pid = redis.pid();
        assertThat(redis.command("PING")).startsWith("-NOAUTH");
        redis.close();
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
        assertThatThrownBy(() -> redis.command("PING")).isInstanceOf(IOException.class);
    }

    @Test
    void reportsWhatTheServerSaidWhenItDoesNotStart() {
        assertThatThrownBy(() -> RedisProcess.start("--no-such-option", "1"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no-such-option");
    }

    /** The other JVM ends by itself, so nobody but its own hooks ends the server. */
    @Test
    void isNotStartedAgainOnceTheJvmThatStartedItEnds(@TempDir Path folder) throws IOException {
        Path log = folder.resolve("log");
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ChildProcess jvm = ChildProcess.start(
                "the JVM that ends",
                List.of(java, "-cp", System.getProperty("java.class.path"), RestartDuringShutdown.class.getName()),
                log);
        try {
            jvm.awaitEnd(PATIENCE);
        } finally {
            jvm.kill();
        }
        List<String> said = Files.readAllLines(log);
        List<ProcessHandle> left = said.stream()
                .filter(line -> line.matches("\\d+"))
                .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)).stream())
                .filter(ProcessHandle::isAlive)
                .toList();
        left.forEach(ProcessHandle::destroyForcibly);

        assertThat(left).as("servers that outlive it").isEmpty();
        assertThat(said).contains(RestartDuringShutdown.REFUSED);
    }

    @Test
    void isNotStartedAgainOnceClosed() {
        RedisProcess redis = RedisProcess.start();
        redis.close();
        try {
            assertThatThrownBy(redis::restart).isInstanceOf(IllegalStateException.class);
            assertThat(redis.isAlive()).isFalse();
        } finally {
            redis.close();
        }
    }
}
