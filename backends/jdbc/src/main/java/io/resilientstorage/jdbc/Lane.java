package io.resilientstorage.jdbc;

import io.resilientstorage.backend.BackendException;
import io.resilientstorage.time.Time;
import io.resilientstorage.time.Timers;
import io.resilientstorage.time.Workers;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Threads on which calls wait for the database, so that callers do not. Each call ends by its time-out, whatever the
 * database does: a timer completes it, and ends what its connection is doing.
 *
 * <p>A caller that waits for the answer anyway may lend its own thread, see {@link #here}. Then nothing is handed to
 * another thread and back. For whatever has no end by the timer (a connection that is looked at before it is handed
 * out, the opening of the schema) such a call goes on with one of the threads of the lane.
 */
final class Lane {

    /** What a call does, on a thread that may block. */
    @FunctionalInterface
    interface Work<T> {
        T run(Attempt attempt) throws SQLException;
    }

    private final Time time;
    private final Workers workers;
    private final Seats seats;
    private final Executor aborter;
    private final Progress progress;
    private final Dialect dialect;
    private final Set<Ticket<?>> unfinished = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** @param seats for callers that lend their own threads */
    Lane(Time time, Workers workers, Seats seats, Executor aborter, Progress progress, Dialect dialect) {
        this.time = time;
        this.workers = workers;
        this.seats = seats;
        this.aborter = aborter;
        this.progress = progress;
        this.dialect = dialect;
    }

    /** Does it as soon as a thread is free. */
    <T> CompletionStage<T> submit(Duration timeout, Work<T> work) {
        Ticket<T> ticket = begin(timeout, work);
        handOver(ticket);
        return ticket.result;
    }

    /**
     * Does it on the calling thread, which waits for the answer: for no longer than the time-out. If that cannot be
     * said of everything that it takes, the rest is done as by {@link #submit}.
     */
    <T> CompletionStage<T> here(Duration timeout, Work<T> work) {
        Ticket<T> ticket = begin(timeout, work);
        ticket.attempt.lendThread();
        try {
            if (seats.take(ticket.attempt)) {
                try {
                    ticket.doHere();
                } finally {
                    seats.giveBack();
                }
            } else {
                ticket.attempt.takeBackThread();
            }
        } catch (RejectedExecutionException full) {
            turnAway(ticket);
        }
        if (!ticket.attempt.hasThreadOfCaller() && !ticket.result.isDone()) {
            handOver(ticket);
        }
        return ticket.result;
    }

    private <T> Ticket<T> begin(Duration timeout, Work<T> work) {
        Ticket<T> ticket = new Ticket<>(new Attempt(time.clock(), progress, timeout), work);
        unfinished.add(ticket);
        ticket.timer = time.timeouts().schedule(timeout, ticket::expire);
        return ticket;
    }

    private void handOver(Ticket<?> ticket) {
        try {
            workers.execute(ticket);
        } catch (RejectedExecutionException full) {
            turnAway(ticket);
        }
    }

    private void turnAway(Ticket<?> ticket) {
        ticket.fail(closed ? BackendException.unreachable("the backend is closed") : ticket.attempt.turnedAway());
    }

    /** Takes no more calls, and fails those that are not done in time. */
    void close(Duration patience) {
        long deadline = time.clock().nanos() + patience.toNanos();
        closed = true;
        seats.close();
        workers.close(patience);
        time.await(
                onThreadsOfCallers(), Duration.ofNanos(deadline - time.clock().nanos()));
        for (Ticket<?> ticket : unfinished) {
            if (ticket.attempt.hasThreadOfCaller()) {
                ticket.attempt.expire(dialect, aborter);
            }
            ticket.fail(BackendException.noAnswer("the backend was closed"));
        }
    }

    private CompletableFuture<Void> onThreadsOfCallers() {
        return CompletableFuture.allOf(unfinished.stream()
                .filter(ticket -> ticket.attempt.hasThreadOfCaller())
                .map(ticket -> ticket.result)
                .toArray(CompletableFuture<?>[]::new));
    }

    /** One call, from its beginning to its end. */
    private final class Ticket<T> implements Runnable {
        private final Attempt attempt;
        private final Work<T> work;
        private final CompletableFuture<T> result = new CompletableFuture<>();
        private volatile Timers.@Nullable Timer timer;

        Ticket(Attempt attempt, Work<T> work) {
            this.attempt = attempt;
            this.work = work;
        }

        @Override
        public void run() {
            // Whoever asked has gone on to another backend: what begins now would only be stored late.
            if (attempt.isOver() || result.isDone()) {
                return;
            }
            if (!attempt.isWorthBeginning()) {
                fail(attempt.timeUp());
                return;
            }
            try {
                end(work.run(attempt));
            } catch (SQLException e) {
                failSorted(e);
            } catch (RuntimeException e) {
                fail(e);
            } catch (Error e) {
                fail(e);
                throw e;
            }
        }

        /** As {@link #run}, on the thread of the caller, which gets an error by the future. */
        void doHere() {
            if (closed || result.isDone()) {
                turnAway(this);
                return;
            }
            try {
                end(work.run(attempt));
            } catch (Attempt.Elsewhere elsewhere) {
                attempt.takeBackThread();
            } catch (SQLException e) {
                failSorted(e);
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        }

        private void end(T value) {
            finish();
            result.complete(value);
        }

        private void failSorted(SQLException failure) {
            if (SqlFailures.isAnswer(failure)) {
                attempt.heard();
            }
            fail(SqlFailures.sort(failure, attempt));
        }

        private void expire() {
            attempt.expire(dialect, aborter);
            fail(attempt.timeUp());
        }

        private void fail(Throwable failure) {
            finish();
            result.completeExceptionally(failure);
        }

        private void finish() {
            unfinished.remove(this);
            Timers.Timer set = timer;
            if (set != null) {
                set.cancel();
            }
        }
    }
}
