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
 */
final class Lane {

    /** What a call does, on a thread that may block. */
    @FunctionalInterface
    interface Work<T> {
        T run(Attempt attempt) throws SQLException;
    }

    private final Time time;
    private final Workers workers;
    private final Executor aborter;
    private final Progress progress;
    private final Dialect dialect;
    private final Set<Ticket<?>> unfinished = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    Lane(Time time, Workers workers, Executor aborter, Progress progress, Dialect dialect) {
        this.time = time;
        this.workers = workers;
        this.aborter = aborter;
        this.progress = progress;
        this.dialect = dialect;
    }

    /** Does it as soon as a thread is free. */
    <T> CompletionStage<T> submit(Duration timeout, Work<T> work) {
        Ticket<T> ticket = new Ticket<>(new Attempt(time.clock(), progress, timeout), work);
        unfinished.add(ticket);
        ticket.timer = time.timeouts().schedule(timeout, ticket::expire);
        try {
            workers.execute(ticket);
        } catch (RejectedExecutionException full) {
            ticket.fail(closed ? BackendException.unreachable("the backend is closed") : ticket.attempt.turnedAway());
        }
        return ticket.result;
    }

    /** Takes no more calls, and fails those that are not done in time. */
    void close(Duration patience) {
        closed = true;
        workers.close(patience);
        for (Ticket<?> ticket : unfinished) {
            ticket.fail(BackendException.noAnswer("the backend was closed"));
        }
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
                T value = work.run(attempt);
                finish();
                result.complete(value);
            } catch (SQLException e) {
                if (SqlFailures.isAnswer(e)) {
                    attempt.heard();
                }
                fail(SqlFailures.sort(e, attempt));
            } catch (RuntimeException e) {
                fail(e);
            } catch (Error e) {
                fail(e);
                throw e;
            }
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
