package io.resilientstorage.time;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine's own clocks and threads. */
final class SystemTime implements Time {

    private static final Logger LOG = LoggerFactory.getLogger(SystemTime.class);

    private static final Clock CLOCK = new Clock() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long wallMillis() {
            return System.currentTimeMillis();
        }
    };

    private final ScheduledThreadPoolExecutor timer;
    private final TimeoutWheel timeouts;

    SystemTime() {
        timer = new ScheduledThreadPoolExecutor(1, threads("resilient-storage-timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        timeouts = new TimeoutWheel(CLOCK, this::schedule);
    }

    @Override
    public Clock clock() {
        return CLOCK;
    }

    @Override
    public Timers timers() {
        return this::schedule;
    }

    @Override
    public Timers timeouts() {
        return timeouts;
    }

    private Timers.Timer schedule(Duration delay, Runnable task) {
        try {
            ScheduledFuture<?> future =
                    timer.schedule(() -> guarded(task), Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
            return () -> future.cancel(false);
        } catch (RejectedExecutionException closed) {
            LOG.debug("A task was scheduled after the timers were closed; it will not run");
            return () -> {};
        }
    }

    @Override
    public Randomness randomness() {
        return () -> ThreadLocalRandom.current().nextLong();
    }

    @Override
    public Workers workers(String name, int threads, int queue) {
        return new ThreadPoolWorkers(threads, queue, threads(name));
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }

    static void guarded(Runnable task) {
        try {
            task.run();
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            LOG.error("A task failed", e);
        }
    }

    private static ThreadFactory threads(String name) {
        return new NamedThreads(name);
    }
}
