package io.resilientstorage.lock;

import io.resilientstorage.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * For how long this process has handed a lock on in itself, and when it is the turn of others. A release wakes the next
 * one of the same process at once, before any other process has heard of it; without an end to that, those would hardly
 * ever get it. So a process that had a lock for ten times a while, with no other in between, lets others go first for
 * that while.
 *
 * <p>What is not known here (a lock that is not remembered any more) only makes it less fair. For several threads.
 */
final class Turns {

    private static final int MOST = 1_000;
    private static final int SHARE = 10;

    /** This process's turn with one lock. */
    private static final class Turn {
        private final long begun;
        private boolean held = true;
        private long released;

        Turn(long begun) {
            this.begun = begun;
        }
    }

    private final Clock clock;
    private final Map<String, Turn> turns = new LinkedHashMap<>();

    Turns(Clock clock) {
        this.clock = clock;
    }

    /**
     * This process has got a lock.
     *
     * @param whileNanos for how long others are let go first
     */
    synchronized void granted(String name, long whileNanos) {
        Turn turn = turns.get(name);
        long now = clock.nanos();
        if (turn != null && now - turn.released < whileNanos) {
            turn.held = true;
            return;
        }
        turns.remove(name);
        if (turns.size() >= MOST) {
            turns.remove(turns.keySet().iterator().next());
        }
        turns.put(name, new Turn(now));
    }

    /** This process has it no more. */
    synchronized void released(String name) {
        Turn turn = turns.get(name);
        if (turn != null) {
            turn.held = false;
            turn.released = clock.nanos();
        }
    }

    /** Somebody has it. */
    synchronized void held(String name) {
        Turn turn = turns.get(name);
        if (turn != null && !turn.held) {
            turns.remove(name);
        }
    }

    /** For how long from now this process is to let others go first. */
    synchronized long restNanos(String name, long whileNanos) {
        Turn turn = turns.get(name);
        if (turn == null || turn.held || turn.released - turn.begun < SHARE * whileNanos) {
            return 0;
        }
        return Math.max(0, turn.released + whileNanos - clock.nanos());
    }
}
