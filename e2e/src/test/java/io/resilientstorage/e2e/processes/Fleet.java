package io.resilientstorage.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.testkit.net.FaultyProxy;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Several {@link LoadProcess}es on one Redis and one PostgreSQL, with short intervals so that a test sees an outage
 * from end to end. Not for use by several threads.
 */
final class Fleet implements AutoCloseable {

    static final String REDIS = "redis";
    static final String DATABASE = "database";
    static final Duration FAILBACK_DELAY = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofMinutes(15);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int THREADS = 3;
    private static final int KEYS = 150;

    final RedisProcess redis;
    final PostgresProcess postgres = PostgresProcess.start();
    /** On the way of every process to Redis that is not given an address of its own. */
    final FaultyProxy toRedis;
    /** On the way of every process to PostgreSQL. */
    final FaultyProxy toDatabase = FaultyProxy.to(postgres.port());

    private final Path folder;
    private final List<LoadProcess> all = new ArrayList<>();
    private final List<LoadProcess> living = new ArrayList<>();
    private final Map<String, String> further;

    private Fleet(RedisProcess redis, Map<String, String> further) {
        this.redis = redis;
        this.toRedis = FaultyProxy.to(redis.port());
        this.further = Map.copyOf(further);
        try {
            folder = Files.createTempDirectory("fleet-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The servers alone, and no process yet. */
    static Fleet empty() {
        return with(Map.of());
    }

    /** The servers alone, of which Redis, killed, comes back with the last snapshot that was saved. */
    static Fleet ofSnapshots() {
        return new Fleet(RedisProcess.start("--appendonly", "no"), Map.of());
    }

    /** The servers alone; each process that is started gets these properties of its storage, too. */
    static Fleet with(Map<String, String> further) {
        // What Redis had acknowledged it has again after a kill; what it loses is then what a test takes from it.
        return new Fleet(RedisProcess.start("--appendonly", "yes", "--appendfsync", "always"), further);
    }

    /** Starts processes with these names, and waits until all of them make calls. */
    Fleet start(int callsPerSecond, String... names) {
        for (String name : names) {
            begin(name, callsPerSecond, through(toRedis, redis.port(), redis.url()));
        }
        living.forEach(LoadProcess::awaitReady);
        return this;
    }

    /** Starts a process that makes no calls of its own and finds Redis at another address. */
    LoadProcess start(String name, String redisUrl) {
        return begin(name, 0, redisUrl).awaitReady();
    }

    /** Starts a process that makes no calls of its own. */
    LoadProcess idle(String name) {
        return start(name, through(toRedis, redis.port(), redis.url()));
    }

    private static String through(FaultyProxy proxy, int port, String url) {
        return url.replace(":" + port, ":" + proxy.port());
    }

    private LoadProcess begin(String name, int callsPerSecond, String redisUrl) {
        LoadProcess process = LoadProcess.start(
                new LoadSettings(
                        name,
                        folder.resolve(name + ".journal"),
                        callsPerSecond,
                        THREADS,
                        KEYS,
                        KEYS,
                        LONGEST,
                        storage(redisUrl)),
                folder);
        all.add(process);
        living.add(process);
        return process;
    }

    private Map<String, String> storage(String redisUrl) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "backends." + REDIS + ".url",
                redisUrl,
                "backends." + REDIS + ".priority",
                "1",
                "backends." + DATABASE + ".url",
                through(toDatabase, postgres.port(), postgres.url()),
                "backends." + DATABASE + ".priority",
                "2",
                "healthCheckInterval",
                "500ms",
                "healthCheckRetryInterval",
                "100ms",
                "healthCheckTimeout",
                "500ms",
                "failbackDelay",
                FAILBACK_DELAY.toMillis() + "ms"));
        properties.putAll(further);
        return properties;
    }

    /** The process of this name. */
    LoadProcess process(String name) {
        return all.stream()
                .filter(process -> process.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Waits until each process that lives has made so many more calls. At their rate, that is the clock of a test. */
    void awaitCalls(long more) {
        Map<LoadProcess, Long> target = new HashMap<>();
        living.forEach(process -> target.put(process, process.calls() + more));
        await(more + " more calls of each process")
                .atMost(PATIENCE)
                .until(() -> target.entrySet().stream()
                        .allMatch(entry -> entry.getKey().calls() >= entry.getValue()));
    }

    /** Waits until every process that lives writes to this backend. */
    void awaitActive(String backend) {
        await(backend + " is active everywhere")
                .atMost(PATIENCE)
                .until(() -> living.stream()
                        .allMatch(process -> process.ask("report").get(2).equals(backend)));
    }

    /** Waits until every process that lives writes to Redis and believes both backends. */
    void awaitInSync() {
        await("both backends are in sync everywhere")
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(
                                living.stream().map(LoadProcess::report).toList())
                        .allSatisfy(report -> assertThat(report).doesNotContain("COLD", "CATCHING_UP")));
        awaitActive(REDIS);
    }

    /** Kills a process. */
    void kill(String name) {
        LoadProcess process = process(name);
        process.kill();
        living.remove(process);
    }

    /** Redis itself, beside all processes. It is connected again by itself after a fault. */
    DirectBackend redisItself() {
        return DirectBackend.open(REDIS, redis.url());
    }

    /** PostgreSQL itself, beside all processes. */
    DirectBackend databaseItself() {
        return DirectBackend.open(DATABASE, postgres.url());
    }

    /** No process has a call under way when this returns, and none begins one. */
    void pause() {
        living.forEach(process -> process.ask("pause"));
    }

    /** Says of every process that lives how it is. */
    void report(String when) {
        System.out.println(when);
        living.forEach(process -> System.out.println("  " + process.report()));
    }

    /** Ends all processes as an application ends, and tells what all of them did. */
    CallHistory stop() {
        living.forEach(process -> process.ask("stop"));
        living.clear();
        return history();
    }

    /** What all processes did so far. */
    CallHistory history() {
        CallHistory history = new CallHistory();
        all.forEach(process -> process.addTo(history));
        return history;
    }

    @Override
    public void close() {
        all.forEach(LoadProcess::close);
        toRedis.close();
        toDatabase.close();
        redis.close();
        postgres.close();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
