package io.resilientstorage.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/** The real program, as a child process. Ended by {@link #close()} whatever happens. */
final class ServerProcess implements AutoCloseable {

    private static final Pattern UP = Pattern.compile("Resilient Storage is up on (http://\\S+) \\(backends: (.*)\\)");

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Process process;
    private final Path out;
    private final Path err;
    private final HttpClient client = HttpClient.newHttpClient();

    private ServerProcess(Process process, Path out, Path err) {
        this.process = process;
        this.out = out;
        this.err = err;
    }

    /** Starts {@code serve} on a free port, in a folder of its own. */
    static ServerProcess start(Path folder, Map<String, String> environment, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "serve",
                "--port",
                "0"));
        command.addAll(List.of(options));
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeAll(List.of("REDIS_URL", "DATABASE_URL", "STORAGE_TOKEN"));
        builder.environment().putAll(environment);
        return new ServerProcess(builder.start(), out, err);
    }

    /** Waits until it says that it is up. */
    ServerProcess awaitUp() {
        Awaitility.await()
                .atMost(PATIENCE)
                .failFast(
                        "the server ended",
                        () -> assertThat(process.isAlive()).as(text(err)).isTrue())
                .until(() -> UP.matcher(text(out)).find());
        return this;
    }

    String backends() {
        return up().group(2);
    }

    String out() {
        return text(out);
    }

    String err() {
        return text(err);
    }

    HttpResponse<String> send(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(up().group(1) + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .timeout(PATIENCE)
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    URI url() {
        return URI.create(up().group(1));
    }

    /** Sends SIGTERM. */
    void terminate() {
        process.destroy();
    }

    /** Kills it with SIGKILL, as a crash would. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        exitCode();
    }

    /** Waits for its end. */
    int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the server does not end: " + text(err));
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly().onExit().join();
    }

    private Matcher up() {
        Matcher matcher = UP.matcher(text(out));
        if (!matcher.find()) {
            throw new IllegalStateException("not up: " + text(err));
        }
        return matcher;
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
