package io.resilientstorage.jdbc;

import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.time.Randomness;
import io.resilientstorage.time.ReferenceClock;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.sqlite.SQLiteConnection;

/**
 * SQLite. A file has one writer at a time: the threads of this process wait for each other at a fair lock, and for
 * other processes at the file's. What stands is read, and what is to stand is stored, inside one immediate transaction.
 * It has no clock of its own and uses the shared one.
 *
 * <p>The commit position is a counter in the file.
 */
final class SqliteDialect implements Dialect {

    /** A wait ends when this part of the time is left, so that there is time to say what it waited for. */
    private static final int MARGIN_PART = 5;

    private final SqliteTarget target;
    private final Tables tables;
    private final ReferenceClock clock;
    private final Randomness randomness;
    private final SqliteRows rows;
    private final SqliteLocks locks;
    private final ReentrantLock writing = new ReentrantLock(true);
    private final AtomicLong commits = new AtomicLong();

    SqliteDialect(SqliteTarget target, Tables tables, ReferenceClock clock, Randomness randomness) {
        this.target = target;
        this.tables = tables;
        this.clock = clock;
        this.randomness = randomness;
        this.rows = new SqliteRows(tables, clock);
        this.locks = new SqliteLocks(this, tables, clock);
    }

    @Override
    public Connection connect() throws SQLException {
        return target.connect();
    }

    @Override
    public void bound(Connection connection, int millis) throws SQLException {
        sqlite(connection).setBusyTimeout(patience(millis));
    }

    @Override
    public void abort(Connection connection, Executor executor) throws SQLException {
        sqlite(connection).getDatabase().interrupt();
    }

    @Override
    public String now() {
        return Long.toString(clock.millis());
    }

    @Override
    public String preface(int millis) {
        return "";
    }

    @Override
    public String lockingRows() {
        return "";
    }

    @Override
    public String lockingFreeRows() {
        return "";
    }

    @Override
    public List<List<String>> migrations() {
        return SqliteStatements.MIGRATIONS;
    }

    @Override
    public boolean hasTable(Session session, String name) throws SQLException {
        return session.number("select count(*) from sqlite_schema where type = 'table' and name = '" + tables.bare(name)
                        + "'")
                > 0;
    }

    @Override
    public void beginMigration(Session session) throws SQLException {
        // With a write-ahead log, readers and the writer do not wait for each other. It is a property of the file.
        while (!session.text("pragma journal_mode").equalsIgnoreCase("wal")) {
            try {
                session.text("pragma journal_mode = wal");
            } catch (SQLException e) {
                if (!SqlFailures.isLocked(e)) {
                    throw e;
                }
                // Somebody else is at it, and this kind of lock cannot be waited for; that of a writer can.
                begin(session);
                rollback(session);
            }
        }
        begin(session);
    }

    @Override
    public void commitMigration(Session session) throws SQLException {
        commit(session, Long.MAX_VALUE);
    }

    @Override
    public void begin(Session session) throws SQLException {
        long before = commits.get();
        if (!lock(session.attempt())) {
            throw locked(commits.get() != before);
        }
        boolean begun = false;
        try {
            session.beforeStatement();
            lockFile(session.connection());
            begun = true;
        } finally {
            if (!begun) {
                writing.unlock();
            }
        }
        session.attempt().heard();
    }

    /** Waits for other processes; if in vain, the commits of others tell a busy file from one that somebody sits on. */
    private static void lockFile(Connection connection) throws SQLException {
        long before = version(connection);
        try (Statement statement = connection.createStatement()) {
            statement.execute("begin immediate");
        } catch (SQLException e) {
            if (SqlFailures.isLocked(e)) {
                throw locked(version(connection) != before);
            }
            throw e;
        }
    }

    private static BackendException locked(boolean byMany) {
        return byMany
                ? BackendException.overloaded("too many writes to the SQLite file at once")
                : BackendException.unreachable("the SQLite file was locked all the time");
    }

