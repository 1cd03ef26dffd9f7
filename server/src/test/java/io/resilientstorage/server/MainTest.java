package io.resilientstorage.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command line, up to where a server would start. */
class MainTest {

    private record Outcome(int exitCode, String out, String err) {}

    @TempDir
    private Path folder;

    @Test
    void helpAndVersionAreThere() {
        assertThat(run("--help").out()).contains("serve");
        assertThat(run("--version").out()).matches("resilient-storage \\d+\\.\\d+\\.\\d+\\R");
        assertThat(run("serve", "--help").out())
                .contains("--port", "--host", "--config", "--data", "REDIS_URL", "DATABASE_URL", "STORAGE_TOKEN");
    }

    @Test
    void aMistakeOnTheCommandLineIsOneLineAndExitCode2() {
        assertMistake(run(), "Missing required subcommand");
        assertMistake(run("sevre"), "sevre");
        assertMistake(run("serve", "--port", "x"), "--port");
        assertMistake(run("serve", "--port", "-1"), "--port");
        assertMistake(run("serve", "--port", "65536"), "'--port' is 65536, and must be 0 to 65535");
        assertMistake(run("serve", "--prot", "1"), "--prot");
    }

    @Test
    void aMistakeInTheFileNamesTheSetting() throws IOException {
        assertMistake(run("serve", "--config", folder.resolve("none.yaml").toString()), "--config");
        assertMistake(config("callTimeout=0s"), "'callTimeout'");
        assertMistake(config("calTimeout=2s"), "'calTimeout'");
        assertMistake(config("backends.redis.url=redis://a\nbackends.redis.priority=x"), "'backends.redis.priority'");
        assertMistake(config("backends.redis.uri=redis://a"), "'backends.redis.uri'");
        assertMistake(config("backends.redis.url=cassandra://a"), "'backends.redis.url'");
        assertMistake(
                config("backends.a.url=memory:\nbackends.a.priority=2\nbackends.b.url=memory:\nbackends.b.priority=2"),
                "priority");
    }

    @Test
    void aPortThatIsTakenIsOneLineAndExitCode1() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Outcome outcome = run("serve", "--port", String.valueOf(taken.getLocalPort()), "--data", data());

            assertThat(outcome.exitCode()).isEqualTo(1);
            assertThat(outcome.err())
                    .isEqualTo("resilient-storage: cannot listen on 127.0.0.1 port " + taken.getLocalPort()
                            + ": Address already in use" + System.lineSeparator());
        }
    }

    @Test
    void aHostThatIsNotOfThisMachineIsOneLineAndExitCode1() {
        Outcome outcome = run("serve", "--host", "no-such-host.invalid", "--port", "0", "--data", data());

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.err()).startsWith("resilient-storage: cannot listen on no-such-host.invalid port 0: ");
    }

    private Outcome config(String properties) throws IOException {
        Path file = Files.writeString(folder.resolve("settings.properties"), properties);
        return run("serve", "--port", "0", "--data", data(), "--config", file.toString());
    }

    private String data() {
        return folder.resolve("data").toString();
    }

    private static void assertMistake(Outcome outcome, String mentions) {
        assertThat(outcome.err()).startsWith("resilient-storage: ").contains(mentions);
        assertThat(outcome.err().lines()).hasSize(1);
        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.out()).isEmpty();
    }

    private static Outcome run(String... args) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(out));
        command.setErr(new PrintWriter(err));
        int exitCode = command.execute(args);
        return new Outcome(exitCode, out.toString(), err.toString());
    }
}
