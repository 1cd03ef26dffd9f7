package io.resilientstorage.jdbc;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which connections lead to one process of the server for as long as they live, so that a statement can be prepared in
 * it. A pooler that gives each transaction another process tells its clients a process of its own making when they log
 * in: so the number that was told then is compared with the one that the server tells with each answer. Each connection
 * is judged by itself and again and again, since a pooler can come between at any time.
 *
 * <p>Safe for use by several threads.
 */
final class DirectSessions {

    private static final Logger LOG = LoggerFactory.getLogger(DirectSessions.class);

    /**
     * No such prepared statement, though the driver has prepared it anew; another one of that name; one that answers
     * something else since its tables were changed.
     */
    private static final Set<String> MISTAKEN_STATES = Set.of("26000", "42P05", "0A000");

    /** No more than there are connections: one that nobody has any more falls out. */
    private final Set<PGConnection> direct =
            Collections.newSetFromMap(Collections.synchronizedMap(new WeakHashMap<>()));

    private volatile boolean wanted;

    /** @param wanted whether anything may be prepared, as far as the user's settings say nothing else */
    DirectSessions(boolean wanted) {
        this.wanted = wanted;
    }

    /** Makes a statement. */
    interface Maker {
        PreparedStatement make() throws SQLException;
    }

    /** Sets the parameters of a statement, runs it, and reads what it answers. */
    interface Use<T> {
        T use(PreparedStatement statement) throws SQLException;
    }

    /** Runs a statement, prepared in the server if its connection is known to be direct. */
    <T> T run(Connection connection, Maker maker, Use<T> use) throws SQLException {
        try (PreparedStatement statement = maker.make()) {
            boolean prepared = prepare(connection, statement);
            try {
                return use.use(statement);
            } catch (SQLException e) {
                if (!prepared || !wasMistaken(e)) {
                    throw e;
                }
            }
        }
        // Nothing was done: the statement was not even begun.
        try (PreparedStatement statement = maker.make()) {
            return use.use(statement);
        }
    }

    private boolean prepare(Connection connection, PreparedStatement statement) throws SQLException {
        boolean known = wanted && direct.contains(connection.unwrap(PGConnection.class));
        if (known) {
            statement.unwrap(PGStatement.class).setPrepareThreshold(1);
        }
        return known;
    }

    /** An answer on this connection came from this process. */
    void answeredBy(Connection connection, int process) throws SQLException {
        PGConnection driver = connection.unwrap(PGConnection.class);
        if (driver.getBackendPID() == process) {
            direct.add(driver);
        } else {
            direct.remove(driver);
        }
    }

    /**
     * Whether a statement failed before it was run since it was prepared. If its connection is not direct after all,
     * something takes it to other processes and does not show it. Nothing is prepared any more.
     */
    private boolean wasMistaken(SQLException failure) {
        boolean mistaken = MISTAKEN_STATES.contains(String.valueOf(failure.getSQLState()));
        if (mistaken && wanted) {
            wanted = false;
            LOG.warn("Statements cannot be prepared in the server, and are not any more: {}", failure.getMessage());
        }
        return mistaken;
    }
}
