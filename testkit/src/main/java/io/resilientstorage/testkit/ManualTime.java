package io.resilientstorage.testkit;

import io.resilientstorage.time.Clock;
import io.resilientstorage.time.Randomness;
import io.resilientstorage.time.Time;
import io.resilientstorage.time.Timers;
import io.resilientstorage.time.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Time that stands still until a test moves it. Nothing happens by itself: timers run inside {@link #advance}, on the
 * thread that calls it, in the order in which they are due; so a test of a minute takes no time, and each run of it is
 * the same.
 *
 * <pre>{@code
 * ManualTime time = new ManualTime(seed);
 * time.timers().schedule(Duration.ofSeconds(5), task);
 * time.advance(Duration.ofSeconds(4));     // not yet
 * time.advance(Duration.ofSeconds(1));     // now
 * time.stepWallClock(Duration.ofDays(-1)); // the wall clock alone; durations do not notice
 * }</pre>
 *
 * <p>Readings, timers and workers may be used by several threads. It should be moved by one.
 */
public final class ManualTime implements Time {

    /** Where the tasks of workers run. */
    public enum Work {
        /** On the thread that hands them over, at once. */
        INLINE,
        /** When time is moved, one by one, in the order in which they were handed over. */
        QUEUED
    }

    /** The wall clock at the beginning: 2024-01-01T00:00:00Z. */
    public static final long START_MILLIS = 1_704_067_200_000L;

    private static final Logger LOG = LoggerFactory.getLogger(ManualTime.class);

    private final Object lock = new Object();
    private final ManualTimers timers = new ManualTimers(lock);
    private final ManualWorkers.Line line = new ManualWorkers.Line(this::guarded);
    private final List<Throwable> failures = new ArrayList<>();
    private final SplittableRandom random;
    private final Work work;
    private long nanos;
    private long wallStepMillis;

    private final Clock clock = new Clock() {
        @Override
        public long nanos() {
            synchronized (lock) {
                return nanos;
            }
        }

        @Override
        public long wallMillis() {
            synchronized (lock) {
                return START_MILLIS + wallStepMillis + nanos / 1_000_000;
            }
        }
    };

    /**
     * Time whose workers run their tasks inline.
     *
     * @param seed decides all chance
     */
    public ManualTime(long seed) {
        this(seed, Work.INLINE);
    }

    /**
     * Time at {@link #START_MILLIS}.
     *
     * @param seed decides all chance
     * @param work where the tasks of workers run
     */
    public ManualTime(long seed, Work work) {
        this.random = new SplittableRandom(seed);
        this.work = work;
    }

    /** Moves both clocks on, and runs what is due on the way, each timer at its own time. */
    public void advance(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("time does not go back: " + by + "; see stepWallClock");
        }
        long end = clock.nanos() + by.toNanos();
        line.runAll();
        for (Runnable task = nextDue(end); task != null; task = nextDue(end)) {
            guarded(task);
            line.runAll();
        }
        synchronized (lock) {
            nanos = end;
        }
    }

    /** Runs what is due now: tasks of workers, and timers with no delay left. */
    public void runDue() {
        advance(Duration.ZERO);
    }

    /**
     * Moves both clocks on while nothing runs, as if the process had been stopped (SIGSTOP, a long collection of
     * garbage); then runs what became due, late.
     */
    public void pause(Duration by) {
        synchronized (lock) {
            nanos += by.toNanos();
        }
        runDue();
    }

    /** Steps the wall clock alone; a negative step goes back. Steps add up. */
    public void stepWallClock(Duration by) {
        synchronized (lock) {
            wallStepMillis += by.toMillis();
        }
    }

    /** How many timers have not run and were not cancelled. */
    public int pendingTimers() {
        return timers.size();
    }

    /** What tasks threw. It is logged too, and ends nothing. */
    public List<Throwable> failures() {
        synchronized (lock) {
            return List.copyOf(failures);
        }
    }

    private @Nullable Runnable nextDue(long end) {
        synchronized (lock) {
            ManualTimers.Entry next = timers.poll(end);
            if (next == null) {
                return null;
            }
            nanos = Math.max(nanos, next.due());
            return next.task();
        }
    }

    private void guarded(Runnable task) {
        try {
            task.run();
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            LOG.error("A task failed", e);
            synchronized (lock) {
                failures.add(e);
            }
        }
    }

    @Override
    public Clock clock() {
        return clock;
    }

    @Override
    public Timers timers() {
        return (delay, task) -> {
            synchronized (lock) {
                return timers.add(nanos + Math.max(0, delay.toNanos()), task);
            }
        };
    }

    @Override
    public Randomness randomness() {
        return () -> {
            synchronized (lock) {
                return random.nextLong();
            }
        };
    }

    @Override
    public Workers workers(String name, int threads, int queue) {
        return new ManualWorkers(line, work == Work.INLINE, threads + queue);
    }

    /** Forgets all timers, and takes no more. */
    @Override
    public void close() {
        timers.close();
    }
}
