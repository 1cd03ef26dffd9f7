package io.resilientstorage.time;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A clock, timers and workers that a test drives by hand. For one thread. */
public final class DrivenTime implements Time {

    private record Task(long due, Runnable run) {}

    private final ManualClockTime clock = new ManualClockTime();
    private final List<Task> timers = new ArrayList<>();

    /** Moves the clock and runs what comes due, each at its time. */
    public void advance(Duration by) {
        long end = clock.clock().nanos() + by.toNanos();
        for (Task next = next(end); next != null; next = next(end)) {
            clock.advance(
                    Duration.ofNanos(Math.max(0, next.due() - clock.clock().nanos())));
            next.run().run();
        }
        clock.advance(Duration.ofNanos(end - clock.clock().nanos()));
    }

    /** Moves the clock while nothing runs, as if the process had been stopped. */
    public void pause(Duration by) {
        clock.advance(by);
    }

    private @org.jspecify.annotations.Nullable Task next(long end) {
        Task first = null;
        for (Task task : timers) {
            if (task.due() - end <= 0 && (first == null || task.due() - first.due() < 0)) {
                first = task;
            }
        }
        timers.remove(first);
        return first;
    }

    /** How many timers wait. */
    public int pending() {
        return timers.size();
    }

    @Override
    public Clock clock() {
        return clock.clock();
    }

    @Override
    public Timers timers() {
        return (delay, task) -> {
            Task timer = new Task(clock.clock().nanos() + Math.max(0, delay.toNanos()), task);
            timers.add(timer);
            return () -> timers.remove(timer);
        };
    }

    @Override
    public Randomness randomness() {
        return clock.randomness();
    }

    @Override
    public Workers workers(String name, int threads, int queue) {
        return new Workers() {
            @Override
            public boolean close(Duration patience) {
                return true;
            }

            @Override
            public void execute(Runnable task) {
                task.run();
            }
        };
    }

    @Override
    public void close() {}
}
