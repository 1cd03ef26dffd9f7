package io.resilientstorage.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection in the hand of one {@link Attempt}: each statement begins only while there is time, and ends with it.
 */
final class Session implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Session.class);

    private final ConnectionPool pool;
    private final Connection connection;
    private final Attempt attempt;
    private final Dialect dialect;
    private boolean prefaced;
    private boolean doomed;

    Session(ConnectionPool pool, Connection connection, Attempt attempt, Dialect dialect) {
        this.pool = pool;
        this.connection = connection;
        this.attempt = attempt;
        this.dialect = dialect;
    }

    /** The connection itself, with nothing bounded. */
    Connection connection() {
        return connection;
    }

    /** The call it is for. */
    Attempt attempt() {
        return attempt;
    }

    /** Checks and bounds the time, for a statement that follows at once. */
    void beforeStatement() throws SQLException {
        attempt.check();
        try {
            dialect.bound(connection, attempt.remainingMillis());
        } catch (SQLException e) {
            throw noticed(e);
        }
        attempt.asks();
    }

    /** A connection that is lost must not go back into the pool. (The pool would notice by itself, and log each.) */
    private SQLException noticed(SQLException failure) {
        if (SqlFailures.isConnectionLost(failure)) {
            doom(failure);
        }
        return failure;
    }

    /** A statement, to be run by one of the methods below. */
    PreparedStatement prepare(String sql) throws SQLException {
        return prepare(dialect.preface(attempt.remainingMillis()), sql);
    }

    /** The same for one that sees by itself to it that the server does not wait for ever. */
    PreparedStatement prepareBounded(String sql) throws SQLException {
        return prepare("", sql);
    }

    private PreparedStatement prepare(String preface, String sql) throws SQLException {
        attempt.check();
        prefaced = !preface.isEmpty();
        try {
            return connection.prepareStatement(preface + sql);
        } catch (SQLException e) {
            throw noticed(e);
        }
    }

    /** Runs a query. */
    ResultSet query(PreparedStatement statement) throws SQLException {
        run(statement);
        ResultSet rows = statement.getResultSet();
        if (rows == null) {
            throw new SQLException("a query has no rows to it");
        }
        return rows;
    }

    /** Runs a change, and tells how many rows it changed. */
    int change(PreparedStatement statement) throws SQLException {
        run(statement);
        return statement.getUpdateCount();
    }

    private void run(PreparedStatement statement) throws SQLException {
        beforeStatement();
        try {
            statement.execute();
            if (prefaced) {
                statement.getMoreResults();
            }
        } catch (SQLException e) {
            throw noticed(e);
        }
        attempt.heard();
    }

    /** Runs one statement, or several, with no parameters and no answer. */
    void execute(String sql) throws SQLException {
        beforeStatement();
        try (Statement statement = connection.createStatement()) {
            statement.execute(dialect.preface(attempt.remainingMillis()) + sql);
        } catch (SQLException e) {
            throw noticed(e);
        }
        attempt.heard();
    }

    /** The first row, as texts; empty texts for what is null. */
    List<String> texts(String sql) throws SQLException {
        List<String> texts = new ArrayList<>();
        try (PreparedStatement statement = prepare(sql);
                ResultSet rows = query(statement)) {
            if (rows.next()) {
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    String value = rows.getString(i);
                    texts.add(value == null ? "" : value);
                }
            }
        }
        return texts;
    }

    /** The first column of the first row, as text; empty text if there is none or it is null. */
    String text(String sql) throws SQLException {
        List<String> texts = texts(sql);
        return texts.isEmpty() ? "" : texts.get(0);
    }

    /** The first column of the first row, as a number; 0 if there is none or it is null. */
    long number(String sql) throws SQLException {
        try (PreparedStatement statement = prepare(sql);
                ResultSet rows = query(statement)) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    /** The state of the connection is not known any more: nobody else shall have it. */
    void doom(SQLException reason) {
        LOG.debug("A connection is given up", reason);
        doomed = true;
    }

    /** Gives the connection back. */
    @Override
    public void close() throws SQLException {
        if (attempt.release() || doomed) {
            pool.discard(connection);
        } else {
            connection.close();
        }
    }
}
