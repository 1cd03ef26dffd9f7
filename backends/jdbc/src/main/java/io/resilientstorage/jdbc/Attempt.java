package io.resilientstorage.jdbc;

import io.resilientstorage.backend.BackendException;
import io.resilientstorage.time.Clock;
import io.resilientstorage.time.Time;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One call on its way through a {@link Lane}: how far it is, how much time it has left, and the connection it holds.
 * Used by the worker that does it and by the timer that ends it.
 */
final class Attempt {

    private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);

    /** A call begins only if at least this part of its time is left. */
    private static final int LEAST_PART = 4;

    /** Who lost fewer rounds in all its time was kept waiting by a server that is slow, and not by others. */
    private static final int LEAST_ROUNDS = 4;

    /** How far it is. */
    private enum Phase {
        /** Waits for a thread. */
        QUEUED,
        /** Waits for a connection. */
        CONNECTING,
        /** Waits until those who came before it have written the same key. */
        IN_LINE,
        /** Asks, and has stored nothing. */
        ASKING,
        /** Has sent something that may be stored, whatever comes back. */
        STORING
    }

    /** What is to be done takes longer than its caller may be held up: it is done again on another thread. */
    static final class Elsewhere extends SQLException {
        private static final long serialVersionUID = 1L;

        private Elsewhere() {
            super("not on the thread of the caller");
        }

        /** It is no failure: no stack is wanted. */
        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    private final Clock clock;
    private final Progress progress;
    private final Duration timeout;
    private final long queuedNanos;
    private volatile Phase phase = Phase.QUEUED;
    private volatile boolean partlyStored;
    private volatile int lostRounds;
    private volatile long lostNanos;
    private volatile LongPredicate lineServedSince = since -> false;
    private long roundNanos;
    private volatile long askedNanos;
    private volatile boolean threadOfCaller;
    private @Nullable Connection connection;
    private boolean over;
    private boolean aborted;

    Attempt(Clock clock, Progress progress, Duration timeout) {
        this.clock = clock;
        this.progress = progress;
        this.timeout = timeout;
        this.queuedNanos = clock.nanos();
        this.askedNanos = queuedNanos;
    }

    /**
     * From here on it is done by the caller's own thread, which may be held up by nothing that the timer cannot end.
     */
    void lendThread() {
        threadOfCaller = true;
    }

    /** From here on it is done by another thread. */
    void takeBackThread() {
        threadOfCaller = false;
    }

    boolean hasThreadOfCaller() {
        return threadOfCaller;
    }

    /**
     * Called before something that the timer cannot end.
     *
     * @param most how long that may take
     * @throws Elsewhere if it is not for the thread that does it now: a caller's that has less time, or is interrupted
     */
    void mayTake(Duration most) throws Elsewhere {
        if (threadOfCaller
                && (remaining().compareTo(most) < 0 || Thread.currentThread().isInterrupted())) {
            throw new Elsewhere();
        }
    }

    /** How long it may still take; zero or less if its time is over. */
    Duration remaining() {
        return timeout.minusNanos(clock.nanos() - queuedNanos);
    }

    /** As {@link #remaining()}, in whole milliseconds, at least 1, so that it never reads as "for ever". */
    int remainingMillis() {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(1, Time.ceilMillis(remaining())));
    }

    /** Called before each further step, so that nothing is begun that nobody waits for. */
    void check() throws SQLTimeoutException {
        if (isOver()) {
            throw new SQLTimeoutException("the time is over");
        }
    }

    /** Whether its time is over. */
    synchronized boolean isOver() {
        return over || remaining().isNegative() || remaining().isZero();
    }

    /**
     * Whether there is time enough left to begin. What has waited for most of its time would run out of it while it is
     * under way, and look like a server that does not answer.
     */
    boolean isWorthBeginning() {
        return remaining().compareTo(timeout.dividedBy(LEAST_PART)) >= 0;
    }

    void connecting() {
        phase = Phase.CONNECTING;
    }

    /**
     * Waits for its turn.
     *
     * @param servedSince whether one before it was served at a time or after it, on the monotonic clock
     */
    void inLine(LongPredicate servedSince) {
        lineServedSince = servedSince;
        phase = Phase.IN_LINE;
    }

    /** Its turn has come; refused if that took most of its time. */
    void inTurn() throws SQLTimeoutException {
        if (!isWorthBeginning()) {
            throw new SQLTimeoutException("its turn came too late");
        }
        phase = Phase.ASKING;
    }

    /**
     * Begins to read, decide and store; refused if the last time round took longer than what is left now. What is begun
     * nevertheless would end with an outcome that nobody knows.
     */
    void beginRound() throws SQLTimeoutException {
        long now = clock.nanos();
        if (lostRounds > 0 && remaining().toNanos() < now - roundNanos) {
            throw new SQLTimeoutException("there is no time for another round");
        }
        roundNanos = now;
    }

    /** The server has answered that something else came between, and that this was not stored. Told by the worker. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // By one thread; the timer reads it.
    void lostRound() {
        lostNanos = clock.nanos();
        lostRounds++;
        phase = Phase.ASKING;
    }

    /** From here on a time-out ends what the connection is doing. */
    synchronized void hold(Connection held) throws SQLTimeoutException {
        check();
        connection = held;
        if (phase != Phase.STORING) {
            phase = Phase.ASKING;
        }
    }

    /**
     * From here on a time-out leaves the connection alone.
     *
     * @return whether one has hit it already: then nobody else may have it
     */
    synchronized boolean release() {
        connection = null;
        return aborted;
    }

    /** The next statement is sent now. */
    void asks() {
        askedNanos = clock.nanos();
    }

    /** Something came back from the server. */
    void heard() {
        progress.heard(askedNanos);
    }

    /** The next statement may store something. */
    void storing() {
        phase = Phase.STORING;
    }

    /** A part of the request is stored for certain. */
    void partlyStored() {
        partlyStored = true;
    }

    /** Whether something was sent that may be stored. */
    boolean mayHaveStored() {
        return phase == Phase.STORING;
    }

    /** Whether a part of the request is stored for certain. */
    boolean hasPartlyStored() {
        return partlyStored;
    }

    /** Ends it, because its time is over; closes the connection under its feet. */
    synchronized void expire(Dialect dialect, Executor executor) {
        over = true;
        if (connection == null) {
            return;
        }
        aborted = true;
        try {
            dialect.abort(connection, executor);
        } catch (SQLException | RuntimeException e) {
            // The network time-out ends it too; this was for a socket that takes no more bytes.
            LOG.debug("A connection could not be aborted", e);
        }
    }

    /** Why it failed, if its thread was interrupted while it waited. */
    BackendException interrupted(String message, InterruptedException cause) {
        return partlyStored ? BackendException.noAnswer(message, cause) : BackendException.unreachable(message, cause);
    }

    /** Why it failed, if it did because its time was over. */
    BackendException timeUp() {
        String within = " within " + timeout.toMillis() + " ms";
        // In this order: the worker says that a part is stored before it goes on to what stores nothing.
        Phase reached = phase;
        if (partlyStored) {
            return BackendException.noAnswer("no answer to all of it" + within);
        }
        return switch (reached) {
            case QUEUED, CONNECTING ->
                serverWorks()
                        ? BackendException.overloaded("no free connection" + within)
                        : BackendException.unreachable("no connection and no answer to anything" + within);
            case IN_LINE ->
                lineMoves() && serverWorks()
                        ? BackendException.overloaded("too many write the same key: its turn did not come" + within)
                        : BackendException.unreachable("no answer to those who write the same key" + within);
            case ASKING ->
                keepsLosing() && serverWorks()
                        ? BackendException.overloaded("others kept writing the same key" + within)
                        : BackendException.unreachable("no answer" + within);
            case STORING -> BackendException.noAnswer("no answer" + within);
        };
    }

    /** What was answered lately was answered by a server that does its work, for others if not for this call. */
    private boolean serverWorks() {
        return progress.steadily(timeout.dividedBy(2), queuedNanos);
    }

    /**
     * Whether those before it were served, one after the other. If not, they met what this one would have met, and it
     * is to be told the same as they.
     */
    private boolean lineMoves() {
        return lineServedSince.test(clock.nanos() - timeout.dividedBy(2).toNanos());
    }

    /**
     * Whether it lost one round after the other until lately. Who lost some and then got no answer for long, or lost
     * few in all its time, was kept waiting by the server.
     */
    private boolean keepsLosing() {
        return lostRounds >= LEAST_ROUNDS
                && clock.nanos() - lostNanos < timeout.dividedBy(2).toNanos();
    }

    /** As {@link #timeUp()}, when it could not even wait. */
    BackendException turnedAway() {
        return progress.within(timeout.dividedBy(2))
                ? BackendException.overloaded("too many calls are waiting")
                : BackendException.unreachable("too many calls are waiting, and none is answered");
    }
}
