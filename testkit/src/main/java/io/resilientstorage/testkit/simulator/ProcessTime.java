package io.resilientstorage.testkit.simulator;

import io.resilientstorage.time.Clock;
import io.resilientstorage.time.Randomness;
import io.resilientstorage.time.Time;
import io.resilientstorage.time.Timers;
import io.resilientstorage.time.Workers;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;

/**
 * The time of one start of a simulated process: on the shared schedule, with a wall clock of its own. While the process
 * is paused its tasks wait, and run late, in no certain order, as the threads of a stopped JVM do; once it has crashed
 * they never run.
 */
final class ProcessTime implements Time {

    /** After a pause, tasks come within so much. */
    private static final int SCRAMBLE_NANOS = 3_000_000;

    private final Schedule schedule;
    private final SplittableRandom random;
    private long wallOffsetMillis;
    private long pausedUntil;
    private boolean ended;

    private final Clock clock = new Clock() {
        @Override
        public long nanos() {
            return schedule.nanos();
        }

        @Override
        public long wallMillis() {
            return schedule.millis() + wallOffsetMillis;
        }
    };

    ProcessTime(Schedule schedule, SplittableRandom random, long wallOffsetMillis) {
        this.schedule = schedule;
        this.random = random;
        this.wallOffsetMillis = wallOffsetMillis;
    }

    void stepWallClock(Duration by) {
        wallOffsetMillis += by.toMillis();
    }

    /** How far its wall clock is ahead of the true time. */
    long wallOffsetMillis() {
        return wallOffsetMillis;
    }

    /** Nothing of this process runs for so long. */
    void pause(Duration by) {
        pausedUntil = Math.max(pausedUntil, schedule.nanos() + by.toNanos());
    }

    boolean isPaused() {
        return schedule.nanos() < pausedUntil;
    }

    /** Nothing of this process runs any more. */
    void end() {
        ended = true;
    }

    boolean hasEnded() {
        return ended;
    }

    /** Runs a task of this process, in a world time. */
    Task at(long due, Runnable task) {
        Task planned = new Task(task);
        schedule.at(due, planned);
        return planned;
    }

    /** A task of this process. */
    final class Task implements Runnable, Timers.Timer {
        private final Runnable task;
        private boolean cancelled;

        private Task(Runnable task) {
            this.task = task;
        }

        @Override
        public void run() {
            if (cancelled || ended) {
                return;
            }
            if (isPaused()) {
                schedule.at(pausedUntil + random.nextInt(SCRAMBLE_NANOS), this);
                return;
            }
            task.run();
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public Timers timers() {
        return (delay, task) -> at(schedule.nanos() + Math.max(0, delay.toNanos()), task);
    }

    @Override
    public Randomness randomness() {
        return random::nextLong;
    }

    @Override
    public Workers workers(String name, int threads, int queue) {
        return new Line(threads + queue);
    }

    /** While the process waits the rest of the world goes on; one that is killed waits no longer. */
    @Override
    public boolean await(CompletableFuture<?> future, Duration patience) {
        if (patience.isNegative() || patience.isZero()) {
            return future.isDone();
        }
        schedule.advanceUntil(() -> ended || future.isDone(), patience);
        while (isPaused() && !ended) {
            schedule.advanceUntil(() -> ended, Duration.ofNanos(pausedUntil - schedule.nanos()));
        }
        return future.isDone();
    }

    @Override
    public void close() {
        end();
    }

    /** Workers: what is handed to them runs a moment later, in order. */
    private final class Line implements Workers {
        private final Queue<Runnable> tasks = new ArrayDeque<>();
        private final int bound;
        private boolean closed;

        Line(int bound) {
            this.bound = bound;
        }

        @Override
        public void execute(Runnable task) {
            if (closed || tasks.size() >= bound) {
                throw new RejectedExecutionException(closed ? "closed" : "full: " + bound);
            }
            tasks.add(task);
            at(schedule.nanos(), this::next);
        }

        private void next() {
            Runnable task = tasks.poll();
            if (task != null) {
                task.run();
            }
        }

        @Override
        public boolean close(Duration patience) {
            closed = true;
            if (ended) {
                tasks.clear();
            }
            while (!tasks.isEmpty()) {
                schedule.guarded(this::next);
            }
            return true;
        }
    }
}
