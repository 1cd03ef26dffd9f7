package io.resilientstorage.jdbc;

import io.resilientstorage.backend.BackendException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the tables and brings them to the version that this library works with, and refuses those that are too new for
 * it. Any number of processes may do it at once. The package's description says how a schema may change.
 */
final class Schema {

    private static final Logger LOG = LoggerFactory.getLogger(Schema.class);

    /**
     * The smallest version that a library must know to work with the newest schema that this one makes. One of version
     * 1 removes what is dead without noting its position, and was never released.
     */
    private static final int MINIMUM_READER = 2;

    private static final int NOTHING = 0;

    private record Version(int version, int minimumReader) {}

    private final Dialect dialect;
    private final Tables tables;
    private final List<List<String>> migrations;
    private final int minimumReader;

    Schema(Dialect dialect, Tables tables) {
        this(dialect, tables, dialect.migrations(), MINIMUM_READER);
    }

    /** With other versions than those of this library. */
    Schema(Dialect dialect, Tables tables, List<List<String>> migrations, int minimumReader) {
        this.dialect = dialect;
        this.tables = tables;
        this.migrations = migrations;
        this.minimumReader = minimumReader;
    }

    /**
     * Checks the schema, and makes or migrates it where that is needed. Nothing is written where it is not.
     *
     * @throws BackendException if it is too new for this library
     */
    Life open(Session session) throws SQLException {
        if (present(session).version() < migrations.size()) {
            migrate(session);
        }
        return dialect.settle(session);
    }

    private void migrate(Session session) throws SQLException {
        dialect.beginMigration(session);
        try {
            // Somebody else may have done it while this one waited.
            int from = present(session).version();
            for (int version = from; version < migrations.size(); version++) {
                for (String statement : migrations.get(version)) {
                    session.execute(tables.in(statement));
                }
            }
            if (from < migrations.size()) {
                note(session, from);
            }
            dialect.commitMigration(session);
            if (from < migrations.size()) {
                LOG.info("The schema {} was brought from version {} to {}", tables.name(""), from, migrations.size());
            }
        } finally {
            dialect.rollback(session);
        }
    }

    private Version present(Session session) throws SQLException {
        if (!dialect.hasTable(session, "meta")) {
            return new Version(NOTHING, NOTHING);
        }
        try (PreparedStatement statement =
                        session.prepare(tables.in("select version, minimum_reader from {meta} where one = 1"));
                ResultSet rows = session.query(statement)) {
            if (!rows.next()) {
                return new Version(NOTHING, NOTHING);
            }
            Version found = new Version(rows.getInt(1), rows.getInt(2));
            if (found.minimumReader() > migrations.size()) {
                throw BackendException.refused("the schema " + tables.name("") + " has version " + found.version()
                        + " and is for libraries that know at least version " + found.minimumReader()
                        + "; this one knows " + migrations.size() + " at most: use a newer library");
            }
            return found;
        }
    }

    private void note(Session session, int from) throws SQLException {
        String sql = from == NOTHING
                ? "insert into {meta} (one, version, minimum_reader, position, origin) values (1, ?, ?, 0, '')"
                : "update {meta} set version = ?, minimum_reader = ? where one = 1";
        try (PreparedStatement statement = session.prepare(tables.in(sql))) {
            statement.setInt(1, migrations.size());
            statement.setInt(2, minimumReader);
            session.change(statement);
        }
    }
}
