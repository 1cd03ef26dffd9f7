package io.resilientstorage.jdbc;

import io.resilientstorage.time.Clock;
import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.time.Duration;
import java.util.Optional;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Where the pool gets its connections from, and where it is remembered why the last one could not be made. The pool
 * itself would let everyone wait to the end of their time for a server that refuses at once, and would wait longer and
 * longer between its tries as long as somebody waits for it. Credentials never leave the dialect.
 */
final class Connector implements DataSource {

    private record Failure(SQLException cause, long nanos) {}

    private final Dialect dialect;
    private final Clock clock;
    private volatile @Nullable Failure failure;

    Connector(Dialect dialect, Clock clock) {
        this.dialect = dialect;
        this.clock = clock;
    }

    @Override
    public Connection getConnection() throws SQLException {
        try {
            Connection connection = dialect.connect();
            failure = null;
            return connection;
        } catch (SQLException e) {
            failure = new Failure(e, clock.nanos());
            throw e;
        }
    }

    /** Why the last connection could not be made, if that is not longer ago than this and none was made since. */
    Optional<SQLException> failureWithin(Duration time) {
        Failure last = failure;
        return last == null || clock.nanos() - last.nanos() > time.toNanos()
                ? Optional.empty()
                : Optional.of(last.cause());
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
        throw new SQLFeatureNotSupportedException("the credentials are those of the backend");
    }

    @Override
    public @Nullable PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(@Nullable PrintWriter out) throws SQLException {
        throw new SQLFeatureNotSupportedException("logs go to SLF4J");
    }

    @Override
    public void setLoginTimeout(int seconds) {
        // The dialect bounds it by itself.
    }

    @Override
    public int getLoginTimeout() {
        return 1;
    }

    @Override
    public Logger getParentLogger() throws SQLFeatureNotSupportedException {
        throw new SQLFeatureNotSupportedException("logs go to SLF4J");
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        throw new SQLFeatureNotSupportedException("wraps nothing");
    }

    @Override
    public boolean isWrapperFor(Class<?> type) {
        return false;
    }
}
