package io.resilientstorage.e2e.processes;

import io.resilientstorage.api.Durability;
import io.resilientstorage.api.ReadKind;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.Version;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** One line of a {@link Journal}: a call has begun, or has ended in one of three ways. */
sealed interface JournalEvent {

    /** What a call does. */
    enum Operation {
        SET,
        DELETE,
        READ
    }

    /** The number of the call, unique in its process. */
    long call();

    /** When, by {@link System#nanoTime()}, which on Linux is one clock for all processes of the machine. */
    long nanos();

    /** The line, without its end. */
    String line();

    /** A call has begun; the value is empty unless it sets one, and the life is zero unless that has an end. */
    record Begun(long call, long nanos, Operation operation, String key, String value, Duration life)
            implements JournalEvent {
        @Override
        public String line() {
            return joined("begun", call, nanos, operation, key, value, life.toNanos());
        }
    }

    /** A write was acknowledged. */
    record Acknowledged(long call, long nanos, Receipt receipt) implements JournalEvent {
        @Override
        public String line() {
            return joined(
                    "acknowledged",
                    call,
                    nanos,
                    receipt.version(),
                    receipt.backend(),
                    receipt.durability(),
                    String.join(",", receipt.pending()),
                    receipt.superseded());
        }
    }

    /** A read was answered; version and value are {@link Version#NONE} and empty unless something was found. */
    record Answered(long call, long nanos, ReadKind kind, boolean stale, String backend, Version version, String value)
            implements JournalEvent {
        @Override
        public String line() {
            return joined("answered", call, nanos, kind, stale, backend, version, value);
        }
    }

    /** A call threw. */
    record Failed(long call, long nanos, String problem) implements JournalEvent {
        @Override
        public String line() {
            return joined("failed", call, nanos, problem.replaceAll("\\s+", " "));
        }
    }

    /**
     * Reads what {@link #line()} wrote.
     *
     * @throws IllegalArgumentException if it is no such line
     */
    static JournalEvent parse(String line) {
        List<String> fields = List.of(line.split("\t", -1));
        try {
            long call = Long.parseLong(fields.get(1));
            long nanos = Long.parseLong(fields.get(2));
            return switch (fields.get(0)) {
                case "begun" ->
                    new Begun(
                            call,
                            nanos,
                            Operation.valueOf(fields.get(3)),
                            fields.get(4),
                            fields.get(5),
                            Duration.ofNanos(Long.parseLong(fields.get(6))));
                case "acknowledged" -> new Acknowledged(call, nanos, receipt(fields.subList(3, 8)));
                case "answered" ->
                    new Answered(
                            call,
                            nanos,
                            ReadKind.valueOf(fields.get(3)),
                            Boolean.parseBoolean(fields.get(4)),
                            fields.get(5),
                            Version.parse(fields.get(6)),
                            fields.get(7));
                case "failed" -> new Failed(call, nanos, fields.get(3));
                default -> throw new IllegalArgumentException("no event of a journal: " + line);
            };
        } catch (IndexOutOfBoundsException | NumberFormatException e) {
            throw new IllegalArgumentException("no line of a journal: " + line, e);
        }
    }

    private static Receipt receipt(List<String> fields) {
        return new Receipt(
                Version.parse(fields.get(0)),
                fields.get(1),
                Durability.valueOf(fields.get(2)),
                fields.get(3).isEmpty() ? Set.of() : Set.of(fields.get(3).split(",")),
                Boolean.parseBoolean(fields.get(4)));
    }

    private static String joined(Object... fields) {
        StringBuilder line = new StringBuilder();
        for (Object field : fields) {
            line.append(line.isEmpty() ? "" : "\t").append(field);
        }
        return line.toString();
    }
}
