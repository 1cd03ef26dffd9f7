package io.resilientstorage.testkit.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;

/**
 * A real PgBouncer in transaction mode in front of a {@link PostgresProcess}, on a free port of the loopback address.
 * It can be killed, paused and started again on the same port. The program is {@value #PROGRAM}, or what the system
 * property {@value #BINARY_PROPERTY} names: unlike the other servers it does not come with the dependencies. For use by
 * one thread.
 */
public final class PgBouncerProcess implements AutoCloseable {

    /** The system property that names another program. */
    public static final String BINARY_PROPERTY = "resilientstorage.testkit.pgbouncer";

    private static final String PROGRAM = "/usr/sbin/pgbouncer";
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String USER = "postgres.project";
    private static final String PASSWORD = "hush";

    private final Path folder;
    private final int port;
    private final Thread endWithTheMachine = new Thread(this::close, "pgbouncer-process-end");
    private final RestartableProcess process = new RestartableProcess("PgBouncer");

    private PgBouncerProcess(Path folder, int port) {
        this.folder = folder;
        this.port = port;
    }

    /**
     * Starts one and waits until it takes connections.
     *
     * @param server what stands behind it
     * @param serverConnections how many connections to the server its clients share
     * @param tls takes no client without TLS, and shows this certificate; empty for no TLS at all
     */
    public static PgBouncerProcess start(
            PostgresProcess server, int serverConnections, Optional<TestCertificates> tls) {
        try {
            PgBouncerProcess started =
                    new PgBouncerProcess(Files.createTempDirectory("resilient-storage-pgbouncer"), FreePort.any());
            started.configure(server, serverConnections, tls);
            Runtime.getRuntime().addShutdownHook(started.endWithTheMachine);
            started.restart();
            return started;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void configure(PostgresProcess server, int serverConnections, Optional<TestCertificates> tls)
            throws IOException {
        Path users = Files.writeString(folder.resolve("users"), '"' + USER + "\" \"" + PASSWORD + "\"\n");
        String encryption = tls.map(certificates -> "client_tls_sslmode = require\nclient_tls_key_file = "
                        + certificates.keyFile() + "\nclient_tls_cert_file = " + certificates.certificateFile())
                .orElse("");
        // Every JDBC client needs the startup parameter to be ignored. The retry after a second instead of fifteen is
        // what somebody sets who wants to be back soon after a restart of the server.
        Files.writeString(folder.resolve("ini"), """
                [databases]
                postgres = host=127.0.0.1 port=%d dbname=postgres user=%s
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %d
                unix_socket_dir =
                auth_type = scram-sha-256
                auth_file = %s
                pool_mode = transaction
                default_pool_size = %d
                max_client_conn = 200
                ignore_startup_parameters = extra_float_digits
                server_login_retry = 1
                %s
                """.formatted(
                        server.port(), server.user(), port, users, serverConnections, encryption));
    }

    /** The port it listens on, at all times the same. */
    public int port() {
        return port;
    }

    /** Where it is, user and password included; the user is named as at Supabase. */
    public String url() {
        return "postgresql://" + USER + ":" + PASSWORD + "@127.0.0.1:" + port + "/postgres";
    }

    /** Ends it with SIGKILL, as a crash does. */
    public void kill() {
        ChildProcess running = process.runningOrNull();
        if (running == null) {
            return;
        }
        running.killFamily();
        process.ended();
    }

    /** Starts it again after {@link #kill()}, and waits until it takes connections. */
    public void restart() {
        if (process.runningOrNull() != null) {
            throw new IllegalStateException("it runs already");
        }
        List<String> command = PostgresPrograms.command(
                Path.of(System.getProperty(BINARY_PROPERTY, PROGRAM)),
                folder.resolve("ini").toString());
        try {
            process.start(command, folder.resolve("log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Awaitility.await("PgBouncer takes connections")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(25))
                .until(this::takesConnections);
    }

    private boolean takesConnections() {
        process.running().requireAlive();
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    /** Stops it where it stands (SIGSTOP): it still takes connections, and never answers. */
    public void pause() {
        process.running().pauseFamily();
    }

    /** Lets it go on after {@link #pause()}. */
    public void resume() {
        process.running().resumeFamily();
    }

    /** Ends it and removes its files. */
    @Override
    public void close() {
        process.over();
        kill();
        try {
            FolderTree.delete(folder);
            Runtime.getRuntime().removeShutdownHook(endWithTheMachine);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalStateException shuttingDown) {
            // The hook that is being removed is what called this.
            return;
        }
    }
}
