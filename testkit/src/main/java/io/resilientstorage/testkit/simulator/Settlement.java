package io.resilientstorage.testkit.simulator;

import io.resilientstorage.api.BackendStatus;
import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.Found;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.ReadKind;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.Sync;
import io.resilientstorage.api.Version;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What must be so when nothing is wrong any more and enough time has passed. */
final class Settlement {

    /** How long recovery may take: with the longest reset delay and the longest failback delay. */
    private static final Duration LIMIT = Duration.ofMinutes(12);

    private static final Duration LOOK = Duration.ofSeconds(1);

    private final World world;

    Settlement(World world) {
        this.world = world;
    }

    void settle() {
        // Claims, clears and repairs that are under way come to their end in this time.
        world.advance(World.CALL_TIMEOUT.plusSeconds(1));
        comeToRest();
        // Who has not called since a server began another life learns of that by the first answer, which says so.
        alive().forEach(this::call);
        comeToRest();
        world.checker().overdue();
        world.checker().keys().forEach(this::checkKey);
        alive().forEach(this::readAll);
    }

    private List<SimulatedProcess> alive() {
        return world.processes().stream().filter(SimulatedProcess::isAlive).toList();
    }

    private void comeToRest() {
        Duration waited = Duration.ZERO;
        Optional<String> lacking = lacking();
        while (lacking.isPresent()
                && waited.compareTo(LIMIT) < 0
                && world.checker().violations().isEmpty()) {
            world.schedule().advanceUntil(() -> !world.checker().violations().isEmpty(), LOOK);
            waited = waited.plus(LOOK);
            lacking = lacking();
        }
        String late = waited.toSeconds() + " s";
        world.history().add("world", () -> "at rest after " + late);
        lacking.ifPresent(what -> world.checker().broken(Promise.P4, what + " after " + LIMIT));
    }

    private boolean mirrors() {
        return world.plan().mode() != WriteMode.ACTIVE_ONLY;
    }

    /** What is not yet as it must be. */
    private Optional<String> lacking() {
        for (ModelServer server : world.servers()) {
            for (ModelServer target : world.servers()) {
                HintSummary summary = server.notes().summary(target.name());
                if (summary.pending() > 0 || summary.parked() > 0) {
                    return Optional.of(server.name() + " has hints for " + target.name() + ": " + summary);
                }
            }
        }
        for (String key : world.checker().keys().keySet()) {
            Optional<String> apart = mirrors() ? apart(key) : Optional.empty();
            if (apart.isPresent()) {
                return apart;
            }
        }
        for (SimulatedProcess process : world.processes()) {
            Optional<String> trouble = process.isAlive() ? trouble(process) : Optional.empty();
            if (trouble.isPresent()) {
                return trouble;
            }
        }
        return Optional.empty();
    }

    private Optional<String> trouble(SimulatedProcess process) {
        Map<String, BackendStatus> states = process.storage().healthStatus().backends();
        for (ModelServer server : world.servers()) {
            BackendStatus state = states.get(server.name());
            if (state == null
                    || state.health() != Health.HEALTHY
                    || state.circuit() != Circuit.CLOSED
                    || state.sync() != Sync.IN_SYNC
                    || state.pending() > 0) {
                return Optional.of(process.life() + " says of " + server.name() + ": " + state);
            }
        }
        String active = process.storage().activeBackend().orElse("none");
        return active.equals(world.redis().name())
                ? Optional.empty()
                : Optional.of("the active backend of " + process.life() + " is " + active);
    }

    /** How the servers differ in a key. */
    private Optional<String> apart(String name) {
        RecordKey key = World.key(name);
        Optional<VersionedRecord> redis = world.redis().live(key, ModelBackend.GENERATION);
        Optional<VersionedRecord> sql = world.sql().live(key, ModelBackend.GENERATION);
        boolean evicted = redis.isEmpty() && world.redis().faults().hasEvicted();
        // A record may end between the two clocks.
        boolean ending = redis.or(() -> sql)
                .filter(record -> record.expiresAt() < world.schedule().millis() + world.clockErrorMillis())
                .isPresent();
        return redis.equals(sql) || evicted || ending
                ? Optional.empty()
                : Optional.of("the servers differ in " + name + ": " + redis.map(History::told) + " in redis, "
                        + sql.map(History::told) + " in sql");
    }

    /** Nothing that was acknowledged is missing, but what was lost for good reason. */
    private void checkKey(String name, KeyFacts facts) {
        if (!mirrors()) {
            return;
        }
        long now = world.schedule().millis() + world.clockErrorMillis();
        for (ModelServer server : world.servers()) {
            if (server.faults().hasEvicted()) {
                continue;
            }
            Optional<VersionedRecord> live = server.live(World.key(name), ModelBackend.GENERATION);
            Version stands = live.map(VersionedRecord::version).orElse(Version.NONE);
            for (KeyFacts.Acknowledged ack : facts.acknowledged) {
                boolean kept = live.isPresent()
                        ? !ack.version.isNewerThan(stands)
                        : facts.mayBeGone(ack.version, now) || !facts.wasStored(ack.version);
                if (!ack.lost && !kept) {
                    world.checker()
                            .broken(
                                    ack.delete ? Promise.P5 : Promise.P7,
                                    server.name() + " has "
                                            + live.map(History::told).orElse("nothing") + " under "
                                            + name + ", after " + ack.what + " was acknowledged as "
                                            + History.told(ack.version));
                    return;
                }
            }
        }
    }

    private void call(SimulatedProcess process) {
        for (String key : world.checker().keys().keySet()) {
            var unused = read(process, key);
        }
    }

    private CompletableFuture<ReadResult<String>> read(SimulatedProcess process, String key) {
        CompletableFuture<ReadResult<String>> call = process.calls().read(key);
        world.schedule().advanceUntil(call::isDone, World.CALL_TIMEOUT.multipliedBy(2));
        return call;
    }

    /** A read of each key says what stands. */
    private void readAll(SimulatedProcess process) {
        for (String key : world.checker().keys().keySet()) {
            CompletableFuture<ReadResult<String>> call = read(process, key);
            if (call.isDone() && !call.isCompletedExceptionally()) {
                compare(process, key, call.join());
            }
        }
    }

    private void compare(SimulatedProcess process, String key, ReadResult<String> result) {
        if (result.stale() || result.kind() == ReadKind.UNKNOWN) {
            if (mirrors()) {
                world.checker().broken(Promise.P4, process.life() + " says of " + key + " at rest: " + result);
            }
            return;
        }
        Optional<VersionedRecord> live = world.sql().live(World.key(key), ModelBackend.GENERATION);
        Version stands = live.map(VersionedRecord::version).orElse(Version.NONE);
        Version seen = result instanceof Found<String> found ? found.version() : Version.NONE;
        boolean ending = live.filter(record -> mayHaveEnded(record.expiresAt())).isPresent();
        // It may have ended by the database's clock, and not yet by that of who answered.
        boolean ended = live.isEmpty()
                && result instanceof Found<String> found
                && found.expiresAt()
                        .filter(at -> mayHaveEnded(at.toEpochMilli()))
                        .isPresent();
        if (mirrors() && !ending && !ended && !seen.equals(stands)) {
            world.checker()
                    .broken(
                            Promise.P4,
                            process.life() + " says of " + key + " at rest: " + result + ", but "
                                    + live.map(History::told).orElse("nothing") + " stands");
        }
    }

    /** By some clock, but not by all of them for long. */
    private boolean mayHaveEnded(long expiresAt) {
        long now = world.schedule().millis();
        return Math.abs(expiresAt - now) < world.clockErrorMillis();
    }
}
