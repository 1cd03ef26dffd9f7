package io.resilientstorage.testkit.simulator;

import io.resilientstorage.api.BacklogFullException;
import io.resilientstorage.api.OverloadedException;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.StorageClosedException;
import io.resilientstorage.api.Version;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;

/**
 * Knows every call and every atomic step of every server, and says when a promise is broken. What was lost for good
 * reason (acknowledged by a server that lost its data before another one had it) is not held against anybody.
 */
final class Checker implements ServerWitness {

    /** How late the end of a call may be noticed. */
    private static final Duration GRACE = Duration.ofMillis(300);

    private final World world;
    private final Freshness freshness;
    private final ReadCheck reads;
    private final Map<String, KeyFacts> keys = new LinkedHashMap<>();
    private final Set<Call> open = new LinkedHashSet<>();
    private final List<Violation> violations = new ArrayList<>();
    private int served;
    private int failed;

    Checker(World world) {
        this.world = world;
        this.freshness = new Freshness(world);
        this.reads = new ReadCheck(world, this);
    }

    List<Violation> violations() {
        return violations;
    }

    /** How many calls succeeded. */
    int served() {
        return served;
    }

    /** How many calls failed, rightly or not. */
    int failed() {
        return failed;
    }

    Map<String, KeyFacts> keys() {
        return keys;
    }

    KeyFacts facts(String key) {
        return keys.computeIfAbsent(key, any -> new KeyFacts());
    }

    void broken(Promise promise, String what) {
        if (world.plan().promises().contains(promise)) {
            violations.add(new Violation(promise, what));
            world.history().add("BROKEN", () -> promise + ": " + what);
        }
    }

    private boolean mirrors() {
        return world.plan().mode() != WriteMode.ACTIVE_ONLY;
    }

    // What processes do

    Call begin(SimulatedProcess process, String what, Collection<String> named) {
        Call call = new Call(
                process, what, world.schedule().nanos(), world.schedule().millis());
        for (String key : named) {
            KeyFacts facts = facts(key);
            call.own.put(key, facts.told(call.life));
            call.settled.put(key, facts.settled());
            call.seen.put(key, facts.seen(call.life));
            call.known.put(key, freshness.floor(process, key, facts));
        }
        open.add(call);
        world.history().add(call.life, () -> what);
        return call;
    }

    /** This call writes this value, which may be found until then. */
    void writes(Call call, String key, String value, Optional<Duration> ttl) {
        KeyFacts.End end = new KeyFacts.End(
                ttl.map(life -> call.beganMillis + life.toMillis()).orElse(VersionedRecord.NEVER));
        facts(key).mayBeFound(value, end);
        call.values.put(key, value);
        underWay(call, key, end);
    }

    /** This call deletes. */
    void deletes(Call call, String key) {
        underWay(call, key, new KeyFacts.End(call.beganMillis));
    }

    private void underWay(Call call, String key, KeyFacts.End end) {
        call.underWay.put(key, end);
        facts(key).ending.add(end);
    }

    /** This call gives whatever stands a new life, counted from some moment of the call. */
    void touches(Call call, String key, Duration ttl) {
        KeyFacts.End end = new KeyFacts.End(VersionedRecord.NEVER);
        call.ends.put(end, ttl);
        facts(key).touched(end);
    }

    /** From now on, what it touched has an end. */
    private void over(Call call) {
        call.ended = true;
        open.remove(call);
        long now = world.schedule().millis();
        call.values.forEach(
                (key, value) -> facts(key).written(value, world.schedule().nanos()));
        call.ends.forEach((end, ttl) -> end.millis = now + ttl.toMillis());
    }

    private boolean end(Call call) {
        if (call.ended) {
            return false;
        }
        over(call);
        long paused = call.process.pausedNanos() - call.pausedNanos;
        long took = world.schedule().nanos() - call.beganNanos - paused;
        if (took > World.CALL_TIMEOUT.plus(GRACE).toNanos()) {
            broken(Promise.P1, call + " took " + took / 1_000_000 + " ms");
        }
        return true;
    }

    void failed(Call call, Throwable thrown) {
        Throwable failure =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        world.history().add(call.life, () -> call.what + " FAILS: " + failure);
        if (!end(call)) {
            return;
        }
        failed++;
        boolean allowed = failure instanceof OverloadedException
                || failure instanceof BacklogFullException
                || (failure instanceof StorageClosedException && call.process.isClosing());
        boolean paused = call.process.pausedNanos() != call.pausedNanos;
        if (!allowed && !paused && world.couldServe(call.process, call.beganNanos)) {
            broken(Promise.P1, call + " fails though a backend could serve: " + failure);
        }
    }

    /** A call has been answered. */
    void succeeded(Call call, Object result) {
        world.history().add(call.life, () -> call.what + " = " + result);
        if (end(call)) {
            served++;
        }
    }

