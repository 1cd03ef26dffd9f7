package io.resilientstorage.jdbc;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives a call a connection to a database whose schema was checked. Whoever comes first checks it, in the time of their
 * own call; it is checked again when the database was restarted or replaced. A connection that turns out to be dead
 * before anything was stored is replaced by a new one, once.
 */
final class Calls {

    /** What is done with a connection. */
    @FunctionalInterface
    interface Operation<T> {
        T run(Session session, Life life) throws SQLException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);
    private static final int ROUNDS = 3;

    /** Opening takes many statements: not on the thread of a caller. */
    private static final Duration FOR_EVER = Duration.ofDays(1);

    private final String name;
    private final ConnectionPool pool;
    private final Schema schema;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable Life life;

    Calls(String name, ConnectionPool pool, Schema schema) {
        this.name = name;
        this.pool = pool;
        this.schema = schema;
    }

    /** Runs it; again on a new connection if that is safe and may help. */
    <T> T run(Attempt attempt, Operation<T> operation) throws SQLException {
        for (int round = 1; ; round++) {
            Life known = life;
            boolean connected = false;
            try (Session session = pool.session(attempt)) {
                connected = true;
                known = open(session);
                return operation.run(session, known);
            } catch (SQLException e) {
                if (e instanceof Life.Changed || SqlFailures.isSchemaLost(e)) {
                    forget(known);
                } else if (!connected || !SqlFailures.isConnectionLost(e)) {
                    throw e;
                }
                pool.discardAll();
                boolean stored = attempt.mayHaveStored() || attempt.hasPartlyStored();
                if (round == ROUNDS || stored || attempt.isOver()) {
                    throw e;
                }
            }
        }
    }

    /** The life of the database that is known, or else the one that is found now. */
    private Life open(Session session) throws SQLException {
        Life known = life;
        return known != null ? known : openAnew(session);
    }

    private Life openAnew(Session session) throws SQLException {
        session.attempt().mayTake(FOR_EVER);
        lock(session.attempt());
        try {
            Life known = life;
            if (known == null) {
                known = schema.open(session);
                life = known;
                LOG.info("Backend {} is open: {}", name, known.incarnation().id());
            }
            return known;
        } finally {
            opening.unlock();
        }
    }

    private void lock(Attempt attempt) throws SQLException {
        try {
            if (!opening.tryLock(attempt.remainingMillis(), TimeUnit.MILLISECONDS)) {
                throw attempt.timeUp();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw attempt.interrupted("interrupted while the schema was checked", e);
        }
    }

    /** Is the database another one than that? Then what was known of it is worth nothing. */
    private void forget(@Nullable Life stale) {
        if (stale != null && stale.equals(life)) {
            life = null;
        }
    }
}
