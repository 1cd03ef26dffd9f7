package io.resilientstorage.jdbc;

import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.record.RecordKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.Executor;
import org.postgresql.Driver;

/**
 * PostgreSQL. Each statement is a transaction of its own and needs nothing of its session, so that it works through a
 * pooler in transaction mode.
 *
 * <p>The commit position of a row is the id of the transaction that wrote it. Ids are given in the order of the first
 * write and not of the commits, so a reader stops before the oldest transaction that is still running.
 */
final class PostgresDialect implements Dialect {

    private static final int[] STEPS = {100, 200, 500, 1_000, 2_000, 5_000, 10_000, 30_000, 60_000, 300_000};

    private static final int MINIMUM_SERVER = 130_000;

    private static final String NOW = "(extract(epoch from clock_timestamp()) * 1000)::bigint";

    /** When it was started, and whether it follows another one: that ends when it is promoted. */
    private static final String MARK = "extract(epoch from pg_postmaster_start_time())::text"
            + " || case when pg_is_in_recovery() then ' standby' else '' end";

    private final String url;
    private final Properties properties;
    private final Tables tables;
    private final PostgresRows rows;
    private final PostgresHints hints;
    private final PostgresLocks locks;

    PostgresDialect(PostgresTarget target, Tables tables) {
        this.url = target.url();
        this.properties = target.properties();
        this.tables = tables;
        DirectSessions direct = new DirectSessions(target.prepares());
        this.rows = new PostgresRows(tables, MARK, NOW, direct);
        this.hints = new PostgresHints(tables, MARK, NOW);
        this.locks = new PostgresLocks(tables, MARK, NOW, direct);
    }

    @Override
    public Connection connect() throws SQLException {
        Connection connection = new Driver().connect(url, properties);
        if (connection == null) {
            throw new SQLException("the driver does not take its own URL", "08001");
        }
        return connection;
    }

