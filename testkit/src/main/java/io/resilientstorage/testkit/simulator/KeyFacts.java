package io.resilientstorage.testkit.simulator;

import io.resilientstorage.api.Version;
import io.resilientstorage.record.VersionedRecord;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** All that is known of one key: what was stored where, what was acknowledged to whom, and what was lost. */
final class KeyFacts {

    /** An acknowledged write. */
    static final class Acknowledged {
        final Version version;
        final String what;
        final boolean delete;
        boolean lost;

        Acknowledged(Version version, String what, boolean delete) {
            this.version = version;
            this.what = what;
            this.delete = delete;
        }
    }

    /** Until when, by the true time, something may be found. */
    static final class End {
        long millis;

        End(long millis) {
            this.millis = millis;
        }
    }

    /** The first record that was stored under each version. */
    final TreeMap<Version, VersionedRecord> stored = new TreeMap<>();

    /** What was acknowledged by the memory of a process: when, by the true time, it ends at the earliest. */
    private final TreeMap<Version, Long> elsewhere = new TreeMap<>();

    final Set<Version> lost = new HashSet<>();
    final List<Acknowledged> acknowledged = new ArrayList<>();
    /** By server: all versions that it ever took. */
    private final Map<String, TreeMap<Version, Boolean>> taken = new HashMap<>();
    /** By value: until when it may be found. */
    private final Map<String, List<End>> ends = new HashMap<>();

    /** By value: when the call that wrote it ended, in world time. */
    private final Map<String, Long> writtenBy = new HashMap<>();

    /** By version: when it was first stored, in world time. */
    private final Map<Version, Long> storedAt = new HashMap<>();

    /** Of writes that are under way: a process alone may have taken one, and nobody sees that. */
    final Set<End> ending = new LinkedHashSet<>();

    /** By server: the newest version that it lost. */
    private final Map<String, Version> lostAt = new HashMap<>();

    /** By server: when it last lost something while it ran, in world time. */
    private final Map<String, Long> lostLast = new HashMap<>();

    private final List<End> touches = new ArrayList<>();
    private final Map<String, Version> oldestOfValue = new HashMap<>();
    /** By start of a process: the newest version that it was told. */
    private final Map<String, Version> told = new HashMap<>();
    /** By start of a process: the newest version that it has read. */
    private final Map<String, Version> seen = new HashMap<>();
    /** The newest version that all servers had at the same time. */
    private Version settled = Version.NONE;

    boolean wasTouched() {
        return !touches.isEmpty();
    }

    void mayBeFound(String value, End until) {
        ends.computeIfAbsent(value, any -> new ArrayList<>()).add(until);
    }

    /** The call that wrote this value is over. */
    void written(String value, long nanos) {
        writtenBy.put(value, nanos);
    }

    /**
     * Whether a value may be seen at a server although something newer was there: that has ended, or the server lost
     * it, and the value was still being written when it was stored, so that the newer one may have come and gone before
     * it.
     */
    boolean mayComeAfter(Version floor, String value, String server, long nowMillis) {
        long written = writtenBy.getOrDefault(value, Long.MAX_VALUE);
        Version lostThere = lostAt.getOrDefault(server, Version.NONE);
        return stored.tailMap(floor, true).entrySet().stream()
                .filter(entry -> written >= storedAt.getOrDefault(entry.getKey(), 0L))
                .anyMatch(entry ->
                        entry.getValue().isExpired(nowMillis) || !entry.getKey().isNewerThan(lostThere));
    }

    /**
     * A server has lost everything up to this version, whatever others still have; at this time, if it went on running.
     */
    void lostAt(String server, Version newest, long nanos) {
        lostAt.merge(server, newest, (old, now) -> now.isNewerThan(old) ? now : old);
        lostLast.merge(server, nanos, Math::max);
    }

    /** Whether a server has lost this version, or a newer one, while it ran and since this time. */
    boolean hasJustLost(String server, Version version, long nanos) {
        return !version.isNewerThan(lostAt.getOrDefault(server, Version.NONE))
                && lostLast.getOrDefault(server, Long.MIN_VALUE) >= nanos;
    }

    void touched(End until) {
        touches.add(until);
    }

    /** Whether this value was ever written under the key. */
    boolean knows(String value) {
        return ends.containsKey(value);
    }

    /** The last moment at which this value may be found. */
    long end(String value) {
        long last = Long.MIN_VALUE;
        for (End end : ends.getOrDefault(value, List.of())) {
            last = Math.max(last, end.millis);
        }
        for (End end : touches) {
            last = Math.max(last, end.millis);
        }
        return last;
    }