    /** A number that changes with each commit of another connection. */
    private static long version(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("pragma data_version")) {
            return rows.next() ? rows.getLong(1) : 0;
        }
    }

    private static int patience(int millis) {
        return Math.max(1, millis - millis / MARGIN_PART);
    }

    private boolean lock(Attempt attempt) {
        try {
            return writing.tryLock(patience(attempt.remainingMillis()), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public boolean commit(Session session, long notAfter) throws SQLException {
        if (clock.millis() > notAfter) {
            rollback(session);
            return false;
        }
        session.execute("commit");
        commits.incrementAndGet();
        writing.unlock();
        return true;
    }

    @Override
    public void rollback(Session session) {
        if (!writing.isHeldByCurrentThread()) {
            return;
        }
        try (Statement statement = session.connection().createStatement()) {
            statement.execute("rollback");
        } catch (SQLException e) {
            session.doom(e);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public Life settle(Session session) throws SQLException {
        String origin = session.text(tables.in("select origin from {meta}"));
        if (origin.isEmpty()) {
            origin = name(session);
        }
        String mark = target.mark();
        return new Life(mark, new Incarnation("sqlite " + origin + " " + mark));
    }

    /** Gives the file a name of its own, unless somebody else has just done so. */
    private String name(Session session) throws SQLException {
        begin(session);
        try {
            session.execute(tables.in(
                    "update {meta} set origin = '" + Long.toHexString(randomness.nextLong()) + "' where origin = ''"));
            commitMigration(session);
        } finally {
            rollback(session);
        }
        return session.text(tables.in("select origin from {meta}"));
    }

    @Override
    public Standing standing(Session session, Life life, int generation, List<RecordKey> keys, Detail detail)
            throws SQLException {
        life.check(target.mark());
        return rows.standing(session, generation, keys, detail);
    }

    @Override
    public Set<Integer> store(Session session, int generation, long notAfter, List<Pending> records)
            throws SQLException {
        return rows.store(session, generation, records);
    }

    @Override
    public Horizon horizon(Session session) throws SQLException {
        try (PreparedStatement statement = session.prepare(tables.in(SqliteStatements.HORIZON));
                ResultSet rows = session.query(statement)) {
            rows.next();
            return new Horizon(rows.getLong("horizon"), rows.getLong("newest"), rows.getLong("floor"));
        }
    }

    @Override
    public String page(int generation, long after, long upTo, int limit, boolean newestFirst) {
        return SqliteStatements.page(generation, after, upTo, limit, newestFirst);
    }

    @Override
    public void clear(Session session, Life life, List<Hint> delivered) throws SQLException {
        begin(session);
        try {
            life.check(target.mark());
            rows.clear(session, delivered);
            commit(session, Long.MAX_VALUE);
        } finally {
            rollback(session);
        }
    }

    @Override
    public void note(Session session, List<Hint> lacking) throws SQLException {
        begin(session);
        try {
            rows.note(session, lacking);
            commit(session, Long.MAX_VALUE);
        } finally {
            rollback(session);
        }
    }

    @Override
    public int removeDead(Session session, long before, int limit) throws SQLException {
        begin(session);
        try {
            changeDead(session, SqliteStatements.NOTE_FLOOR, before, limit);
            int removed = changeDead(session, SqliteStatements.REMOVE_DEAD, before, limit);
            commit(session, Long.MAX_VALUE);
            return removed;
        } finally {
            rollback(session);
        }
    }

    private int changeDead(Session session, String sql, long before, int limit) throws SQLException {
        try (PreparedStatement statement = session.prepare(tables.in(sql))) {
            statement.setLong(1, before);
            statement.setInt(2, limit);
            return session.change(statement);
        }
    }

    @Override
    public void pause(Session session, Duration time) {
        // Never asked for: with one writer at a time there is nothing to wait for.
    }

    @Override
    public void tryOut(Session session, long id) throws SQLException {
        begin(session);
        try {
            session.execute(tables.in("insert into {probes} (id, at) values (" + id + ", " + now() + ")"));
            if (session.number(tables.in("select count(*) from {probes} where id = " + id)) != 1) {
                throw new SQLException("a row that was just written cannot be read");
            }
            session.execute(tables.in("delete from {probes} where id = " + id));
            commitMigration(session);
        } finally {
            rollback(session);
        }
    }

    @Override
    public void tryRoom(Session session, long id) throws SQLException {
        begin(session);
        try {
            session.execute(tables.in("insert into {records} (generation, namespace, key, version_time, version_writer,"
                    + " format, value, expires_at, position) values (-1, '', x'00', 0, 0, 1, zeroblob(131072), 0, 0)"));
            session.execute(tables.in("delete from {records} where generation = -1"));
            commitMigration(session);
        } finally {
            rollback(session);
        }
    }

    @Override
    public Optional<Long> clock(Session session, Life life) throws SQLException {
        life.check(target.mark());
        return Optional.empty();
    }

    @Override
    public LockSteps locks() {
        return locks;
    }

    /** @throws Life.Changed if another file is in its place */
    void check(Life life) throws SQLException {
        life.check(target.mark());
    }

    private static SQLiteConnection sqlite(Connection connection) throws SQLException {
        return connection.unwrap(SQLiteConnection.class);
    }
}
