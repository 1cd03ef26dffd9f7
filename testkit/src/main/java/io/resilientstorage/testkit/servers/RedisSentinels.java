package io.resilientstorage.testkit.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * A real master, its replicas, and three sentinels that promote a replica soon after the master is gone. Not for use by
 * several threads.
 */
public final class RedisSentinels implements AutoCloseable {

    /** What the sentinels call the master. */
    public static final String MASTER = "mymaster";

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SENTINELS = 3;
    private static final Duration SHORT = Duration.ofMillis(500);
    private static final Duration LONG = Duration.ofMinutes(10);

    private final List<RedisProcess> servers = new ArrayList<>();
    private final List<RedisProcess> sentinels = new ArrayList<>();

    private RedisSentinels(int replicas, Duration downAfter, String sentinelPassword, List<String> arguments) {
        try {
            RedisProcess master = RedisProcess.start(arguments.toArray(String[]::new));
            servers.add(master);
            for (int i = 0; i < replicas; i++) {
                List<String> asReplica = new ArrayList<>(arguments);
                Collections.addAll(asReplica, "--replicaof", "127.0.0.1", Integer.toString(master.port()));
                Collections.addAll(asReplica, "--repl-diskless-sync", "yes", "--repl-diskless-sync-delay", "0");
                servers.add(RedisProcess.start(asReplica.toArray(String[]::new)));
            }
            String configuration = String.join(
                    "\n",
                    "sentinel monitor " + MASTER + " 127.0.0.1 " + master.port() + " 2",
                    "sentinel down-after-milliseconds " + MASTER + " " + downAfter.toMillis(),
                    "sentinel failover-timeout " + MASTER + " 4000",
                    sentinelPassword.isEmpty() ? "" : "requirepass " + sentinelPassword,
                    "");
            for (int i = 0; i < SENTINELS; i++) {
                sentinels.add(RedisProcess.startSentinel(configuration));
            }
            awaitReady(replicas, sentinelPassword);
        } catch (IOException | RuntimeException e) {
            close();
            throw e instanceof IOException io ? new UncheckedIOException(io) : (RuntimeException) e;
        }
    }

    /**
     * Starts them, and waits until the sentinels know each other and all replicas.
     *
     * @param replicas how many replicas
     * @param arguments further command-line arguments of the servers that are no sentinels
     */
    public static RedisSentinels start(int replicas, String... arguments) {
        return new RedisSentinels(replicas, SHORT, "", List.of(arguments));
    }

    /**
     * The same, with sentinels that leave a master time to be started again.
     *
     * @param replicas how many replicas
     * @param arguments further command-line arguments of the servers that are no sentinels
     */
    public static RedisSentinels startPatient(int replicas, String... arguments) {
        return new RedisSentinels(replicas, LONG, "", List.of(arguments));
    }

    /**
     * The same, with sentinels that ask for a password.
     *
     * @param password their password
     */
    public static RedisSentinels startWithPassword(String password) {
        return new RedisSentinels(1, SHORT, password, List.of());
    }

    /** The URL of the master by way of the sentinels, without credentials. */
    public String url() {
        return "redis-sentinel://" + hosts() + "?sentinelMasterId=" + MASTER;
    }

    /** The sentinels, as a URL has them. */
    public String hosts() {
        return sentinels.stream()
                .map(sentinel -> "127.0.0.1:" + sentinel.port())
                .collect(Collectors.joining(","));
    }

    /** The servers: first the one that was the master at the start. */
    public List<RedisProcess> servers() {
        return List.copyOf(servers);
    }

    /** The sentinels. */
    public List<RedisProcess> sentinels() {
        return List.copyOf(sentinels);
    }

    /** The server that runs and says that it is the master, empty if none does. */
    public Optional<RedisProcess> master() {
        return servers.stream()
                .filter(server -> info(server, "replication").contains("role:master"))
                .findFirst();
    }

    /** Waits until another server than this one is the master. */
    public RedisProcess awaitMasterOtherThan(RedisProcess former) {
        return Awaitility.await("another master")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> servers.stream()
                                .filter(server -> server != former)
                                .filter(server -> info(server, "replication").contains("role:master"))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    /** Makes the sentinels promote a replica now, while the master works. */
    public void promote() throws IOException {
        String answer = sentinels.get(0).command("SENTINEL", "FAILOVER", MASTER);
        if (!answer.startsWith("+OK")) {
            throw new IOException("the sentinel answered " + answer);
        }
    }

    private void awaitReady(int replicas, String password) throws IOException {
        for (RedisProcess sentinel : sentinels) {
            Awaitility.await("a sentinel that knows the others")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(50))
                    .until(() -> password.isEmpty()
                            ? info(sentinel, "sentinel")
                                    .contains("status=ok,address=127.0.0.1:"
                                            + servers.get(0).port() + ",slaves=" + replicas + ",sentinels="
                                            + SENTINELS)
                            : sentinel.command("PING").startsWith("-NOAUTH"));
        }
        Awaitility.await("replicas that have everything")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(50))
                .until(() -> IntStream.rangeClosed(1, replicas)
                        .allMatch(i -> info(servers.get(i), "replication").contains("master_link_status:up")));
    }

    private static String info(RedisProcess server, String section) {
        try {
            return server.text("INFO", section);
        } catch (IOException gone) {
            return "";
        }
    }

    /** Ends all of them and removes their folders. */
    @Override
    public void close() {
        sentinels.forEach(RedisProcess::close);
        servers.forEach(RedisProcess::close);
    }
}
