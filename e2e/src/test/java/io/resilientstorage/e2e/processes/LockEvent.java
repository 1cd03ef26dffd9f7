package io.resilientstorage.e2e.processes;

import java.util.List;

/**
 * One line of what a process says of its locks.
 *
 * @param kind what happened
 * @param nanos when, by {@link System#nanoTime()}, which on Linux is one clock for all processes of the machine
 * @param lock the lock, or the resource that was written to
 * @param owner who: a thread of a process
 * @param token the fencing token
 * @param until until when it is held at least, by the same clock; of a write when it had ended; else as {@code nanos}
 */
record LockEvent(Kind kind, long nanos, String lock, String owner, long token, long until) {

    /** What happened. */
    enum Kind {
        /** It is held from now on. */
        HELD,
        /** It is still held, and for how long. */
        EXTENDED,
        /** It is held no more from now on. */
        ENDED,
        /** A guarded resource took a write. */
        WRITTEN
    }

    /** The line, without its end. */
    String line() {
        return String.join(
                "\t", kind.name(), Long.toString(nanos), lock, owner, Long.toString(token), Long.toString(until));
    }

    /** Reads what {@link #line()} wrote. */
    static LockEvent parse(String line) {
        List<String> fields = List.of(line.split("\t", -1));
        return new LockEvent(
                Kind.valueOf(fields.get(0)),
                Long.parseLong(fields.get(1)),
                fields.get(2),
                fields.get(3),
                Long.parseLong(fields.get(4)),
                Long.parseLong(fields.get(5)));
    }
}
