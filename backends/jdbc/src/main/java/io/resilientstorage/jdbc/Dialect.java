package io.resilientstorage.jdbc;

import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** What differs between the databases. Everything else is the same for all. Safe for use by several threads. */
interface Dialect {

    /** Makes a connection, with nothing in its session that a pooler would lose. */
    Connection connect() throws SQLException;

    /** Bounds the wait for the answers of a connection. */
    void bound(Connection connection, int millis) throws SQLException;

    /** Ends what a connection is doing, from another thread, without waiting. It is of no use afterwards. */
    void abort(Connection connection, Executor executor) throws SQLException;

    /** The SQL of the server's clock, in milliseconds since 1970, at the moment in which it is evaluated. */
    String now();

    /**
     * What each statement begins with, so that the server does not go on with it for much longer than somebody waits
     * for it; empty if the client's own bound is enough. It is one statement, with one row for an answer.
     */
    String preface(int millis);

    /** What a select ends with that locks its rows, if the database locks rows. */
    String lockingRows();

    /** As {@link #lockingRows()}; rows that somebody else has locked are passed over. */
    String lockingFreeRows();

    /** The statements of each version of the schema, from the first. */
    List<List<String>> migrations();

    /** Whether there is such a table. */
    boolean hasTable(Session session, String name) throws SQLException;

    /** Begins a transaction in which the schema may be changed, and waits for others that do so. */
    void beginMigration(Session session) throws SQLException;

    /** Ends it, with everything stored. */
    void commitMigration(Session session) throws SQLException;

    /** Begins a change of a few statements, where one statement is not enough by itself. */
    void begin(Session session) throws SQLException;

    /**
     * Ends it, with everything stored.
     *
     * @return false if the not-after time has come and nothing is stored
     */
    boolean commit(Session session, long notAfter) throws SQLException;

    /** Ends either of them, with nothing stored. Does nothing if none is open. */
    void rollback(Session session);

    /** Makes the content of a restored or copied database fit in where it is now, and tells this life of it. */
    Life settle(Session session) throws SQLException;

    /** What stands under the keys, by the server's clock; the life is checked too. */
    Standing standing(Session session, Life life, int generation, List<RecordKey> keys, boolean withValues)
            throws SQLException;

    /**
     * Stores records with their hints, each if and only if what stood there still stands, and all only if the not-after
     * time has not come.
     *
     * @return the indexes of those that were stored
     */
    Set<Integer> store(Session session, int generation, long notAfter, List<Pending> records) throws SQLException;

    /** How far the order of commits is certain. */
    Horizon horizon(Session session, int generation) throws SQLException;

    /** Waits a little for {@link #horizon} to move. */
    void pause(Session session, Duration time) throws SQLException;

    /** Writes, reads and deletes a row, in one transaction. */
    void tryOut(Session session, long id) throws SQLException;

    /** Writes as much as large records need, and deletes it, in one transaction: fails if there is no room for them. */
    void tryRoom(Session session, long id) throws SQLException;

    /** Checks the life, and tells the server's clock; empty if it has none of its own. */
    Optional<Long> clock(Session session, Life life) throws SQLException;

    /**
     * What stands under some keys.
     *
     * @param nowMillis the server's clock
     * @param rows the rows, by key
     */
    record Standing(long nowMillis, Map<RecordKey, StoredRow> rows) {}

    /**
     * A record that is to be stored.
     *
     * @param record the record
     * @param expected the position of the row that it replaces, 0 if there is none
     * @param deadAt from when on nobody needs it but for its version, null if that never comes
     * @param hintsFor whom to note a hint for
     */
    record Pending(
            VersionedRecord record, long expected, @Nullable Long deadAt, Set<String> hintsFor) {}

    /**
     * How far the order of commits is certain.
     *
     * @param position all that was or will be committed at or before it can be seen now
     * @param more whether something was committed beyond it
     */
    record Horizon(long position, boolean more) {}
}