    /**
     * A write was acknowledged.
     *
     * @param ttl how long it may be found, empty for ever, zero for a delete
     */
    void acknowledged(Call call, String key, Optional<Duration> ttl, Receipt receipt) {
        boolean delete = ttl.equals(Optional.of(Duration.ZERO));
        KeyFacts facts = facts(key);
        if (floor(call.seen, key).isNewerThan(receipt.version())) {
            broken(
                    Promise.P3,
                    call + " is told " + History.told(receipt.version()) + ", older than "
                            + History.told(floor(call.seen, key)) + ", which this process had read before");
        }
        facts.tell(call.life, receipt.version());
        KeyFacts.Acknowledged ack =
                new KeyFacts.Acknowledged(receipt.version(), call.toString(), delete && !receipt.superseded());
        facts.acknowledged.add(ack);
        boolean byMemory =
                world.servers().stream().noneMatch(server -> server.name().equals(receipt.backend()));
        if (byMemory) {
            call.process.holds(key, ack);
            facts.tookElsewhere(
                    receipt.version(),
                    ttl.map(life -> call.beganMillis + life.toMillis()).orElse(VersionedRecord.NEVER));
            return;
        }
        // Lost again between the server's step and this moment.
        boolean gone = facts.lost.contains(receipt.version());
        ack.lost = gone;
        if (!facts.hasTaken(receipt.backend(), receipt.version())) {
            broken(Promise.P2, call + " is told that " + receipt.backend() + " took it, which is not so: " + receipt);
        }
        for (ModelServer server : world.servers()) {
            boolean told =
                    server.name().equals(receipt.backend()) || receipt.pending().contains(server.name());
            if (mirrors()
                    && !told
                    && !receipt.superseded()
                    && !facts.hasTakenAtLeast(server.name(), receipt.version())) {
                broken(
                        Promise.P2,
                        call + " is told nothing of " + server.name() + ", which does not have it: " + receipt);
            }
        }
    }

    void read(Call call, String key, ReadResult<String> result) {
        reads.check(call, key, result);
    }

    private static Version floor(Map<String, Version> floors, String key) {
        return floors.getOrDefault(key, Version.NONE);
    }

    /** A process has come to the end of its close: what it alone holds is lost, and it must have said so. */
    void closed(SimulatedProcess process, Map<String, List<KeyFacts.Acknowledged>> held, boolean lossTold) {
        held.forEach((key, acks) -> {
            Version best = best(key);
            long now = world.schedule().millis() + world.clockErrorMillis();
            for (KeyFacts.Acknowledged ack : acks) {
                boolean kept =
                        ack.lost || !ack.version.isNewerThan(best) || facts(key).hasEndedElsewhere(ack, now);
                if (!kept && !lossTold) {
                    broken(
                            Promise.P7,
                            process.life() + " alone held what " + ack.what + " was acknowledged as "
                                    + History.told(ack.version) + ", and closed without a word of it");
                }
            }
        });
    }

    /** What a process alone held is gone with it, and its calls never end. */
    void ended(SimulatedProcess process, Map<String, List<KeyFacts.Acknowledged>> held) {
        held.forEach((key, acks) -> {
            Version best = best(key);
            acks.stream().filter(ack -> ack.version.isNewerThan(best)).forEach(ack -> ack.lost = true);
        });
        for (Call call : List.copyOf(open)) {
            if (call.process == process) {
                over(call);
            }
        }
    }

    /** Calls that should have ended long ago. */
    void overdue() {
        for (Call call : open) {
            long paused = call.process.pausedNanos() - call.pausedNanos;
            long took = world.schedule().nanos() - call.beganNanos - paused;
            if (took > World.CALL_TIMEOUT.plus(GRACE).toNanos()) {
                broken(Promise.P1, call + " has not ended after " + took / 1_000_000 + " ms");
            }
        }
    }

    // What servers do

    /** The newest version that any server holds, be it up or not. */
    Version best(String key) {
        Version best = Version.NONE;
        for (ModelServer server : world.servers()) {
            Version version = server.standing(World.key(key), ModelBackend.GENERATION);
            best = version.isNewerThan(best) ? version : best;
        }
        return best;
    }

    @Override
    public void stored(ModelServer server, VersionedRecord record) {
        String key = record.key().key();
        if (!record.key().equals(World.key(key))) {
            // The engine's own.
            return;
        }
        KeyFacts facts = facts(key);
        Version oldest = facts.took(server.name(), record, world.schedule().nanos());
        VersionedRecord first = facts.stored.getOrDefault(record.version(), record);
        boolean both = !first.content().isTombstone() && !record.content().isTombstone();
        if (both && first.expiresAt() != record.expiresAt()) {
            broken(Promise.P6, server.name() + " has " + History.told(record) + ", which was " + History.told(first));
        }
        if (!record.content().isTombstone()
                && !facts.wasTouched()
                && facts.hasOthersBetween(oldest, record.version(), History.text(record))) {
            broken(
                    Promise.P5,
                    server.name() + " has " + History.told(record) + ", which was there as " + History.told(oldest)
                            + " and was replaced meanwhile");
        }
        Version least = record.version();
        for (ModelServer other : world.servers()) {
            Version version = other.standing(record.key(), ModelBackend.GENERATION);
            least = version.isNewerThan(least) ? least : version;
        }
        facts.settled(least);
    }

    @Override
    public void lost(ModelServer server, ServerState before, boolean running) {
        for (Map.Entry<String, KeyFacts> entry : keys.entrySet()) {
            RecordKey key = World.key(entry.getKey());
            Version had = before.newest(key);
            if (had.isNewerThan(server.standing(key, ModelBackend.GENERATION))) {
                entry.getValue()
                        .lostAt(server.name(), had, running ? world.schedule().nanos() : Long.MIN_VALUE);
            }
            Version left = best(entry.getKey());
            if (had.isNewerThan(left)) {
                entry.getValue().clamp(left, had);
                for (Call call : open) {
                    clamp(call.own, entry.getKey(), left);
                    clamp(call.settled, entry.getKey(), left);
                    clamp(call.known, entry.getKey(), left);
                }
            }
        }
    }

    private static void clamp(Map<String, Version> floors, String key, Version left) {
        floors.computeIfPresent(key, (any, floor) -> floor.isNewerThan(left) ? left : floor);
    }
}
