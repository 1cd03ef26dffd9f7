package io.resilientstorage.testkit.simulator;

import io.resilientstorage.api.Absent;
import io.resilientstorage.api.Durability;
import io.resilientstorage.api.Found;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.Unknown;
import io.resilientstorage.api.Version;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.ManualTime;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A world in which no engine runs: a test tells what the calls on one key were answered and what the servers took, and
 * asks what the checker says to that. Versions are small numbers.
 */
final class ToldHistory {

    private static final String KEY = "k";
    private static final RecordKey STORED_KEY = World.key(KEY);

    final World world;
    final SimulatedProcess one;
    final SimulatedProcess two;

    ToldHistory() {
        this(Plan.quiet(1));
    }

    ToldHistory(Plan plan) {
        world = new World(plan, false);
        one = new SimulatedProcess(world, "one", 0, world.split());
        two = new SimulatedProcess(world, "two", 0, world.split());
    }

    private Checker checker() {
        return world.checker();
    }

    private static Version version(int number) {
        return Version.of(ManualTime.START_MILLIS, number, 1);
    }

    void wait(Duration by) {
        world.advance(by);
    }

    // What processes do

    Call beginsToSet(SimulatedProcess process, String value) {
        return beginsToSet(process, value, Optional.empty());
    }

    Call beginsToSet(SimulatedProcess process, String value, Optional<Duration> ttl) {
        Call call = checker().begin(process, "set " + value, List.of(KEY));
        checker().writes(call, KEY, value, ttl);
        return call;
    }

    Call beginsToDelete(SimulatedProcess process) {
        Call call = checker().begin(process, "delete", List.of(KEY));
        checker().deletes(call, KEY);
        return call;
    }

    Call beginsToTouch(SimulatedProcess process, Duration ttl) {
        Call call = checker().begin(process, "touch", List.of(KEY));
        checker().touches(call, KEY, ttl);
        return call;
    }

    Call beginsToRead(SimulatedProcess process) {
        return checker().begin(process, "read", List.of(KEY));
    }

    void fails(Call call, RuntimeException failure) {
        checker().failed(call, failure);
    }

    void setIsTold(Call call, int version, String backend, String... pending) {
        isTold(call, version, Optional.empty(), backend, pending);
    }

    void deleteIsTold(Call call, int version, String backend, String... pending) {
        isTold(call, version, Optional.of(Duration.ZERO), backend, pending);
    }

    void isTold(Call call, int version, Optional<Duration> ttl, String backend, String... pending) {
        answered(call, new Receipt(version(version), backend, Durability.VOLATILE, Set.of(pending), false), ttl);
    }

    void isSuperseded(Call call, int version, String backend) {
        answered(call, new Receipt(version(version), backend, Durability.VOLATILE, Set.of(), true), Optional.empty());
    }

    private void answered(Call call, Receipt receipt, Optional<Duration> ttl) {
        checker().succeeded(call, receipt);
        checker().acknowledged(call, KEY, ttl, receipt);
    }

    void finds(Call call, String value, int version, boolean stale) {
        Found<String> found = new Found<>(value, version(version), "redis", stale, Optional.empty());
        checker().succeeded(call, found);
        checker().read(call, KEY, found);
    }

    void isToldAbsent(Call call) {
        Absent<String> absent = new Absent<>("redis");
        checker().succeeded(call, absent);
        checker().read(call, KEY, absent);
    }

    void isToldUnknown(Call call) {
        Unknown<String> unknown = new Unknown<>("redis", "may lack it");
        checker().succeeded(call, unknown);
        checker().read(call, KEY, unknown);
    }

    /** It comes to the end of its close, with all that memory alone took from it. */
    void closes(SimulatedProcess process, boolean lossTold) {
        checker().closed(process, Map.of(KEY, checker().facts(KEY).acknowledged), lossTold);
    }

    // What servers do

    void takes(ModelServer server, String value, int version) {
        takes(server, value, version, VersionedRecord.NEVER);
    }

    void takes(ModelServer server, String value, int version, long expiresAt) {
        took(server, record(Content.value(value.getBytes(StandardCharsets.UTF_8)), version, expiresAt));
    }

    void buries(ModelServer server, int version) {
        took(server, record(Content.tombstone(), version, VersionedRecord.NEVER));
    }

    private static VersionedRecord record(Content content, int version, long expiresAt) {
        return new VersionedRecord(STORED_KEY, version(version), content, expiresAt);
    }

    private void took(ModelServer server, VersionedRecord record) {
        server.put(new Row.Place(ModelBackend.GENERATION, STORED_KEY), record, true);
        checker().stored(server, record);
    }

    /** It is gone without a reason that anybody knows of. */
    void mislays(ModelServer server) {
        server.state().rows.clear();
    }

    /** What it was told of by nobody is there again. */
    void slipsBack(ModelServer server, String value, int version) {
        server.put(
                new Row.Place(ModelBackend.GENERATION, STORED_KEY),
                record(Content.value(value.getBytes(StandardCharsets.UTF_8)), version, VersionedRecord.NEVER),
                true);
    }

    void keepsHint(ModelServer server, ModelServer target, int version) {
        server.notes().note(target.name(), STORED_KEY, version(version), ModelBackend.GENERATION);
    }

    // Both

    /** Written, and at once in both servers. */
    void set(SimulatedProcess process, String value, int version) {
        Call call = beginsToSet(process, value);
        takes(world.redis(), value, version);
        takes(world.sql(), value, version);
        setIsTold(call, version, "redis");
    }

    /** Deleted, and at once from both servers. */
    void delete(SimulatedProcess process, int version) {
        Call call = beginsToDelete(process);
        buries(world.redis(), version);
        buries(world.sql(), version);
        deleteIsTold(call, version, "redis");
    }

    /** What was broken until now. */
    List<Promise> broken() {
        return world.violations().stream().map(Violation::promise).toList();
    }

    /** The same when everything has come to rest. */
    List<Promise> brokenAtRest() {
        new Settlement(world).settle();
        return broken();
    }
}
