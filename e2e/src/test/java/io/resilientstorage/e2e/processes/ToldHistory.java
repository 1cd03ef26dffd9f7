package io.resilientstorage.e2e.processes;

import io.resilientstorage.api.Durability;
import io.resilientstorage.api.ReadKind;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.Version;
import io.resilientstorage.e2e.processes.JournalEvent.Acknowledged;
import io.resilientstorage.e2e.processes.JournalEvent.Answered;
import io.resilientstorage.e2e.processes.JournalEvent.Begun;
import io.resilientstorage.e2e.processes.JournalEvent.Failed;
import io.resilientstorage.e2e.processes.JournalEvent.Operation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A history of one key, told call by call, each of which begins when the one before it has ended; and what stands in
 * the end. What is not told stands nowhere.
 */
final class ToldHistory {

    static final String KEY = "key";
    private static final String REDIS = "redis";
    private static final String DATABASE = "database";
    private static final long WRITER = 7;

    private final Map<String, List<JournalEvent>> events = new HashMap<>();
    private final Set<String> killed = new HashSet<>();
    private final Map<String, Map<String, Standing>> standings = new HashMap<>();
    private long now;
    private Duration life = Duration.ZERO;

    ToldHistory() {
        standings.put(REDIS, new HashMap<>());
        standings.put(DATABASE, new HashMap<>());
    }

    /** What is written from here on lives so long; zero for without end. */
    ToldHistory lives(Duration each) {
        life = each;
        return this;
    }

    /** So much time passes. */
    ToldHistory later(Duration by) {
        now += by.toNanos();
        return this;
    }

    /** The database took it; Redis has yet to get it. */
    ToldHistory durable(String process, Operation operation, String value, int version) {
        return write(process, operation, value, version, DATABASE, Durability.DURABLE, Set.of(REDIS), false);
    }

    /** Redis took it; the database has yet to get it. */
    ToldHistory volatileAlone(String process, Operation operation, String value, int version) {
        return write(process, operation, value, version, REDIS, Durability.VOLATILE, Set.of(DATABASE), false);
    }

    /** Redis took it, and the receipt leaves nobody out. */
    ToldHistory mirrored(String process, Operation operation, String value, int version) {
        return write(process, operation, value, version, REDIS, Durability.VOLATILE, Set.of(), false);
    }

    /** The database met a newer one. */
    ToldHistory superseded(String process, Operation operation, String value, int met) {
        return write(process, operation, value, met, DATABASE, Durability.DURABLE, Set.of(), true);
    }

    private ToldHistory write(
            String process,
            Operation operation,
            String value,
            int version,
            String backend,
            Durability durability,
            Set<String> pending,
            boolean superseded) {
        long call = begin(process, operation, value);
        add(
                process,
                new Acknowledged(call, ++now, new Receipt(version(version), backend, durability, pending, superseded)));
        return this;
    }

    /** A write of which nobody knows the outcome. */
    ToldHistory failed(String process, Operation operation, String value) {
        add(process, new Failed(begin(process, operation, value), ++now, "no answer"));
        return this;
    }

    /** A write that its process did not see the end of. */
    ToldHistory unfinished(String process, Operation operation, String value) {
        begin(process, operation, value);
        return this;
    }

    ToldHistory found(String process, String value, int version, boolean stale) {
        long call = begin(process, Operation.READ, "");
        add(process, new Answered(call, ++now, ReadKind.FOUND, stale, REDIS, version(version), value));
        return this;
    }

    ToldHistory missed(String process, ReadKind kind) {
        long call = begin(process, Operation.READ, "");
        add(process, new Answered(call, ++now, kind, kind == ReadKind.UNKNOWN, REDIS, Version.NONE, ""));
        return this;
    }

    ToldHistory killed(String process) {
        killed.add(process);
        return this;
    }

    /** In the end both have this value. */
    ToldHistory bothHave(String value, int version) {
        return redisHas(value, version).databaseHas(value, version);
    }

    ToldHistory redisHas(String value, int version) {
        return stands(REDIS, new Standing(Optional.of(value), version(version)));
    }

    ToldHistory databaseHas(String value, int version) {
        return stands(DATABASE, new Standing(Optional.of(value), version(version)));
    }

    ToldHistory databaseHasTombstone(int version) {
        return stands(DATABASE, new Standing(Optional.empty(), version(version)));
    }

    private ToldHistory stands(String backend, Standing standing) {
        standings.computeIfAbsent(backend, name -> new HashMap<>()).put(KEY, standing);
        return this;
    }

    private long begin(String process, Operation operation, String value) {
        long call = ++now;
        add(process, new Begun(call, ++now, operation, KEY, value, life));
        return call;
    }

    private void add(String process, JournalEvent event) {
        events.computeIfAbsent(process, name -> new ArrayList<>()).add(event);
    }

    private static Version version(int number) {
        return Version.of(number, 0, WRITER);
    }

    /** What the checker finds. */
    List<Finding> check() {
        CallHistory history = new CallHistory();
        events.forEach((process, list) -> history.add(process, killed.contains(process), list));
        return Checker.check(history, DATABASE, standings, ++now);
    }
}
