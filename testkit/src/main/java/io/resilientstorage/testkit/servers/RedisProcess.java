package io.resilientstorage.testkit.servers;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import redis.embedded.core.ExecutableProvider;

/**
 * A real Redis server on a port of this machine, with its files in a temporary folder of its own. It can be killed,
 * stopped, started again and frozen.
 *
 * <p>Needs {@code com.github.codemonstur:embedded-redis} on the class path, whose Redis 6.2 is started; the system
 * property {@value #BINARY_PROPERTY} names another binary. Not for use by several threads.
 */
public final class RedisProcess implements AutoCloseable {

    /** The system property that names the server binary to start instead of the one that comes along. */
    public static final String BINARY_PROPERTY = "resilientstorage.testkit.redis-server";

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int START_TRIES = 5;
    // Below the range from which systems pick the ports of outgoing connections: else one might take the port of a
    // stopped server, and it could not be started again.
    private static final int FIRST_PORT = 20_000;
    private static final int LAST_PORT = 32_000;
    // A node of a Cluster also listens 10,000 above its port.
    private static final int FIRST_CLUSTER_PORT = 11_000;
    private static final int LAST_CLUSTER_PORT = 20_000;

    private final Path folder;
    private final Path data;
    private final List<String> arguments;
    private final String configuration;
    private final Thread endWithThisProcess;
    private final RestartableProcess process = new RestartableProcess("redis-server");
    private int port;

    private RedisProcess(String configuration, List<String> arguments) throws IOException {
        this.configuration = configuration;
        this.arguments = List.copyOf(arguments);
        folder = Files.createTempDirectory("redis-process-");
        data = folder.resolve("data");
        endWithThisProcess = new Thread(this::end, "redis-process-end");
        // Before the first start, for that takes a while.
        Runtime.getRuntime().addShutdownHook(endWithThisProcess);
        launchOnFreePort();
    }

