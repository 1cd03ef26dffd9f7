package io.resilientstorage.e2e.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.e2e.processes.LockHistory.Hold;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Several {@link LockProgram}s, each in a JVM of its own, on servers of the test. Not for use by several threads. */
final class LockFleet implements AutoCloseable {

    static final Duration MAX_TTL = Duration.ofSeconds(1);
    static final String TTL = "1000";
    static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private final Path folder;
    private final Map<String, String> storage = new HashMap<>();
    private final Map<String, ChildProgram> processes = new LinkedHashMap<>();

    private LockFleet(Map<String, String> backends) {
        storage.putAll(Map.of("memory", "false", "callTimeout", "2s", "locks.maxTtl", MAX_TTL.toMillis() + "ms"));
        storage.putAll(backends);
        try {
            folder = Files.createTempDirectory("lock-fleet-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** On one PostgreSQL. */
    static LockFleet on(PostgresProcess postgres) {
        return new LockFleet(Map.of("backends.database.url", postgres.url()));
    }

    /** On one Redis, which is said to lose nothing: without a record it never had one. */
    static LockFleet on(RedisProcess redis) {
        return new LockFleet(Map.of("backends.redis.url", redis.url(), "backends.redis.options.durable", "true"));
    }

    /** On both, Redis first. */
    static LockFleet on(RedisProcess redis, PostgresProcess postgres) {
        return new LockFleet(Map.of(
                "backends.redis.url",
                redis.url(),
                "backends.redis.priority",
                "1",
                "backends.database.url",
                postgres.url(),
                "backends.database.priority",
                "2"));
    }

    /** On both, Redis first, with copies of locks in the database. */
    static LockFleet mirroredOn(RedisProcess redis, PostgresProcess postgres) {
        LockFleet fleet = on(redis, postgres);
        fleet.storage.put("locks.mirrored", "true");
        return fleet;
    }

    /** Starts processes with these names, and waits until they take commands. */
    LockFleet start(String... names) {
        Stream.of(names).map(name -> begin(name, Map.of())).toList().forEach(ChildProgram::awaitReady);
        return this;
    }

    /** Starts one whose storage has these settings, too. */
    ChildProgram start(String name, Map<String, String> further) {
        ChildProgram process = begin(name, further);
        process.awaitReady();
        return process;
    }

    private ChildProgram begin(String name, Map<String, String> further) {
        Map<String, String> settings = new HashMap<>(storage);
        settings.putAll(further);
        ChildProgram process = ChildProgram.start(
                LockProgram.class, new LoadSettings(name, journal(name), 0, 1, 1, 1, LONGEST, settings), folder);
        processes.put(name, process);
        return process;
    }

    private Path journal(String name) {
        return folder.resolve(name + ".journal");
    }

    /** The process of this name. */
    ChildProgram process(String name) {
        return Optional.ofNullable(processes.get(name)).orElseThrow();
    }

    /** Gives a command, and returns its reply. */
    String ask(String process, String... command) {
        return String.join(" ", process(process).ask(command));
    }

    /** Acquires a lock, and returns its token. */
    long acquire(String process, String lock, Duration wait) {
        List<String> reply = process(process).ask("acquire", lock, TTL, Long.toString(wait.toMillis()));
        assertThat(reply).startsWith("acquired");
        return Long.parseLong(reply.get(1));
    }

    /** What all processes believed so far, dead ones too. */
    LockHistory history() {
        List<LockEvent> events = new ArrayList<>();
        processes.keySet().forEach(name -> events.addAll(LockJournal.events(journal(name))));
        return LockHistory.of(events);
    }

    /** Waits for a hold that begins after an instant. */
    Hold awaitHold(String lock, long after) {
        return await("a holder of " + lock)
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(20))
                .until(
                        () -> history().holds(lock).stream()
                                .filter(hold -> hold.from() > after)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    /** Nothing is wrong with what was held, and something was. */
    void assertExclusive(String lock) {
        LockHistory history = history();
        assertThat(history.flaws()).isEmpty();
        assertThat(history.holds(lock)).isNotEmpty();
        System.out.println(lock + ": " + history.holds(lock).size() + " holds, no two at the same time");
    }

    @Override
    public void close() {
        processes.values().forEach(ChildProgram::close);
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
