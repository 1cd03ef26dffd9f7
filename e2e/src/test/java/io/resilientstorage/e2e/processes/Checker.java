package io.resilientstorage.e2e.processes;

import io.resilientstorage.api.ReadKind;
import io.resilientstorage.api.Version;
import io.resilientstorage.e2e.processes.CallHistory.Read;
import io.resilientstorage.e2e.processes.CallHistory.Write;
import io.resilientstorage.e2e.processes.Finding.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Judges what processes were told against what stands in the backends when all is quiet again. It knows every
 * acknowledged write.
 *
 * <p>What it holds a storage to:
 *
 * <ul>
 *   <li>Of each key, every backend has the newest version that a receipt called durable, or a newer one. The same goes
 *       for versions that no durable backend had, if the process that wrote them was not killed. A write that was not
 *       acknowledged may have taken effect, with any version.
 *   <li>A read that is not flagged as stale shows the newest version that its own process had written and been told of
 *       when it began, or a newer one. "Absent" is such an answer only if a delete may have been newer.
 *   <li>Each value was written, to that key, and has not ended: no later than {@link #TOLERANCE} after its life it is
 *       gone, and what was older than it does not come back.
 *   <li>All backends show a reader the same.
 * </ul>
 *
 * <p>It does not judge the order of writes of different processes, nor what one process sees of another's.
 */
final class Checker {

    /** How far a life may be longer or shorter than told: clocks, and the length of the call that began it. */
    static final Duration TOLERANCE = Duration.ofSeconds(1);

    private final CallHistory history;
    private final String durableBackend;
    private final long endedAt;
    private final List<Finding> findings = new ArrayList<>();

    private Checker(CallHistory history, String durableBackend, long endedAt) {
        this.endedAt = endedAt;
        this.history = history;
        this.durableBackend = durableBackend;
    }

    /**
     * What is broken; nothing if all is well.
     *
     * @param durableBackend the name of the durable one of the shared backends
     * @param standings what stands in each shared backend, by its name and the key
     * @param standingAt since when, by {@link System#nanoTime()}
     */
    static List<Finding> check(
            CallHistory history, String durableBackend, Map<String, Map<String, Standing>> standings, long standingAt) {
        Checker checker = new Checker(history, durableBackend, standingAt);
        standings.forEach((backend, byKey) -> history.keys()
                .forEach(key -> checker.checkEnd(backend, key, byKey.getOrDefault(key, Standing.NOTHING))));
        checker.checkReads();
        checker.findings.addAll(differences(standings));
        return checker.findings;
    }

    /** What the backends do not agree about. */
    static List<Finding> differences(Map<String, Map<String, Standing>> standings) {
        List<Finding> differences = new ArrayList<>();
        List<String> backends = standings.keySet().stream().sorted().toList();
        TreeMap<String, Standing> all = new TreeMap<>();
        standings.values().forEach(all::putAll);
        for (String key : all.keySet()) {
            for (int i = 1; i < backends.size(); i++) {
                Standing one = standing(standings, backends.get(i - 1), key);
                Standing other = standing(standings, backends.get(i), key);
                if (!one.looksLike(other)) {
                    differences.add(new Finding(
                            Kind.BACKENDS_DIFFER,
                            key,
                            backends.get(i - 1) + " has " + one + ", " + backends.get(i) + " has " + other));
                }
            }
        }
        return differences;
    }

    private static Standing standing(Map<String, Map<String, Standing>> all, String backend, String key) {
        return all.getOrDefault(backend, Map.of()).getOrDefault(key, Standing.NOTHING);
    }

    private void checkEnd(String backend, String key, Standing end) {
        end.value().ifPresent(value -> checkWritten(key, value, endedAt, "in " + backend));
        Optional<Write> durable = newest(key, write -> write.isDurable(durableBackend));
        Optional<Write> living = newest(key, write -> !write.killed());
        if (durable.isPresent() && isMissing(durable.get(), end)) {
            report(Kind.DURABLE_WRITE_LOST, key, durable.get(), backend + " has " + end);
        } else if (living.isPresent() && isMissing(living.get(), end)) {
            report(Kind.WRITE_OF_LIVING_PROCESS_LOST, key, living.get(), backend + " has " + end);
        }
    }

    private boolean isMissing(Write write, Standing end) {
        Version version = write.version().orElse(Version.NONE);
        if (end.value().isPresent()) {
            return version.isNewerThan(end.version());
        }
        return !mayBeAbsent(write, endedAt);
    }

    /**
     * Whether absence is right at an instant although this write was acknowledged: it, or one that may be newer, is a
     * delete or may have ended.
     */
    private boolean mayBeAbsent(Write write, long at) {
        Version version = write.version().orElse(Version.NONE);
        return history.writes(write.begun().key()).stream()
                        .filter(end -> end.isDelete() || end.hasEnded(at, TOLERANCE.negated()))
                        .filter(end -> end.begun().nanos() < at)
                        .anyMatch(end -> end.mayReach(version))
                || (write.isSuperseded() && owner(write).isEmpty());
    }

    /** The acknowledged write that has the version which another one met. */
    private Optional<Write> owner(Write superseded) {
        return history.writes(superseded.begun().key()).stream()
                .filter(write -> !write.isSuperseded() && write.version().equals(superseded.version()))
                .findFirst();
    }

    private Optional<Write> newest(String key, Predicate<Write> which) {
        return history.writes(key).stream()
                .filter(write -> write.end().isPresent())
                .filter(which)
                .max(Comparator.comparing(write -> write.version().orElse(Version.NONE)));
    }

    private void checkReads() {
        Map<String, NavigableMap<Long, Write>> newestOwn = new HashMap<>();
        for (String key : history.keys()) {
            history.writes(key).stream()
                    .filter(write -> write.end().isPresent())
                    .sorted(Comparator.comparing(
                            write -> write.end().orElseThrow().nanos()))
                    .forEach(write -> remember(newestOwn, write));
        }
        for (Read read : history.reads()) {
            checkRead(
                    read,
                    newestOwn.getOrDefault(place(read.process(), read.begun().key()), new TreeMap<>()));
        }
    }

    private static void remember(Map<String, NavigableMap<Long, Write>> newestOwn, Write write) {
        NavigableMap<Long, Write> soFar =
                newestOwn.computeIfAbsent(place(write.process(), write.begun().key()), place -> new TreeMap<>());
        Version before = soFar.isEmpty()
                ? Version.NONE
                : soFar.lastEntry().getValue().version().orElse(Version.NONE);
        if (write.version().orElse(Version.NONE).isNewerThan(before)) {
            soFar.put(write.end().orElseThrow().nanos(), write);
        }
    }

    private static String place(String process, String key) {
        return process + " " + key;
    }

    private void checkRead(Read read, NavigableMap<Long, Write> newestOwn) {
        String key = read.begun().key();
        if (read.end().kind() == ReadKind.FOUND) {
            checkWritten(key, read.end().value(), read.begun().nanos(), "by " + read);
        }
        Map.Entry<Long, Write> own = newestOwn.lowerEntry(read.begun().nanos());
        if (read.end().stale() || read.end().kind() == ReadKind.UNKNOWN || own == null) {
            return;
        }
        Write write = own.getValue();
        boolean old = read.end().kind() == ReadKind.FOUND
                ? write.version().orElse(Version.NONE).isNewerThan(read.end().version())
                : !mayBeAbsent(write, read.end().nanos());
        if (old) {
            report(Kind.STALE_READ, key, write, read.toString());
        }
    }

    private void checkWritten(String key, String value, long at, String where) {
        Optional<Write> writer =
                history.writer(value).filter(write -> write.begun().key().equals(key));
        if (writer.isEmpty()) {
            findings.add(new Finding(Kind.INVENTED_VALUE, key, value + " was seen " + where));
        } else if (writer.get().hasEnded(at, TOLERANCE)) {
            findings.add(new Finding(Kind.ENDED_VALUE, key, writer.get() + " was seen " + where));
        }
    }

    /** A write that is a delete and was not kept has brought its key back. */
    private void report(Kind kind, String key, Write write, String seen) {
        boolean delete = write.isDelete() && !write.isSuperseded();
        findings.add(new Finding(delete ? Kind.DELETED_KEY_BACK : kind, key, write + " / " + seen));
    }
}
