package io.resilientstorage.jdbc;

import io.resilientstorage.backend.Hint;
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
    Standing standing(Session session, Life life, int generation, List<RecordKey> keys, Detail detail)
            throws SQLException;

    /**
     * Stores records with their hints, each if and only if what stood there still stands, and all only if the not-after
     * time has not come.
     *
     * @return the indexes of those that were stored
     */
    Set<Integer> store(Session session, int generation, long notAfter, List<Pending> records) throws SQLException;

    /** How far the order of commits is certain, in all generations that have records. */
    Horizon horizon(Session session) throws SQLException;

    /**
     * The SQL of some rows of a generation, with their keys and values, in the order of their positions: about so many,
     * or so many bytes, but all those of one position together.
     *
     * @param after the position behind which they stand
     * @param upTo the position up to which they stand
     * @param newestFirst whether to begin at the end
     */
    String page(int generation, long after, long upTo, int limit, boolean newestFirst);

    /** Waits a little for {@link #horizon} to move. */
    void pause(Session session, Duration time) throws SQLException;

    /**
     * Removes hints, each if it asks for no newer version than this one and no newer one stands under its key; those
     * that stay can be claimed at once. All in one atomic step; the life is checked too.
     */
    void clear(Session session, Life life, List<Hint> delivered) throws SQLException;

    /** Makes hints, or gives those that stand the newer version. */
    void note(Session session, List<Hint> lacking) throws SQLException;

    /**
     * Removes records that were dead before a time, and notes the highest of their positions, in one transaction.
     *
     * @return how many were removed
     */
    int removeDead(Session session, long before, int limit) throws SQLException;

    /** Writes, reads and deletes a row, in one transaction. */
    void tryOut(Session session, long id) throws SQLException;

    /** Writes as much as large records need, and deletes it, in one transaction: fails if there is no room for them. */
    void tryRoom(Session session, long id) throws SQLException;

    /** The steps with locks. */
    LockSteps locks();

    /** Checks the life, and tells the server's clock; empty if it has none of its own. */
    Optional<Long> clock(Session session, Life life) throws SQLException;

    /** How much to read of what stands under a key. */
    enum Detail {
        /** All but the value. */
        VERSIONS,
        /** The value too, if a reader would see it. */
        VALUES,
        /** As VALUES, and with it, in the same snapshot, whether a sentinel says WARM. */
        VALUES_AND_WARMTH
    }

    /**
     * What stands under some keys.
     *
     * @param nowMillis the server's clock
     * @param rows the rows, by key
     * @param warm whether a sentinel stands that says WARM, if that was asked
     */
    record Standing(long nowMillis, Map<RecordKey, StoredRow> rows, boolean warm) {}

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
     * @param newest the highest position of those that can be seen now
     * @param floor the highest position of those that were removed
     */
    record Horizon(long position, long newest, long floor) {}
}
