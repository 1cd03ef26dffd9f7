package io.resilientstorage.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.testkit.net.FaultyProxy;
import io.resilientstorage.testkit.net.NetworkFault;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A real Redis and a network to it that can be made to fail, and all the ways in which they do. The storage logs in as
 * a user of its own; what is done here to the server is done as another.
 */
final class FaultyRedis implements AutoCloseable {

    private static final int LOADING_KEYS = 100;
    private static final int LOADING_KEY_BYTES = 200_000;
    private static final int LOADING_KEY_MICROS = 3_000;

    private final RedisProcess server = RedisProcess.start();
    private final FaultyProxy proxy = FaultyProxy.to(server.port());
    private @Nullable Socket operator;
    private CompletableFuture<String> loading = CompletableFuture.completedFuture("+OK");

    FaultyRedis() {
        password("secret");
    }

    /** The server itself. */
    String url() {
        return "redis://app:secret@127.0.0.1:" + server.port();
    }

    /** The server, through the network that fails. */
    String urlThroughTheNetwork() {
        return "redis://app:secret@127.0.0.1:" + proxy.port();
    }

    /** Makes the network fail. */
    void network(NetworkFault fault) {
        proxy.inject(fault);
    }

    /** What the server itself does wrong. */
    static List<ServerFault<FaultyRedis>> ofTheServer() {
        return List.of(
                ServerFault.unavailable(
                        "stopped (SIGSTOP)",
                        "no answer|nothing was answered|no connection within",
                        redis -> redis.server.pause(),
                        redis -> redis.server.resume()),
                ServerFault.unavailable("another password", "WRONGPASS", redis -> redis.password("other"), redis -> {
                    redis.password("secret");
                }),
                ServerFault.refusing(
                        "a replica, and so read-only",
                        "READONLY",
                        // Nobody listens there; it goes on to answer from what it has.
                        redis -> redis.command("REPLICAOF", "127.0.0.1", "1"),
                        redis -> redis.command("REPLICAOF", "NO", "ONE")),
                ServerFault.refusing(
                        "too few replicas",
                        "NOREPLICAS",
                        redis -> redis.config("min-replicas-to-write", "1"),
                        redis -> redis.config("min-replicas-to-write", "0")),
                ServerFault.refusing(
                        "out of memory, with eviction off",
                        "OOM",
                        redis -> redis.config("maxmemory", "1"),
                        redis -> redis.config("maxmemory", "0")),
                ServerFault.refusing(
                        "a disk on which nothing can be saved",
                        "MISCONF",
                        FaultyRedis::failToSave,
                        redis -> redis.config("save", "\"\"")),
                ServerFault.unavailable("loading", "LOADING", FaultyRedis::load, FaultyRedis::awaitLoaded),
                ServerFault.unavailable(
                        "too many clients",
                        "max number of clients",
                        FaultyRedis::admitNobody,
                        FaultyRedis::admitAgain));
    }

    /** What the network to it does wrong. */
    static List<ServerFault<FaultyRedis>> ofTheNetwork() {
        return List.of(
                ofTheNetwork(NetworkFault.down(), "no connection to"),
                ofTheNetwork(NetworkFault.reset(), "no connection to|connection was lost"),
                ofTheNetwork(NetworkFault.blackhole(), "no answer|nothing was answered|no connection within"),
                ofTheNetwork(NetworkFault.repliesDropped(), "no answer|nothing was answered|no connection within"),
                ofTheNetwork(
                        NetworkFault.latency(Duration.ofMillis(500), Duration.ofMillis(100)),
                        "no answer|nothing was answered|no connection within"),
                ofTheNetwork(
                        NetworkFault.slices(1, Duration.ofMillis(10)),
                        "no answer|nothing was answered|no connection within"));
    }

    private static ServerFault<FaultyRedis> ofTheNetwork(NetworkFault fault, String cause) {
        return ServerFault.unavailable(
                fault.toString(), cause, redis -> redis.network(fault), redis -> redis.network(NetworkFault.none()));
    }

    private void password(String secret) {
        command("ACL", "SETUSER", "app", "reset", "on", ">" + secret, "~*", "&*", "+@all");
        // Who has logged in stays logged in, until it has to do so again.
        command("CLIENT", "KILL", "USER", "app");
    }

    private void failToSave() {
        config("save", "\"3600 1000000\"");
        // A file cannot take the place of the folder that it is in.
        config("dbfilename", ".");
        command("BGSAVE");
        await().until(() -> command("SET", "operator", "1").startsWith("-MISCONF"));
        config("dbfilename", "dump.rdb");
    }

    private void load() {
        // It is slow for each key, and looks for clients each time it has read 2 MiB.
        command("DEBUG", "POPULATE", LOADING_KEYS + "", "loading", LOADING_KEY_BYTES + "");
        config("rdbcompression", "no");
        config("key-load-delay", LOADING_KEY_MICROS + "");
        loading = CompletableFuture.supplyAsync(() -> command("DEBUG", "RELOAD"));
    }

    private void awaitLoaded() {
        assertThat(loading.join()).isEqualTo("+OK");
        config("key-load-delay", "0");
    }

    private void admitNobody() throws IOException {
        operator = new Socket(InetAddress.getLoopbackAddress(), server.port());
        say("CONFIG SET maxclients 1");
        say("CLIENT KILL TYPE normal SKIPME yes");
    }

    private void admitAgain() throws IOException {
        say("CONFIG SET maxclients 10000");
        if (operator != null) {
            operator.close();
        }
    }

    /** Over the one connection that there is. */
    private void say(String line) throws IOException {
        if (operator == null) {
            throw new IllegalStateException("nobody is connected");
        }
        operator.getOutputStream().write((line + "\r\n").getBytes(UTF_8));
        assertThat(new BufferedReader(new InputStreamReader(operator.getInputStream(), UTF_8)).readLine())
                .doesNotStartWith("-");
    }

    private void config(String name, String value) {
        assertThat(command("CONFIG", "SET", name, value)).isEqualTo("+OK");
    }

    private String command(String... words) {
        try {
            return server.command(words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        proxy.close();
        server.close();
    }
}
