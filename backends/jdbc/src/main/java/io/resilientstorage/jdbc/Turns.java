package io.resilientstorage.jdbc;

import io.resilientstorage.record.RecordKey;
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

    private final List<ReentrantLock> locks = new ArrayList<>();

    Turns() {
        for (int i = 0; i < LOCKS; i++) {
            locks.add(new ReentrantLock(true));
        }
    }

    /** Somebody's turn, until the same thread ends it. */
    static final class Turn {
        private final List<ReentrantLock> held = new ArrayList<>();

        void end() {
            held.forEach(ReentrantLock::unlock);
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
                ReentrantLock lock = locks.get(number);
                if (!lock.tryLock()) {
                    waitFor(lock, attempt);
                }
                turn.held.add(lock);
            }
            return turn;
        } catch (SQLException | RuntimeException e) {
            turn.end();
            throw e;
        }
    }

    private static void waitFor(ReentrantLock lock, Attempt attempt) throws SQLException {
        attempt.inLine();
        try {
            if (!lock.tryLock(attempt.remainingMillis(), TimeUnit.MILLISECONDS)) {
                throw new SQLTimeoutException("its turn did not come");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw attempt.interrupted("interrupted while it waited for its turn", e);
        }
        try {
            attempt.inTurn();
        } catch (SQLTimeoutException late) {
            lock.unlock();
            throw late;
        }
    }
}
