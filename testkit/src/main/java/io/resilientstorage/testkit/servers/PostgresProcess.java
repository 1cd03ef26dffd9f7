package io.resilientstorage.testkit.servers;

import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A real PostgreSQL on a free port of the loopback address, with its data in a temporary folder. It can be killed,
 * stopped, paused and started again, on the same port and data. Also runs as root, in a user namespace of its own,
 * since PostgreSQL refuses to be root.
 *
 * <p>What the operating system was given survives {@link #kill()}, as it does when only a process dies; {@code fsync}
 * is off, so a power cut would be another matter. For use by one thread.
 */
public final class PostgresProcess implements AutoCloseable {

    private static final String USER = "postgres";
    private static final String DATABASE = "postgres";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Path binaries;
    private final Path folder;
    private final int port;
    private final String password;
    private final Map<String, String> settings;
    private final Thread endWithTheMachine = new Thread(this::killQuietly, "postgres-process-end");
    private @Nullable Process postmaster;

    private PostgresProcess(Path binaries, Path folder, int port, Builder builder) {
        this.binaries = binaries;
        this.folder = folder;
        this.port = port;
        this.password = builder.password;
        this.settings = new LinkedHashMap<>(builder.settings);
    }

    /** Starts one with the defaults. */
    public static PostgresProcess start() {
        return builder().start();
    }

    /** Settings for one that is not started yet. */
    public static Builder builder() {
        return new Builder();
    }

    /** How to set one up. */
    public static final class Builder {
        private final Map<String, String> settings = new LinkedHashMap<>();
        private String password = "";

        private Builder() {
            set("listen_addresses", "127.0.0.1");
            set("unix_socket_directories", "");
            set("fsync", "off");
            set("shared_buffers", "16MB");
            set("max_connections", "60");
        }

        /** A setting as in {@code postgresql.conf}. */
        public Builder set(String name, String value) {
            settings.put(name, value);
            return this;
        }

        /** Asks for this password, by SCRAM; without one everybody is trusted. */
        public Builder password(String secret) {
            password = secret;
            return this;
        }

        /** Makes the data folder, starts the server and waits until it answers. */
        public PostgresProcess start() {
            try {
                PostgresProcess process = new PostgresProcess(
                        PostgresBinaries.unpacked(),
                        Files.createTempDirectory("resilient-storage-postgres-data"),
                        freePort(),
                        this);
                Runtime.getRuntime().addShutdownHook(process.endWithTheMachine);
                process.initialise();
                process.restart();
                return process;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private static int freePort() throws IOException {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            }
        }
    }

    /** The port it listens on, at all times the same. */
    public int port() {
        return port;
    }

    /** The user who owns everything. */
    public String user() {
        return USER;
    }

    /** Where it is, for JDBC, user and password included. */
    public String jdbcUrl() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + DATABASE + "?user=" + USER
                + (password.isEmpty() ? "" : "&password=" + password);
    }

    /** Where it is, in the form of {@code DATABASE_URL}, user and password included. */
    public String url() {
        return "postgresql://" + USER + (password.isEmpty() ? "" : ":" + password) + "@127.0.0.1:" + port + "/"
                + DATABASE;
    }

    /** A connection of its own, to look behind the curtain. Whoever asks for it closes it. */
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(jdbcUrl());
    }

    /** Runs statements over a connection of their own. */
    public void execute(String sql) {
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException("failed: " + sql, e);
        }
    }

    /** Changes a setting for the next {@link #restart()}. */
    public void set(String name, String value) {
        settings.put(name, value);
    }

    /** Ends the server and all of its processes with SIGKILL, as a crash does. */
    public void kill() {
        Process running = postmaster;
        if (running == null) {
            return;
        }
        try {
            new ProcessFamily(running.toHandle()).kill();
            running.waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while killing PostgreSQL", e);
        }
        postmaster = null;
    }

    /** Ends the server in order: connections are closed, and what is in memory is written. */
    public void stop() {
        Process running = postmaster;
        if (running == null) {
            return;
        }
        try {
            run("pg_ctl", "stop", "-D", data().toString(), "-m", "fast", "-w", "-t", "20");
            if (!running.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw new IllegalStateException("PostgreSQL did not end");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while stopping PostgreSQL", e);
        }
        postmaster = null;
    }

    /** Starts the server again after {@link #kill()} or {@link #stop()}, and waits until it answers. */
    public void restart() {
        begin();
        try {
            Awaitility.await("PostgreSQL answers")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(25))
                    .until(this::answers);
        } catch (ConditionTimeoutException e) {
            throw new IllegalStateException("PostgreSQL did not start:\n" + log(), e);
        }
    }

    /** Starts the server again and does not wait until it answers. */
    public void begin() {
        if (postmaster != null) {
            throw new IllegalStateException("it runs already");
        }
        List<String> command = command("postgres", "-D", data().toString(), "-p", Integer.toString(port));
        settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        try {
            postmaster = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            folder.resolve("log").toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops all of its processes where they stand (SIGSTOP): it still takes connections, and never answers. */
    public void pause() {
        try {
            new ProcessFamily(running().toHandle()).pause();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets it go on after {@link #pause()}. */
    public void resume() {
        try {
            new ProcessFamily(running().toHandle()).resume();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the server has written to its log. */
    public String log() {
        try {
            Path log = folder.resolve("log");
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ends it and removes its data. */
    @Override
    public void close() {
        kill();
        try {
            PostgresFolders.delete(folder);
            Runtime.getRuntime().removeShutdownHook(endWithTheMachine);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalStateException shuttingDown) {
            // The hook that is being removed is what called this.
            return;
        }
    }

    private void killQuietly() {
        close();
    }

    private void initialise() throws IOException {
        List<String> command = command(
                "initdb", "-D", data().toString(), "-U", USER, "-E", "UTF8", "--locale=C", "--no-sync", "-A", method());
        if (!password.isEmpty()) {
            Path file = Files.writeString(folder.resolve("password"), password);
            command.add("--pwfile=" + file);
        }
        execute(command);
    }

    private String method() {
        return password.isEmpty() ? "trust" : "scram-sha-256";
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Process running() {
        Process running = postmaster;
        if (running == null) {
            throw new IllegalStateException("PostgreSQL does not run");
        }
        return running;
    }

    private boolean answers() {
        if (!running().isAlive()) {
            throw new IllegalStateException("PostgreSQL ended at its start:\n" + log());
        }
        try (Connection connection = connect()) {
            return connection.isValid(5);
        } catch (SQLException notYet) {
            return false;
        }
    }

    private void run(String program, String... arguments) throws IOException {
        execute(command(program, arguments));
    }

    private List<String> command(String program, String... arguments) {
        List<String> command = new ArrayList<>();
        if (LinuxUtils.isUnshareAvailable()) {
            command.addAll(List.of("unshare", "-U"));
        }
        command.add(binaries.resolve("bin").resolve(program).toString());
        command.addAll(List.of(arguments));
        return command;
    }

    private void execute(List<String> command) throws IOException {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(command + " failed:\n" + Files.readString(output));
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while running " + command, e);
        }
    }
}
