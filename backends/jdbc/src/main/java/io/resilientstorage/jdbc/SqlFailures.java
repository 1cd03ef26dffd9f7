package io.resilientstorage.jdbc;

import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.BackendException.Kind;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.Map;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Sorts what a driver throws, once for all, by SQLState (PostgreSQL) or result code (SQLite). */
final class SqlFailures {

    /**
     * What a failure means.
     *
     * @param kind the sort
     * @param certain whether the statement that failed has certainly stored nothing. What is not certain is an unknown
     *     outcome, if that statement could store something.
     */
    record Meaning(Kind kind, boolean certain) {}

    private static final Meaning AWAY = new Meaning(Kind.UNAVAILABLE, true);
    private static final Meaning LOST = new Meaning(Kind.UNAVAILABLE, false);
    private static final Meaning REFUSED = new Meaning(Kind.REFUSED, true);
    private static final Meaning INVALID = new Meaning(Kind.INVALID, true);
    private static final Meaning BUSY = new Meaning(Kind.OVERLOADED, true);

    /** The longest match counts: a state, or its class (the first two characters). */
    private static final Map<String, Meaning> BY_STATE = Map.ofEntries(
            Map.entry("08", LOST), // connection lost, or never made
            Map.entry("08001", AWAY), // never made
            Map.entry("08003", AWAY), // closed before anything was sent
            Map.entry("08004", AWAY), // the server turned it away
            Map.entry("0A", REFUSED), // not supported by this server
            Map.entry("22", INVALID), // the data is not legal
            Map.entry("25", REFUSED), // the transaction is in no state for that
            Map.entry("25006", REFUSED), // read-only
            Map.entry("25P03", LOST), // the server ended an idle transaction with its connection
            Map.entry("28", AWAY), // wrong user or password
            Map.entry("3D000", AWAY), // no such database
            Map.entry("40", BUSY), // deadlock, or not serializable: rolled back
            Map.entry("40003", LOST), // the server itself does not know
            Map.entry("42", REFUSED), // no right to do that, or not our schema
            Map.entry("53", REFUSED), // disk full, out of memory
            Map.entry("53300", AWAY), // too many connections
            Map.entry("54", INVALID), // beyond a limit of the server
            Map.entry("55", REFUSED), // in no state for that
            Map.entry("55P03", BUSY), // waited too long for a lock
            Map.entry("57", LOST), // the server ends the connection, for whatever reason
            Map.entry("57014", AWAY), // the statement took too long, and was rolled back
            Map.entry("57P03", AWAY), // starting, stopping, recovering
            Map.entry("58", LOST), // an error of the server's machine
            Map.entry("XX", LOST)); // an error of the server itself

    private static final Map<SQLiteErrorCode, Meaning> BY_CODE = Map.ofEntries(
            Map.entry(SQLiteErrorCode.SQLITE_BUSY, AWAY), // locked all the time: SqliteDialect sees whether by many
            Map.entry(SQLiteErrorCode.SQLITE_LOCKED, AWAY),
            Map.entry(SQLiteErrorCode.SQLITE_CANTOPEN, AWAY), // no such folder, no right to it
            Map.entry(SQLiteErrorCode.SQLITE_INTERRUPT, AWAY), // ended by a time-out, and rolled back
            Map.entry(SQLiteErrorCode.SQLITE_CORRUPT, AWAY),
            Map.entry(SQLiteErrorCode.SQLITE_NOTADB, AWAY),
            Map.entry(SQLiteErrorCode.SQLITE_PROTOCOL, AWAY),
            Map.entry(SQLiteErrorCode.SQLITE_IOERR, LOST), // at a commit, nobody knows
            Map.entry(SQLiteErrorCode.SQLITE_FULL, REFUSED),
            Map.entry(SQLiteErrorCode.SQLITE_READONLY, REFUSED),
            Map.entry(SQLiteErrorCode.SQLITE_NOMEM, REFUSED),
            Map.entry(SQLiteErrorCode.SQLITE_NOLFS, REFUSED),
            Map.entry(SQLiteErrorCode.SQLITE_PERM, REFUSED),
            Map.entry(SQLiteErrorCode.SQLITE_AUTH, REFUSED),
            Map.entry(SQLiteErrorCode.SQLITE_ERROR, REFUSED), // not our schema
            Map.entry(SQLiteErrorCode.SQLITE_SCHEMA, REFUSED),
            Map.entry(SQLiteErrorCode.SQLITE_TOOBIG, INVALID));

