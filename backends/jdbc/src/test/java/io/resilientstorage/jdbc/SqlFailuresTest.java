package io.resilientstorage.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.BackendException.Kind;
import io.resilientstorage.testkit.ManualTime;
import io.resilientstorage.time.Time;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/** Each failure means one thing, and it is said in one place. */
class SqlFailuresTest {

    private static final Time TIME = Time.system();

    @AfterAll
    static void close() {
        TIME.close();
    }

    @ParameterizedTest
    @CsvSource({
        // state, kind, whether it is known that a statement that stores has stored nothing
        "08000, UNAVAILABLE, false", // connection exception
        "08001, UNAVAILABLE, true", // cannot connect
        "08003, UNAVAILABLE, true", // closed before anything was sent
        "08004, UNAVAILABLE, true", // turned away
        "08006, UNAVAILABLE, false", // connection lost
        "08007, UNAVAILABLE, false", // outcome of the transaction unknown
        "08P01, UNAVAILABLE, false", // protocol violation; also what poolers say
        "0A000, REFUSED, true", // not supported
        "22021, INVALID, true", // not in the character set
        "23505, UNAVAILABLE, false", // never to be expected: a fault of ours
        "25006, REFUSED, true", // read-only
        "25P03, UNAVAILABLE, false", // idle in a transaction
        "26000, UNAVAILABLE, false", // a pooler lost a prepared statement
        "28000, UNAVAILABLE, true", // no such user
        "28P01, UNAVAILABLE, true", // wrong password
        "3D000, UNAVAILABLE, true", // no such database
        "40001, OVERLOADED, true", // not serializable
        "40003, UNAVAILABLE, false", // completion unknown
        "40P01, OVERLOADED, true", // deadlock
        "42501, REFUSED, true", // no right
        "42P01, REFUSED, true", // no such table
        "53000, REFUSED, true", // no resources
        "53100, REFUSED, true", // disk full
        "53200, REFUSED, true", // out of memory
        "53300, UNAVAILABLE, true", // too many connections
        "54000, INVALID, true", // beyond a limit
        "55P03, OVERLOADED, true", // lock not available
        "57014, UNAVAILABLE, true", // statement time-out
        "57P01, UNAVAILABLE, false", // shutting down
        "57P02, UNAVAILABLE, false", // crash
        "57P03, UNAVAILABLE, true", // starting
        "57P05, UNAVAILABLE, false", // idle session
        "58030, UNAVAILABLE, false", // input or output
        "XX000, UNAVAILABLE, false", // internal
        "'', UNAVAILABLE, false",
        ", UNAVAILABLE, false"
    })
    void aSqlStateMeansOneThing(String state, Kind kind, boolean certain) {
        assertThat(SqlFailures.meaning(new SQLException("failed", state)))
                .isEqualTo(new SqlFailures.Meaning(kind, certain));
    }

    @ParameterizedTest
    @CsvSource({
        "SQLITE_BUSY, UNAVAILABLE, true",
        "SQLITE_BUSY_SNAPSHOT, UNAVAILABLE, true",
        "SQLITE_LOCKED, UNAVAILABLE, true",
        "SQLITE_CANTOPEN, UNAVAILABLE, true",
        "SQLITE_INTERRUPT, UNAVAILABLE, true",
        "SQLITE_CORRUPT, UNAVAILABLE, true",
        "SQLITE_NOTADB, UNAVAILABLE, true",
        "SQLITE_IOERR, UNAVAILABLE, false",
        "SQLITE_IOERR_FSYNC, UNAVAILABLE, false",
        "SQLITE_FULL, REFUSED, true",
        "SQLITE_READONLY, REFUSED, true",
        "SQLITE_READONLY_DBMOVED, REFUSED, true",
        "SQLITE_READONLY_DIRECTORY, REFUSED, true",
        "SQLITE_NOMEM, REFUSED, true",
        "SQLITE_PERM, REFUSED, true",
        "SQLITE_TOOBIG, INVALID, true",
        "SQLITE_INTERNAL, UNAVAILABLE, false"
    })
    void aResultCodeOfSqliteMeansOneThing(SQLiteErrorCode code, Kind kind, boolean certain) {
        assertThat(SqlFailures.meaning(new SQLiteException("failed", code)))
                .isEqualTo(new SqlFailures.Meaning(kind, certain));
    }

