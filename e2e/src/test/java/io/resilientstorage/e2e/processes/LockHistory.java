package io.resilientstorage.e2e.processes;

import io.resilientstorage.e2e.processes.LockEvent.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What all processes said of their locks, and what is wrong about it. A hold lasts from when its process knew of it
 * until the lease's own deadline, or until the process gave it up: what the process believes, paused or killed or not.
 *
 * <ul>
 *   <li>No two holds of a lock overlap, unless both are one owner's under one token.
 *   <li>No token is given to two owners, and each hold has a higher one than that before.
 *   <li>Nothing is extended after it was given up.
 *   <li>A guarded resource takes no write under a lower token than one that it had taken.
 * </ul>
 */
final class LockHistory {

    /** A kind of what is wrong. */
    enum Wrong {
        TWO_HOLDERS,
        TOKEN_OF_TWO,
        TOKEN_NOT_HIGHER,
        EXTENDED_AFTER_END,
        STALE_WRITE
    }

    /** What is wrong. */
    record Flaw(Wrong wrong, String detail) {}

    /** A lock in one hand. */
    record Hold(String lock, String owner, long token, long from, long to) {
        boolean isOneWith(Hold other) {
            return owner.equals(other.owner) && token == other.token;
        }
    }

    private final List<Hold> holds = new ArrayList<>();
    private final List<LockEvent> writes = new ArrayList<>();
    private final List<Flaw> flaws = new ArrayList<>();

    private LockHistory() {}

    /** Of the events of all processes, each process's in its order. */
    static LockHistory of(List<LockEvent> events) {
        LockHistory history = new LockHistory();
        Map<List<Object>, List<LockEvent>> byHold = new HashMap<>();
        for (LockEvent event : events) {
            if (event.kind() == Kind.WRITTEN) {
                history.writes.add(event);
            } else {
                byHold.computeIfAbsent(List.of(event.lock(), event.owner(), event.token()), key -> new ArrayList<>())
                        .add(event);
            }
        }
        byHold.values().forEach(history::addHolds);
        history.holds.sort(Comparator.comparingLong(Hold::from));
        return history;
    }

    private void addHolds(List<LockEvent> events) {
        LockEvent open = null;
        long until = 0;
        for (LockEvent event : events) {
            switch (event.kind()) {
                case HELD -> {
                    if (open != null) {
                        add(open, until);
                    }
                    open = event;
                    until = event.until();
                }
                case EXTENDED -> {
                    if (open == null) {
                        flaws.add(new Flaw(Wrong.EXTENDED_AFTER_END, event.line()));
                    }
                    until = Math.max(until, event.until());
                }
                case ENDED -> {
                    if (open != null) {
                        add(open, Math.min(until, event.nanos()));
                    }
                    open = null;
                }
                case WRITTEN -> throw new IllegalArgumentException(event.line());
            }
        }
        if (open != null) {
            add(open, until);
        }
    }

    private void add(LockEvent begun, long until) {
        // What had ended when its process learnt of it was never held by its own word.
        if (until >= begun.nanos()) {
            holds.add(new Hold(begun.lock(), begun.owner(), begun.token(), begun.nanos(), until));
        }
    }

    /** All holds of a lock, in their order. */
    List<Hold> holds(String lock) {
        return holds.stream().filter(hold -> hold.lock().equals(lock)).toList();
    }

    /** What is wrong; nothing if all is well. */
    List<Flaw> flaws() {
        List<Flaw> all = new ArrayList<>(flaws);
        holds.stream().map(Hold::lock).distinct().forEach(lock -> judge(holds(lock), all));
        writes.stream().map(LockEvent::lock).distinct().forEach(resource -> judgeWrites(resource, all));
        return all;
    }

    private static void judge(List<Hold> ofLock, List<Flaw> all) {
        Map<Long, Hold> byToken = new HashMap<>();
        Hold last = null;
        Hold highest = null;
        for (Hold hold : ofLock) {
            Hold same = byToken.putIfAbsent(hold.token(), hold);
            if (same != null && !same.isOneWith(hold)) {
                all.add(new Flaw(Wrong.TOKEN_OF_TWO, same + " / " + hold));
            }
            if (last != null && hold.from() < last.to() && !hold.isOneWith(last)) {
                all.add(new Flaw(Wrong.TWO_HOLDERS, last + " / " + hold));
            }
            if (highest != null && hold.token() < highest.token()) {
                all.add(new Flaw(Wrong.TOKEN_NOT_HIGHER, highest + " / " + hold));
            }
            last = last == null || hold.to() > last.to() ? hold : last;
            highest = highest == null || hold.token() > highest.token() ? hold : highest;
        }
    }

    private void judgeWrites(String resource, List<Flaw> all) {
        Stream<LockEvent> inOrder = writes.stream()
                .filter(write -> write.lock().equals(resource))
                .sorted(Comparator.comparingLong(LockEvent::nanos));
        List<LockEvent> before = new ArrayList<>();
        inOrder.forEach(write -> {
            // Two writes at the same time have no order.
            before.stream()
                    .filter(earlier -> earlier.until() < write.nanos() && earlier.token() > write.token())
                    .findFirst()
                    .ifPresent(earlier -> all.add(new Flaw(Wrong.STALE_WRITE, earlier.line() + " / " + write.line())));
            before.add(write);
        });
    }
}
