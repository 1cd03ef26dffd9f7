package io.resilientstorage.e2e;

import io.resilientstorage.testkit.net.FaultyProxy;
import io.resilientstorage.testkit.net.NetworkFault;
import io.resilientstorage.testkit.servers.PostgresProcess;
import java.time.Duration;
import java.util.List;

/**
 * A real PostgreSQL and a network to it that can be made to fail, and all the ways in which they do. The storage logs
 * in as a user of its own; what is done here to the server is done as its owner.
 */
final class FaultyPostgres implements AutoCloseable {

    private static final String SILENCE = "no answer|no connection";

    private final PostgresProcess server =
            PostgresProcess.builder().password("of the owner").start();
    private final FaultyProxy proxy = FaultyProxy.to(server.port());

    FaultyPostgres() {
        server.execute("CREATE ROLE app LOGIN PASSWORD 'secret'; GRANT CREATE, USAGE ON SCHEMA public TO app");
    }

    /** The server itself. */
    String url() {
        return url(server.port());
    }

    /** The server, through the network that fails. */
    String urlThroughTheNetwork() {
        return url(proxy.port());
    }

    private static String url(int port) {
        return "postgresql://app:secret@127.0.0.1:" + port + "/postgres";
    }

    /** Makes the network fail. */
    void network(NetworkFault fault) {
        proxy.inject(fault);
    }

    /** What the server itself does wrong. */
    static List<ServerFault<FaultyPostgres>> ofTheServer() {
        return List.of(
                ServerFault.unavailable(
                        "stopped (SIGSTOP)",
                        SILENCE,
                        postgres -> postgres.server.pause(),
                        postgres -> postgres.server.resume()),
                ServerFault.unavailable(
                        "another password",
                        "password authentication failed",
                        postgres -> postgres.alter("PASSWORD 'other'"),
                        postgres -> postgres.alter("PASSWORD 'secret'")),
                ServerFault.refusing(
                        "read-only",
                        "read-only transaction",
                        postgres -> postgres.alter("SET default_transaction_read_only = on"),
                        postgres -> postgres.alter("RESET default_transaction_read_only")),
                ServerFault.unavailable(
                        "too many connections",
                        "too many connections",
                        postgres -> postgres.alter("CONNECTION LIMIT 0"),
                        postgres -> postgres.alter("CONNECTION LIMIT -1")));
    }

    /** What the network to it does wrong. */
    static List<ServerFault<FaultyPostgres>> ofTheNetwork() {
        return List.of(
                ofTheNetwork(NetworkFault.down(), "refused|no connection"),
                ofTheNetwork(NetworkFault.reset(), "no connection|reset|connection attempt failed|I/O error"),
                ofTheNetwork(NetworkFault.blackhole(), SILENCE),
                ofTheNetwork(NetworkFault.repliesDropped(), SILENCE),
                ofTheNetwork(NetworkFault.latency(Duration.ofMillis(700), Duration.ofMillis(100)), SILENCE),
                ofTheNetwork(NetworkFault.slices(1, Duration.ofMillis(20)), SILENCE));
    }

    private static ServerFault<FaultyPostgres> ofTheNetwork(NetworkFault fault, String cause) {
        return ServerFault.unavailable(
                fault.toString(),
                cause,
                postgres -> postgres.network(fault),
                postgres -> postgres.network(NetworkFault.none()));
    }

    /** Changes the storage's user, and ends its sessions, for it takes effect on those that follow. */
    private void alter(String change) {
        server.execute("ALTER ROLE app " + change);
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'app'");
    }

    @Override
    public void close() {
        proxy.close();
        server.close();
    }
}