    /**
     * Where the server says it when a file cannot grow for another reason than a full disk: a quota, a limit. It has no
     * state of its own for that. In no language but English, unlike the message.
     */
    private static final Set<String> GROWING = Set.of("mdextend", "mdzeroextend");

    private static final Set<String> SCHEMA_STATES = Set.of("42P01", "42703", "3F000");

    /** Not serializable, deadlock, and {@link PostgresStatements#inTime}. */
    private static final Set<String> CONFLICT_STATES = Set.of("40001", "40P01", "22012");

    private SqlFailures() {}

    /** What it means. */
    static Meaning meaning(SQLException failure) {
        if (failure instanceof SQLTimeoutException) {
            return LOST;
        }
        if (failure instanceof SQLiteException sqlite) {
            return BY_CODE.getOrDefault(primary(sqlite), LOST);
        }
        if (isOutOfRoom(failure)) {
            return REFUSED;
        }
        String state = failure.getSQLState();
        if (state == null || state.length() < 2) {
            return LOST;
        }
        Meaning exact = BY_STATE.get(state);
        return exact != null ? exact : BY_STATE.getOrDefault(state.substring(0, 2), LOST);
    }

    /** The failure as the engine knows it, with all that is known of the outcome. */
    static BackendException sort(SQLException failure, Attempt attempt) {
        if (failure instanceof SQLTimeoutException) {
            return attempt.timeUp();
        }
        Meaning meaning = meaning(failure);
        String message = message(failure);
        boolean known = !attempt.hasPartlyStored() && (meaning.certain() || !attempt.mayHaveStored());
        if (!known) {
            return BackendException.noAnswer(message, failure);
        }
        return switch (meaning.kind()) {
            case UNAVAILABLE -> BackendException.unreachable(message, failure);
            case REFUSED -> BackendException.refused(message, failure);
            case INVALID -> BackendException.invalid(message, failure);
            case OVERLOADED -> BackendException.overloaded(message);
        };
    }

    /** Whether a server said it that does its work, for others if not for this call. */
    static boolean isAnswer(SQLException failure) {
        return meaning(failure).kind() != Kind.UNAVAILABLE;
    }

    /** Whether the connection is of no use any more, while another one may be. */
    static boolean isConnectionLost(SQLException failure) {
        String state = failure.getSQLState();
        return state != null && (state.startsWith("08") || state.startsWith("57P"));
    }

    /** Whether tables are missing that were there, or should be. */
    static boolean isSchemaLost(SQLException failure) {
        if (failure instanceof SQLiteException sqlite) {
            return primary(sqlite) == SQLiteErrorCode.SQLITE_ERROR;
        }
        return SCHEMA_STATES.contains(String.valueOf(failure.getSQLState()));
    }

    /**
     * Whether it was rolled back because another came between, or because it became too late over a wait, and should be
     * decided again.
     */
    static boolean isConflict(SQLException failure) {
        return CONFLICT_STATES.contains(String.valueOf(failure.getSQLState()));
    }

    /** Whether there is no room for more, on the disk or in a quota. */
    static boolean isOutOfRoom(SQLException failure) {
        if (failure instanceof SQLiteException sqlite) {
            return primary(sqlite) == SQLiteErrorCode.SQLITE_FULL;
        }
        if (failure instanceof PSQLException postgres && postgres.getServerErrorMessage() != null) {
            String routine = postgres.getServerErrorMessage().getRoutine();
            if (routine != null && GROWING.contains(routine)) {
                return true;
            }
        }
        return "53100".equals(failure.getSQLState());
    }

    /** Whether the file was locked by somebody else for too long. */
    static boolean isLocked(SQLException failure) {
        return failure instanceof SQLiteException sqlite
                && (primary(sqlite) == SQLiteErrorCode.SQLITE_BUSY || primary(sqlite) == SQLiteErrorCode.SQLITE_LOCKED);
    }

    private static SQLiteErrorCode primary(SQLiteException failure) {
        return SQLiteErrorCode.getErrorCode(failure.getErrorCode());
    }

    /** What it says, with its state. */
    static String message(SQLException failure) {
        String state = failure.getSQLState();
        return (state == null ? "" : "SQLState " + state + ": ") + failure.getMessage();
    }
}
