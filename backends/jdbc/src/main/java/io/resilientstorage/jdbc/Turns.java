package io.resilientstorage.jdbc;

import io.resilientstorage.record.RecordKey;
import io.resilientstorage.time.Clock;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Lets those who write the same key do so one after the other, in the order in which they came. Many who write one key
 * at once would else throw away each other's work again and again, some of them until their time is over.
 *
 * <p>A number of locks that does not grow with the number of keys: two keys may share one, which costs a little
 * waiting. They are taken in their order, so that nobody waits in a circle, and for no longer than a call has time.
 * Safe for use by several threads.
 */
final class Turns {

    private static final int LOCKS = 256;

    private final Clock clock;
    private final List<Line> lines = new ArrayList<>();

    Turns(Clock clock) {
        this.clock = clock;
        for (int i = 0; i < LOCKS; i++) {
            lines.add(new Line());
        }
    }

    /** Those who wait for the same lock. */
    private static final class Line {
        private final ReentrantLock lock = new ReentrantLock(true);
        private volatile boolean served;
        private volatile long servedNanos;

        /** Whether somebody was served at a time or after it. */
        boolean servedSince(long nanos) {
            return served && servedNanos - nanos >= 0;
        }
    }

    /** Somebody's turn, until the same thread ends it. */
    final class Turn {
        private final List<Line> held = new ArrayList<>();

        /** Who had it was served: those behind wait for nothing but each other. */
        void served() {
            long now = clock.nanos();
            for (Line line : held) {
                line.servedNanos = now;
                line.served = true;
            }
        }

        void end() {
            held.forEach(line -> line.lock.unlock());
        }
    }

    /**
     * Waits until it is the turn of this call at all of these keys.
     *
     * @throws SQLTimeoutException if that takes most of its time
     */
    Turn take(Attempt attempt, Collection<RecordKey> keys) throws SQLException {
        int[] needed = keys.stream()
                .mapToInt(key -> Math.floorMod(key.hashCode(), LOCKS))
                .sorted()
                .distinct()
                .toArray();
        Turn turn = new Turn();
        try {
            for (int number : needed) {
                Line line = lines.get(number);
                // tryLock alone would pass by those who wait, also of a fair lock: some would wait for ever.
                if (line.lock.hasQueuedThreads() || !line.lock.tryLock()) {
                    waitIn(line, attempt);
                }
                turn.held.add(line);
            }
            return turn;
        } catch (SQLException | RuntimeException e) {
            turn.end();
            throw e;
        }
    }

    private static void waitIn(Line line, Attempt attempt) throws SQLException {
        attempt.inLine(line::servedSince);
        try {
            if (!line.lock.tryLock(attempt.remainingMillis(), TimeUnit.MILLISECONDS)) {
                throw new SQLTimeoutException("its turn did not come");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw attempt.interrupted("interrupted while it waited for its turn", e);
        }
        try {
            attempt.inTurn();
        } catch (SQLTimeoutException late) {
            line.lock.unlock();
            throw late;
        }
    }
}