    @ParameterizedTest
    @EnumSource
    void whatIsKnownOfTheOutcomeDependsOnWhatWasSent(Sent sent) throws SQLException {
        BackendException lost = SqlFailures.sort(new SQLException("lost", "08006"), sent.attempt());
        BackendException full = SqlFailures.sort(new SQLException("full", "53100"), sent.attempt());
        assertThat(lost.kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(lost.outcomeKnown()).isEqualTo(sent == Sent.NOTHING);
        assertThat(full.kind()).isEqualTo(sent == Sent.A_PART_IS_STORED ? Kind.UNAVAILABLE : Kind.REFUSED);
        assertThat(full.outcomeKnown()).isNotEqualTo(sent == Sent.A_PART_IS_STORED);
    }

    /** How far a call was. */
    enum Sent {
        NOTHING,
        A_STATEMENT_THAT_STORES,
        A_PART_IS_STORED;

        Attempt attempt() {
            Attempt attempt = new Attempt(TIME.clock(), new Progress(TIME.clock()), Duration.ofSeconds(5));
            if (this != NOTHING) {
                attempt.storing();
            }
            if (this == A_PART_IS_STORED) {
                attempt.partlyStored();
            }
            return attempt;
        }
    }

    @Test
    void ofWhatIsPartlyStoredNobodySaysThatItIsNotWhereverItsTimeEnds() {
        Attempt attempt = Sent.A_PART_IS_STORED.attempt();
        attempt.lostRound();
        assertThat(attempt.timeUp().outcomeKnown()).isFalse();
        attempt.inLine(since -> false);
        assertThat(attempt.timeUp().outcomeKnown()).isFalse();
        assertThat(attempt.interrupted("", new InterruptedException()).outcomeKnown())
                .isFalse();
        assertThat(Sent.NOTHING.attempt().timeUp().outcomeKnown()).as("control").isTrue();
    }

    @Test
    void aTimeOutInTheQueueIsAnOverloadIfTheServerAnsweredLatelyAndElseAnOutage() {
        ManualTime time = new ManualTime(1);
        Progress progress = new Progress(time.clock());
        Attempt attempt = new Attempt(time.clock(), progress, Duration.ofSeconds(1));
        assertThat(SqlFailures.sort(new SQLTimeoutException(), attempt).kind()).isEqualTo(Kind.UNAVAILABLE);
        assertThat(attempt.turnedAway().kind()).isEqualTo(Kind.UNAVAILABLE);

        progress.heard(time.clock().nanos());
        assertThat(attempt.timeUp().kind())
                .as("it had stood still, and others have not been served for long")
                .isEqualTo(Kind.UNAVAILABLE);
        assertThat(attempt.turnedAway().kind()).isEqualTo(Kind.OVERLOADED);
        time.advance(Duration.ofMillis(499));
        progress.heard(time.clock().nanos());
        time.advance(Duration.ofMillis(499));
        assertThat(SqlFailures.sort(new SQLTimeoutException(), attempt).kind()).isEqualTo(Kind.OVERLOADED);
        assertThat(attempt.turnedAway().kind()).isEqualTo(Kind.OVERLOADED);

        time.advance(Duration.ofMillis(1));
        assertThat(attempt.timeUp().kind())
                .as("the answer came after this call was queued, and before the server hung")
                .isEqualTo(Kind.UNAVAILABLE);
        assertThat(attempt.turnedAway().kind()).isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void fewRoundsThatWereLostOrOnesLostLongAgoAreNoReasonForATimeOut() {
        ManualTime time = new ManualTime(1);
        Progress progress = new Progress(time.clock());
        progress.heard(time.clock().nanos());
        Attempt attempt = new Attempt(time.clock(), progress, Duration.ofSeconds(1));
        attempt.lostRound();
        attempt.lostRound();
        workFor(time, progress, Duration.ofMillis(250));
        workFor(time, progress, Duration.ofMillis(250));
        attempt.lostRound();
        assertThat(attempt.timeUp().kind())
                .as("three rounds in half of its time: each took the server long")
                .isEqualTo(Kind.UNAVAILABLE);
        attempt.lostRound();
        workFor(time, progress, Duration.ofMillis(499));
        assertThat(attempt.timeUp().kind())
                .as("others kept writing the same key")
                .isEqualTo(Kind.OVERLOADED);
        workFor(time, progress, Duration.ofMillis(1));
        assertThat(attempt.timeUp().kind())
                .as("others were served, and this one was not answered")
                .isEqualTo(Kind.UNAVAILABLE);
    }

    private static void workFor(ManualTime time, Progress progress, Duration duration) {
        time.advance(duration);
        progress.heard(time.clock().nanos());
    }

    @Test
    void aLateAnswerToWhatWasAskedBeforeTheNetworkBecameSlowIsNoSignOfWork() {
        ManualTime time = new ManualTime(1);
        Progress progress = new Progress(time.clock());
        Attempt asking = new Attempt(time.clock(), progress, Duration.ofSeconds(1));
        Attempt queued = new Attempt(time.clock(), progress, Duration.ofSeconds(1));
        asking.asks();
        time.advance(Duration.ofMillis(600));

        asking.heard();
        assertThat(queued.timeUp().kind()).isEqualTo(Kind.UNAVAILABLE);

        asking.asks();
        asking.heard();
        assertThat(queued.timeUp().kind()).as("quick again, but only just").isEqualTo(Kind.UNAVAILABLE);
        for (int i = 0; i < 2; i++) {
            time.advance(Duration.ofMillis(400));
            asking.asks();
            asking.heard();
        }
        assertThat(queued.timeUp().kind())
                .as("control: quick answers all the time")
                .isEqualTo(Kind.OVERLOADED);
    }

    @Test
    void slowAnswersAllTheTimeAreWorkToWhoHasTimeForThem() {
        ManualTime time = new ManualTime(1);
        Progress progress = new Progress(time.clock());
        Attempt statement = new Attempt(time.clock(), progress, Duration.ofSeconds(5));
        answers(time, statement, 10, Duration.ofMillis(600));
        Attempt patient = new Attempt(time.clock(), progress, Duration.ofSeconds(5));
        Attempt hasty = new Attempt(time.clock(), progress, Duration.ofSeconds(1));
        answers(time, statement, 7, Duration.ofMillis(600));
        assertThat(patient.timeUp().kind()).isEqualTo(Kind.OVERLOADED);
        assertThat(hasty.timeUp().kind())
                .as("control: nothing within its half second")
                .isEqualTo(Kind.UNAVAILABLE);
        statement.asks();
        time.advance(Duration.ofMillis(2_600));
        assertThat(patient.timeUp().kind()).as("control: it has stopped").isEqualTo(Kind.UNAVAILABLE);
        statement.heard();
        statement.asks();
        statement.heard();
        assertThat(patient.timeUp().kind()).as("control: and goes on").isEqualTo(Kind.UNAVAILABLE);
    }

    @Test
    void aBurstOnAnIdleServerIsNoOutageThoughTheFirstConnectionTakesALittle() {
        ManualTime time = new ManualTime(1);
        Progress progress = new Progress(time.clock());
        progress.heard(time.clock().nanos());
        time.advance(Duration.ofMinutes(10));
        Attempt first = new Attempt(time.clock(), progress, Duration.ofSeconds(1));
        Attempt last = new Attempt(time.clock(), progress, Duration.ofSeconds(1));
        time.advance(Duration.ofMillis(300));
        answers(time, first, 9, Duration.ofMillis(50));
        assertThat(last.timeUp().kind()).isEqualTo(Kind.OVERLOADED);

        time.advance(Duration.ofMinutes(10));
        Attempt waiting = new Attempt(time.clock(), progress, Duration.ofSeconds(1));
        time.advance(Duration.ofMillis(550));
        answers(time, first, 4, Duration.ofMillis(50));
        assertThat(waiting.timeUp().kind())
                .as("control: for most of its time nobody was served")
                .isEqualTo(Kind.UNAVAILABLE);
    }

    private static void answers(ManualTime time, Attempt attempt, int count, Duration each) {
        for (int i = 0; i < count; i++) {
            attempt.asks();
            time.advance(each);
            attempt.heard();
        }
    }

    @Test
    void aMessageTellsTheStateAndTheCause() {
        SQLException cause = new SQLException("disk full", "53100");
        assertThat(SqlFailures.sort(cause, Sent.NOTHING.attempt()))
                .hasMessage("SQLState 53100: disk full")
                .hasCause(cause);
    }
}