    @Override
    public void bound(Connection connection, int millis) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, millis);
    }

    @Override
    public void abort(Connection connection, Executor executor) throws SQLException {
        connection.abort(executor);
    }

    @Override
    public String now() {
        return NOW;
    }

    /**
     * The connection is closed when the time of a call is over; but a server that waits for a lock does not notice
     * that, and would soon have all of its connections in such waits. In few steps, so that there are few texts of a
     * statement.
     *
     * <p>No statement has to read a whole table. One that is prepared while its table is small would, and go on with
     * that while the table grows, until the server analyzes it. Nor does one have to mark all rows that it may want
     * before it reads them: of a table that was filled or restored just now, a page would be sorted out of all its
     * rows.
     */
    @Override
    public String preface(int millis) {
        int step = STEPS[STEPS.length - 1];
        for (int i = STEPS.length - 1; i >= 0 && STEPS[i] >= millis; i--) {
            step = STEPS[i];
        }
        return "select set_config('statement_timeout', '" + step
                + "', true), set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true); ";
    }

    @Override
    public String lockingRows() {
        return " for update";
    }

    @Override
    public String lockingFreeRows() {
        return " for update skip locked";
    }

    @Override
    public List<List<String>> migrations() {
        return PostgresStatements.migrations(tables, PostgresLockSchema.statements(MARK, NOW));
    }

    @Override
    public boolean hasTable(Session session, String name) throws SQLException {
        // Not to_regclass: it looks into a cache that may have missed what others did while this one waited for a lock.
        String place = tables.schema().isEmpty() ? "any (current_schemas(false))" : "'" + tables.schema() + "'";
        return session.number("select count(*) from pg_catalog.pg_class c"
                        + " join pg_catalog.pg_namespace n on n.oid = c.relnamespace"
                        + " where c.relname = '" + tables.bare(name) + "' and n.nspname = " + place)
                > 0;
    }

    @Override
    public void beginMigration(Session session) throws SQLException {
        session.connection().setAutoCommit(false);
        // Whoever stops in the middle must not keep the others waiting for ever.
        session.execute("set local idle_in_transaction_session_timeout = '10s'");
        session.execute("select pg_advisory_xact_lock(" + PostgresStatements.LOCK_CLASS + ", "
                + tables.name("meta").hashCode() + ")");
    }

    @Override
    public void commitMigration(Session session) throws SQLException {
        session.beforeStatement();
        session.connection().commit();
        session.connection().setAutoCommit(true);
    }

    @Override
    public void begin(Session session) {
        // Each change is one statement, which is a transaction by itself.
    }

    @Override
    public boolean commit(Session session, long notAfter) {
        return true;
    }

    @Override
    public void rollback(Session session) {
        try {
            if (!session.connection().getAutoCommit()) {
                session.connection().rollback();
                session.connection().setAutoCommit(true);
            }
        } catch (SQLException e) {
            session.doom(e);
        }
    }

    @Override
    public Life settle(Session session) throws SQLException {
        List<String> server = session.texts("select current_setting('server_version_num'), " + MARK);
        if (Integer.parseInt(server.get(0)) < MINIMUM_SERVER) {
            throw BackendException.refused("PostgreSQL 13 or newer is needed");
        }
        String mark = server.get(1);
        String origin = ifAllowed(session, "select system_identifier::text from pg_control_system()");
        String timeline = ifAllowed(
                session,
                "select case when pg_is_in_recovery() then 'standby'"
                        + " else left(pg_walfile_name(pg_current_wal_lsn()), 8) end");
        adopt(session, origin);
        return new Life(mark, new Incarnation("postgresql " + mark + " " + origin + " " + timeline));
    }

    /**
     * Transaction ids begin anew in another cluster. Positions must not: in a database that was restored from a dump
     * they go on after the last one.
     */
    private void adopt(Session session, String origin) throws SQLException {
        if (origin.isEmpty() || origin.equals(session.text(tables.in("select origin from {meta}")))) {
            return;
        }
        String sql = "update {meta} set origin = ?,"
                + " position = greatest(position, (select coalesce(max(position), 0) from {records})) where origin <> ?";
        beginMigration(session);
        try (PreparedStatement statement = session.prepare(tables.in(sql))) {
            statement.setString(1, origin);
            statement.setString(2, origin);
            session.change(statement);
            commitMigration(session);
        } finally {
            rollback(session);
        }
    }

    /** What a managed service may forbid, and what can be done without. */
    private static String ifAllowed(Session session, String sql) throws SQLException {
        try {
            return session.text(sql);
        } catch (SQLException e) {
            if (SqlFailures.isConnectionLost(e) || e instanceof SQLTimeoutException) {
                throw e;
            }
            return "";
        }
    }

    @Override
    public Standing standing(Session session, Life life, int generation, List<RecordKey> keys, Detail detail)
            throws SQLException {
        return rows.standing(session, life, generation, keys, detail);
    }

    @Override
    public Set<Integer> store(Session session, int generation, long notAfter, List<Pending> records)
            throws SQLException {
        return rows.store(session, generation, notAfter, records);
    }

    @Override
    public Horizon horizon(Session session) throws SQLException {
        try (PreparedStatement statement = session.prepare(tables.in(PostgresStatements.HORIZON));
                ResultSet rows = session.query(statement)) {
            rows.next();
            return new Horizon(rows.getLong("horizon"), rows.getLong("newest"), rows.getLong("floor"));
        }
    }

    @Override
    public String page(int generation, long after, long upTo, int limit, boolean newestFirst) {
        return PostgresStatements.page(generation, after, upTo, limit, newestFirst ? " desc" : "");
    }

    @Override
    public void clear(Session session, Life life, List<Hint> delivered) throws SQLException {
        hints.clear(session, life, delivered);
    }

    @Override
    public void note(Session session, List<Hint> lacking) throws SQLException {
        hints.note(session, lacking);
    }

    @Override
    public int removeDead(Session session, long before, int limit) throws SQLException {
        try (PreparedStatement statement = session.prepare(tables.in(PostgresStatements.REMOVE_DEAD))) {
            statement.setLong(1, before);
            statement.setInt(2, limit);
            try (ResultSet rows = session.query(statement)) {
                rows.next();
                return rows.getInt(1);
            }
        }
    }

    @Override
    public void pause(Session session, Duration time) throws SQLException {
        session.execute("select pg_sleep(" + time.toMillis() / 1000.0 + ")");
    }

    @Override
    public void tryOut(Session session, long id) throws SQLException {
        // Sent as one: a transaction, with nothing of it left open between the round trips.
        session.execute(tables.in("insert into {probes} (id, at) values (" + id + ", " + NOW + ");"
                + " select 1 / count(*) from {probes} where id = " + id + ";"
                + " delete from {probes} where id = " + id));
    }

    @Override
    public void tryRoom(Session session, long id) throws SQLException {
        session.execute(tables.in(PostgresStatements.room(id)));
    }

    @Override
    public Optional<Long> clock(Session session, Life life) throws SQLException {
        List<String> server = session.texts("select " + MARK + ", " + NOW);
        life.check(server.get(0));
        return Optional.of(Long.parseLong(server.get(1)));
    }

    @Override
    public LockSteps locks() {
        return locks;
    }
}
