package io.resilientstorage.e2e.processes;

import io.resilientstorage.api.Durability;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/** The calls of all processes, put together from their journals. Not for use by several threads. */
final class CallHistory {

    /**
     * A set or a delete.
     *
     * @param process the process that made it
     * @param killed whether that process was killed
     * @param begun how it began
     * @param end how it was acknowledged; empty if it failed or its process ended first: it may take effect or not
     */
    record Write(String process, boolean killed, Begun begun, Optional<Acknowledged> end) {

        boolean isDelete() {
            return begun.operation() == Operation.DELETE;
        }

        /**
         * Whether its value may have ended by this instant, or must have, which the sign of the tolerance says: the
         * life is counted from some time within the call, by a clock that is measured.
         */
        boolean hasEnded(long nanos, Duration tolerance) {
            return !begun.life().isZero()
                    && nanos - begun.nanos() > begun.life().plus(tolerance).toNanos();
        }

        /** The version that stood when it was acknowledged, its own or a newer one. */
        Optional<Version> version() {
            return end.map(e -> e.receipt().version());
        }

        /** Whether it met a newer write. Under which version it was made itself is then not known. */
        boolean isSuperseded() {
            return end.map(e -> e.receipt().superseded()).orElse(false);
        }

        /**
         * Whether its own version may be this one or a newer one. That of a superseded write is older than the one it
         * met.
         */
        boolean mayReach(Version other) {
            return version()
                    .map(v -> v.isNewerThan(other) || (v.equals(other) && !isSuperseded()))
                    .orElse(true);
        }

        /**
         * Whether the receipt says that the record is in a durable backend: in the one that took it, or in this one,
         * which it does not name as pending.
         */
        boolean isDurable(String durableBackend) {
            return end.map(e -> e.receipt().durability() == Durability.DURABLE
                            || !e.receipt().pending().contains(durableBackend))
                    .orElse(false);
        }

        @Override
        public String toString() {
            return process + " " + begun.line().replace('\t', ' ')
                    + end.map(e -> " / " + e.line().replace('\t', ' ')).orElse(" / not acknowledged");
        }
    }

    /** A read that was answered. */
    record Read(String process, Begun begun, Answered end) {
        @Override
        public String toString() {
            return process + " " + begun.line().replace('\t', ' ') + " / "
                    + end.line().replace('\t', ' ');
        }
    }

    private final List<Read> reads = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();
    private final Map<String, List<Write>> writesByKey = new HashMap<>();
    private final Map<String, Write> writerByValue = new HashMap<>();
    private final Set<String> keys = new TreeSet<>();

    /**
     * Adds what a process did.
     *
     * @param killed whether it was killed before it had ended
     */
    void add(String process, boolean killed, List<JournalEvent> events) {
        Map<Long, Begun> open = new HashMap<>();
        for (JournalEvent event : events) {
            if (event instanceof Begun begun) {
                open.put(begun.call(), begun);
                continue;
            }
            Begun begun = Optional.ofNullable(open.remove(event.call()))
                    .orElseThrow(() -> new IllegalArgumentException("ended, and never began: " + event.line()));
            if (event instanceof Acknowledged end) {
                add(new Write(process, killed, begun, Optional.of(end)));
            } else if (event instanceof Answered end) {
                reads.add(new Read(process, begun, end));
            } else if (event instanceof Failed failed) {
                failures.add(process + " " + begun.operation() + " " + begun.key() + ": " + failed.problem());
                addOpen(process, killed, begun);
            }
        }
        open.values().forEach(begun -> addOpen(process, killed, begun));
    }

    private void addOpen(String process, boolean killed, Begun begun) {
        if (begun.operation() != Operation.READ) {
            add(new Write(process, killed, begun, Optional.empty()));
        }
    }

    private void add(Write write) {
        String key = write.begun().key();
        keys.add(key);
        writesByKey.computeIfAbsent(key, k -> new ArrayList<>()).add(write);
        if (!write.isDelete() && writerByValue.put(write.begun().value(), write) != null) {
            throw new IllegalArgumentException("the value of two writes: " + write);
        }
    }

    /** Every key that was written. */
    Set<String> keys() {
        return keys;
    }

    /** All writes of a key. */
    List<Write> writes(String key) {
        return writesByKey.getOrDefault(key, List.of());
    }

    /** All writes. */
    List<Write> writes() {
        return writesByKey.values().stream().flatMap(List::stream).toList();
    }

    /** The write that set a value. */
    Optional<Write> writer(String value) {
        return Optional.ofNullable(writerByValue.get(value));
    }

    /** All reads that were answered. */
    List<Read> reads() {
        return reads;
    }

    /** What failed, with its cause. */
    List<String> failures() {
        return failures;
    }

    private long acknowledged(Predicate<Receipt> which) {
        return writes().stream()
                .flatMap(write -> write.end().stream())
                .filter(end -> which.test(end.receipt()))
                .count();
    }

    /** In numbers. */
    @Override
    public String toString() {
        return String.format(
                "%d writes acknowledged, %d of them DURABLE, %d not acknowledged; %d reads, %d of them stale; %d"
                        + " failures",
                acknowledged(receipt -> true),
                acknowledged(receipt -> receipt.durability() == Durability.DURABLE),
                writes().stream().filter(write -> write.end().isEmpty()).count(),
                reads.size(),
                reads.stream().filter(read -> read.end().stale()).count(),
                failures.size());
    }
}