    /** Notes what a server took; returns the oldest version under which this value was stored. */
    Version took(String server, VersionedRecord record, long nanos) {
        taken.computeIfAbsent(server, any -> new TreeMap<>()).put(record.version(), true);
        stored.putIfAbsent(record.version(), record);
        storedAt.putIfAbsent(record.version(), nanos);
        if (record.content().isTombstone()) {
            return record.version();
        }
        return oldestOfValue.merge(
                History.text(record), record.version(), (old, now) -> now.isNewerThan(old) ? old : now);
    }

    /** The newest version up to this one that a server ever took, and that was first stored before this time. */
    Version newestTaken(String server, Version upTo, long beforeNanos) {
        return taken.getOrDefault(server, new TreeMap<>()).headMap(upTo, true).descendingKeySet().stream()
                .filter(version -> storedAt.getOrDefault(version, Long.MAX_VALUE) < beforeNanos)
                .findFirst()
                .orElse(Version.NONE);
    }

    boolean hasTaken(String server, Version version) {
        TreeMap<Version, Boolean> versions = taken.get(server);
        return versions != null && versions.containsKey(version);
    }

    boolean hasTakenAtLeast(String server, Version version) {
        TreeMap<Version, Boolean> versions = taken.get(server);
        return versions != null && !version.isNewerThan(versions.lastKey());
    }

    /** All servers have at least this. */
    void settled(Version version) {
        if (version.isNewerThan(settled)) {
            settled = version;
        }
    }

    void tell(String life, Version version) {
        told.merge(life, version, (old, now) -> now.isNewerThan(old) ? now : old);
    }

    Version told(String life) {
        return told.getOrDefault(life, Version.NONE);
    }

    void see(String life, Version version) {
        seen.merge(life, version, (old, now) -> now.isNewerThan(old) ? now : old);
    }

    Version seen(String life) {
        return seen.getOrDefault(life, Version.NONE);
    }

    Version settled() {
        return settled;
    }

    /** What was newer than what is left is gone. */
    void clamp(Version left, Version before) {
        if (settled.isNewerThan(left)) {
            settled = left;
        }
        told.replaceAll((life, version) -> version.isNewerThan(left) && !version.isNewerThan(before) ? left : version);
        stored.subMap(left, false, before, true).keySet().forEach(lost::add);
        for (Acknowledged ack : acknowledged) {
            if (ack.version.isNewerThan(left) && !ack.version.isNewerThan(before)) {
                ack.lost = true;
            }
        }
    }

    /** A process alone took this; it ends then, a delete at once. */
    void tookElsewhere(Version version, long ends) {
        elsewhere.put(version, ends);
    }

    /** Whether what a process alone took, or what it took after that, has ended meanwhile. A delete itself has not. */
    boolean hasEndedElsewhere(Acknowledged ack, long nowMillis) {
        return elsewhere.tailMap(ack.version, !ack.delete).values().stream().anyMatch(end -> end <= nowMillis);
    }

    /** Whether any server ever took this version. */
    boolean wasStored(Version version) {
        return stored.containsKey(version);
    }

    /** Whether it is right that nothing live stands, for one who must see this version or a newer one. */
    boolean mayBeGone(Version floor, long nowMillis) {
        if (floor.equals(Version.NONE)) {
            return true;
        }
        if (ending.stream().anyMatch(end -> end.millis <= nowMillis)) {
            return true;
        }
        if (elsewhere.tailMap(floor, true).values().stream().anyMatch(end -> end <= nowMillis)) {
            return true;
        }
        for (Map.Entry<Version, VersionedRecord> entry :
                stored.tailMap(floor, true).entrySet()) {
            VersionedRecord record = entry.getValue();
            if (record.content().isTombstone() || record.isExpired(nowMillis) || lost.contains(entry.getKey())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Whether something else was stored between two versions of one value, and after the first of them: what was there
     * before that, the value has replaced once.
     */
    boolean hasOthersBetween(Version older, Version newer, String value) {
        long first = storedAt.getOrDefault(older, 0L);
        return older.compareTo(newer) < 0
                && stored.subMap(older, false, newer, false).entrySet().stream()
                        .anyMatch(entry -> !History.text(entry.getValue()).equals(value)
                                && storedAt.getOrDefault(entry.getKey(), first) >= first);
    }
}