    /**
     * Starts a server that keeps nothing on disk unless told, and waits until it answers.
     *
     * @param arguments further command-line arguments of the server, as in {@code "--maxmemory", "10mb"}
     */
    public static RedisProcess start(String... arguments) {
        try {
            return new RedisProcess("", List.of(arguments));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts a sentinel, and waits until it answers.
     *
     * @param configuration the lines of its configuration file, without its port
     */
    public static RedisProcess startSentinel(String configuration) {
        try {
            return new RedisProcess(configuration, List.of("--sentinel"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port on which it listens, the same after a restart. */
    public int port() {
        return port;
    }

    /** Its URL, without credentials. */
    public String url() {
        return "redis://127.0.0.1:" + port;
    }

    /** The id of the server's process. */
    public long pid() {
        return process.running().pid();
    }

    /** Ends the server at once, as {@code kill -9} does. */
    public void kill() {
        ChildProcess running = process.running();
        running.kill();
        running.awaitEnd(PATIENCE);
    }

    /** Asks the server to end, as {@code kill} does, and waits for it. */
    public void stop() {
        ChildProcess running = process.running();
        running.terminate();
        running.awaitEnd(PATIENCE);
    }

    /** Starts the ended server on the same port with the files that it left, and waits until it answers. */
    public void restart() {
        try {
            awaitReady(launch());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Starts the ended server on the same port without the files that it left, and waits until it answers. */
    public void restartEmpty() {
        delete(data);
        restart();
    }

    /** Freezes the server, as {@code kill -STOP} does: it accepts connections and bytes, and answers nothing. */
    public void pause() {
        signal("-STOP");
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(5))
                .until(() ->
                        output("ps", "-o", "state=", "-p", Long.toString(pid())).startsWith("T"));
    }

    /** Lets a frozen server go on. */
    public void resume() {
        signal("-CONT");
    }

    /**
     * Sends one command and returns the first line of the answer, as the protocol has it: {@code +OK}, {@code :1},
     * {@code -ERR ...}. For what a test does beside the client under test.
     *
     * @param words the command and its arguments; one with white space in it must stand in double quotes
     */
    public String command(String... words) throws IOException {
        try (Socket socket = connected()) {
            socket.getOutputStream().write((String.join(" ", words) + "\r\n").getBytes(UTF_8));
            return firstLine(socket.getInputStream());
        }
    }

    /**
     * Sends one command and returns the answer, which must be one text, as that of {@code INFO} is.
     *
     * @param words the command and its arguments
     */
    public String text(String... words) throws IOException {
        try (Socket socket = connected()) {
            socket.getOutputStream().write((String.join(" ", words) + "\r\n").getBytes(UTF_8));
            return text(socket.getInputStream());
        }
    }

    /**
     * Sends one command and returns the answer, which must be an array of texts.
     *
     * @param words the command and its arguments
     */
    List<String> texts(String... words) throws IOException {
        try (Socket socket = connected()) {
            socket.getOutputStream().write((String.join(" ", words) + "\r\n").getBytes(UTF_8));
            String head = nextLine(socket.getInputStream());
            if (!head.startsWith("*")) {
                throw new IOException(words[0] + " was answered by " + head);
            }
            List<String> texts = new ArrayList<>();
            for (int i = Integer.parseInt(head.substring(1)); i > 0; i--) {
                texts.add(text(socket.getInputStream()));
            }
            return texts;
        }
    }

    /** Whether its process runs. */
    public boolean isAlive() {
        return process.running().isAlive();
    }

    private static String text(InputStream input) throws IOException {
        String head = nextLine(input);
        if (!head.startsWith("$")) {
            throw new IOException("the answer is no text but " + head);
        }
        String text = new String(input.readNBytes(Integer.parseInt(head.substring(1))), UTF_8);
        input.skipNBytes(2);
        return text;
    }

    private static String nextLine(InputStream input) throws IOException {
        String line = firstLine(input);
        input.skipNBytes(1);
        return line;
    }

    private Socket connected() throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout((int) PATIENCE.toMillis());
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) PATIENCE.toMillis());
        return socket;
    }

    /** Ends the server and removes its folder. */
    @Override
    public void close() {
        end();
        try {
            Runtime.getRuntime().removeShutdownHook(endWithThisProcess);
        } catch (IllegalStateException shuttingDown) {
            // What is being removed runs.
            return;
        }
    }

    private void end() {
        process.over();
        if (process.runningOrNull() != null) {
            kill();
        }
        delete(folder);
    }

    private void launchOnFreePort() throws IOException {
        for (int tries = 1; ; tries++) {
            port = arguments.contains("--cluster-enabled")
                    ? FreePort.between(FIRST_CLUSTER_PORT, LAST_CLUSTER_PORT)
                    : FreePort.between(FIRST_PORT, LAST_PORT);
            ChildProcess launched = launch();
            try {
                awaitReady(launched);
                return;
            } catch (IllegalStateException e) {
                launched.kill();
                if (tries == START_TRIES) {
                    close();
                    throw e;
                }
            }
        }
    }

    private ChildProcess launch() throws IOException {
        Files.createDirectories(data);
        List<String> command = new ArrayList<>(List.of(binary()));
        if (!configuration.isEmpty()) {
            // A sentinel notes in it what it finds out.
            Path file = folder.resolve("server.conf");
            if (!Files.exists(file)) {
                Files.writeString(file, configuration);
            }
            command.add(file.toString());
        }
        command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1", "--dir", data.toString()));
        if (configuration.isEmpty() && !arguments.contains("--save")) {
            command.addAll(List.of("--save", ""));
        }
        command.addAll(arguments);
        return process.start(command, folder.resolve("server.log"));
    }

    private String binary() throws IOException {
        String named = System.getProperty(BINARY_PROPERTY, "");
        if (!named.isEmpty()) {
            return named;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                if (file.getFileName().toString().startsWith("redis-server")) {
                    return file.toString();
                }
            }
        }
        File extracted =
                ExecutableProvider.newJarResourceProvider(folder.toFile()).get();
        return extracted.getPath();
    }

    private void awaitReady(ChildProcess launched) {
        Awaitility.await()
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> !launched.isAlive() || answers());
        launched.requireAlive();
    }

    private boolean answers() {
        try {
            String answer = command("PING");
            return answer.startsWith("+PONG") || answer.startsWith("-NOAUTH");
        } catch (IOException notYet) {
            return false;
        }
    }

    private void signal(String signal) {
        output("kill", signal, Long.toString(pid()));
    }

    private static String output(String... command) {
        try {
            return Tool.output(List.of(command));
        } catch (IOException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static String firstLine(InputStream input) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = input.read(); next >= 0 && next != '\r'; next = input.read()) {
            line.append((char) next);
        }
        return line.toString();
    }

    private static void delete(Path folder) {
        try {
            if (Files.exists(folder)) {
                FolderTree.delete(folder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
