package io.resilientstorage.jdbc;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.SQLExceptionOverride;
import com.zaxxer.hikari.pool.HikariPool;
import io.resilientstorage.time.Clock;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * HikariCP, so used that a dead server costs nothing and is found alive again at once: no connection is kept or tried
 * for while nobody asks, nobody waits for a server that has just refused, and waits are no longer than the time that a
 * call has left. (The pool class itself is used since its data source knows only one waiting time for all, of a quarter
 * of a second at least.)
 */
final class ConnectionPool {

    /** How long a refusal is believed. Also bounds how long a server can be back without being noticed. */
    private static final Duration FAILURE_MEMORY = Duration.ofMillis(250);

    private static final long SLICE_MILLIS = 50;
    private static final Duration IDLE = Duration.ofMinutes(2);
    private static final Duration LIFETIME = Duration.ofMinutes(30);
    private static final Duration ALIVE_CHECK = Duration.ofMillis(500);

    /** How long it may take at most to be handed a connection that has to be looked at first, or none. */
    static final Duration LONGEST_LOOK = ALIVE_CHECK.plusMillis(SLICE_MILLIS);

    /** What is done with a connection. */
    @FunctionalInterface
    interface Use {
        void with(Session session) throws SQLException;
    }

    /** Some connections at once, all of which are given back, whatever becomes of the others. */
    private record Taken(List<Session> sessions) implements AutoCloseable {
        @Override
        public void close() throws SQLException {
            SQLException trouble = null;
            for (Session session : sessions) {
                try {
                    session.close();
                } catch (SQLException | RuntimeException e) {
                    trouble = trouble == null ? new SQLException("a connection could not be given back") : trouble;
                    trouble.addSuppressed(e);
                }
            }
            if (trouble != null) {
                throw trouble;
            }
        }
    }

    private final Connector connector;
    private final HikariPool pool;
    private final Dialect dialect;

    ConnectionPool(String name, int size, Dialect dialect, Clock clock) {
        this.dialect = dialect;
        this.connector = new Connector(dialect, clock);
        HikariConfig config = new HikariConfig();
        config.setPoolName(name);
        config.setDataSource(connector);
        config.setMaximumPoolSize(size);
        config.setMinimumIdle(0);
        config.setIdleTimeout(IDLE.toMillis());
        config.setMaxLifetime(LIFETIME.toMillis());
        config.setKeepaliveTime(0);
        config.setValidationTimeout(ALIVE_CHECK.toMillis());
        config.setInitializationFailTimeout(-1);
        config.setRegisterMbeans(false);
        config.setExceptionOverride(new SessionsNotice());
        config.validate();
        this.pool = new HikariPool(config);
    }

    /** {@link Session} sees to lost connections; the pool would log each of them with its whole stack. */
    private static final class SessionsNotice implements SQLExceptionOverride {
        @java.lang.Override
        public SQLExceptionOverride.Override adjudicate(SQLException failure) {
            return SQLExceptionOverride.Override.DO_NOT_EVICT;
        }
    }

    /** A connection for a call, within the time that it has left. */
    Session session(Attempt attempt) throws SQLException {
        attempt.connecting();
        Connection connection = borrow(attempt);
        try {
            attempt.hold(connection);
        } catch (SQLTimeoutException late) {
            connection.close();
            throw late;
        }
        return new Session(this, connection, attempt, dialect);
    }

    private Connection borrow(Attempt attempt) throws SQLException {
        Optional<Connection> connection = Optional.empty();
        while (connection.isEmpty()) {
            attempt.check();
            Optional<SQLException> refusal = connector.failureWithin(FAILURE_MEMORY);
            if (refusal.isPresent() && pool.getTotalConnections() == 0) {
                throw refusal.get();
            }
            attempt.mayTake(LONGEST_LOOK);
            connection = offered(attempt, Math.min(SLICE_MILLIS, attempt.remainingMillis()));
        }
        return connection.get();
    }

    /**
     * Has so many connections made that are not there, and uses each, since the first statements cost the server more
     * than the next ones. Stops as soon as somebody else has one or waits for one.
     *
     * @param patience how long making each may take
     * @throws SQLException at the first trouble, with what else went wrong; all connections are given back
     */
    void warm(Attempt attempt, int count, Duration patience, Use use) throws SQLException {
        try (Taken taken = new Taken(new ArrayList<>())) {
            // All at once, or it would be the same one each time.
            while (taken.sessions().size() < count && !isWanted(taken.sessions().size())) {
                long millis = Math.min(patience.toMillis(), attempt.remainingMillis());
                taken.sessions().add(new Session(this, pool.getConnection(millis), attempt, dialect));
            }
            for (Session session : taken.sessions()) {
                attempt.hold(session.connection());
                use.with(session);
            }
        }
    }

    private boolean isWanted(int mine) {
        return pool.getActiveConnections() > mine || pool.getThreadsAwaitingConnection() > 0;
    }

    /** Waits for so short a time that a refusal of the server is soon seen. */
    private Optional<Connection> offered(Attempt attempt, long millis) throws SQLException {
        try {
            return Optional.of(pool.getConnection(millis));
        } catch (SQLTransientConnectionException notYet) {
            return Optional.empty();
        } catch (SQLException e) {
            // The interrupt of a caller ends its waiting, and not its call.
            attempt.mayTake(Duration.ZERO);
            throw e;
        }
    }

    /** Closes a connection that may have something left in its session. */
    void discard(Connection connection) {
        pool.evictConnection(connection);
    }

    /** Closes all connections, those in use as soon as they are given back. */
    void discardAll() {
        pool.softEvictConnections();
    }

    /** Closes everything. May wait for some seconds for what is in use. */
    void close() {
        try {
            pool.shutdown();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
