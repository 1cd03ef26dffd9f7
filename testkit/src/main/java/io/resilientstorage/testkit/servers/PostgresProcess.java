package io.resilientstorage.testkit.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

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

    private final PostgresData data;
    private final int port;
    private final String password;
    private final String disk;
    private final Optional<TestCertificates> tls;
    private final Map<String, String> settings;
    private final Thread endWithTheMachine = new Thread(this::killQuietly, "postgres-process-end");
    private final RestartableProcess postmaster = new RestartableProcess("PostgreSQL");

    private PostgresProcess(PostgresData data, int port, Builder builder) {
        this.data = data;
        this.port = port;
        this.password = builder.password;
        this.disk = builder.disk;
        this.tls = builder.tls;
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
        private String disk = "";
        private Optional<TestCertificates> tls = Optional.empty();

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

        /** Takes no connection without TLS, and shows this certificate. */
        public Builder tls(TestCertificates certificates) {
            tls = Optional.of(certificates);
            return this;
        }

        /**
         * Puts the tables on a disk of their own of this size, as in {@code 32m}, which {@link #fillDisk()} can fill.
         * The disk is memory: the tables are gone when the server ends, however it ends.
         */
        public Builder smallDisk(String size) {
            disk = size;
            return this;
        }

        /** Makes the data folder, starts the server and waits until it answers. */
        public PostgresProcess start() {
            try {
                PostgresProcess process = make();
                process.data.initialise(USER, password);
                tls.ifPresent(process::requireTls);
                process.restart();
                if (!disk.isEmpty()) {
                    process.execute("create tablespace disk location '" + process.data.disk() + "'");
                    process.execute("alter database " + DATABASE + " set default_tablespace = disk");
                }
                return process;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private PostgresProcess make() throws IOException {
            PostgresProcess process = new PostgresProcess(PostgresData.make(), FreePort.any(), this);
            Runtime.getRuntime().addShutdownHook(process.endWithTheMachine);
            return process;
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
                + (password.isEmpty() ? "" : "&password=" + password)
                + (tls.isEmpty() ? "" : "&sslmode=require");
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

    /**
     * Fills the {@linkplain Builder#smallDisk small disk} to its last page: no table can grow any more, while what is
     * written to pages that have room still fits. Ended by {@link #makeRoom()}.
     */
    public void fillDisk() {
        execute("create table ballast (filling text) with (autovacuum_enabled = off)");
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            // What a failed statement has taken from the disk stays taken until somebody cleans the table up.
            statement.execute("insert into ballast select repeat('x', 1500) from generate_series(1, 10000000)");
            throw new IllegalStateException("the disk has no end");
        } catch (SQLException full) {
            if (!"53100".equals(full.getSQLState())) {
                throw new IllegalStateException("the disk could not be filled", full);
            }
        }
    }

    /** Gives back what {@link #fillDisk()} took. */
    public void makeRoom() {
        execute("drop table ballast");
    }

    /**
     * Starts a standby that follows this server, on a port of its own, with a copy of its data. This server is stopped
     * for the time of the copying. Whoever asks for it closes it.
     */
    public PostgresProcess standby() {
        Builder builder = new Builder();
        builder.password = password;
        builder.tls = tls;
        builder.settings.putAll(settings);
        stop();
        try {
            PostgresProcess standby = builder.make();
            data.copyTo(standby.data);
            restart();
            standby.follow(this);
            standby.restart();
            return standby;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes this server a standby of another one at the next {@link #restart()}. */
    public void follow(PostgresProcess primary) {
        set(
                "primary_conninfo",
                "host=127.0.0.1 port=" + primary.port + " user=" + USER + " password='" + password + "'");
        try {
            data.write("standby.signal", "");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Makes a standby the primary, and waits until it is. */
    public void promote() {
        execute("select pg_promote(true, " + PATIENCE.toSeconds() + ")");
    }

    /** Changes a setting for the next {@link #restart()}. */
    public void set(String name, String value) {
        settings.put(name, value);
    }

    /** Ends the server and all of its processes with SIGKILL, as a crash does. */
    public void kill() {
        ChildProcess running = postmaster.runningOrNull();
        if (running == null) {
            return;
        }
        running.killFamily();
        postmaster.ended();
    }

    /** Ends the server in order: connections are closed, and what is in memory is written. */
    public void stop() {
        ChildProcess running = postmaster.runningOrNull();
        if (running == null) {
            return;
        }
        try {
            data.stop();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        running.awaitEnd(PATIENCE);
        postmaster.ended();
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
        if (postmaster.runningOrNull() != null) {
            throw new IllegalStateException("it runs already");
        }
        List<String> command = data.server(disk);
        command.addAll(List.of("-p", Integer.toString(port)));
        settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        try {
            postmaster.start(command, data.log());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Stops all of its processes where they stand (SIGSTOP): it still takes connections, and never answers. */
    public void pause() {
        postmaster.running().pauseFamily();
    }

    /** Lets it go on after {@link #pause()}. */
    public void resume() {
        postmaster.running().resumeFamily();
    }

    /** What the server has written to its log. */
    public String log() {
        return ChildProcess.content(data.log());
    }

    /** Ends it and removes its data. */
    @Override
    public void close() {
        postmaster.over();
        kill();
        try {
            data.delete();
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

    private void requireTls(TestCertificates certificates) {
        set("ssl", "on");
        set("ssl_cert_file", certificates.certificateFile().toString());
        set("ssl_key_file", certificates.keyFile().toString());
        try {
            String method = PostgresData.method(password);
            data.write(
                    "pg_hba.conf",
                    "hostssl all all 127.0.0.1/32 " + method + "\nhostssl replication all 127.0.0.1/32 " + method
                            + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean answers() {
        postmaster.running().requireAlive();
        try (Connection connection = connect()) {
            return connection.isValid(5);
        } catch (SQLException notYet) {
            return false;
        }
    }
}
