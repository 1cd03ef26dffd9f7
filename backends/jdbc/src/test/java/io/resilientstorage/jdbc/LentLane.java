package io.resilientstorage.jdbc;

import io.resilientstorage.time.Clock;
import io.resilientstorage.time.Randomness;
import io.resilientstorage.time.Time;
import io.resilientstorage.time.Timers;
import io.resilientstorage.time.Workers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A lane with few seats, whose time-outs may never come. */
final class LentLane implements AutoCloseable {

    static final int SEATS = 2;
    static final int QUEUE = 3;

    final Lane lane;
    final AtomicInteger inside = new AtomicInteger();

    private final Workers workers;
    private final Workers aborting;

    /** @param timeouts whether they come */
    LentLane(Parts parts, boolean timeouts) {
        Time time = timeouts ? parts.time : new NoTimeouts(parts.time);
        workers = time.workers("lent", SEATS, QUEUE);
        aborting = time.workers("lent-abort", 1, 100);
        lane = new Lane(time, workers, new Seats(SEATS, QUEUE), aborting, new Progress(time.clock()), parts.dialect);
    }

    @Override
    public void close() {
        lane.close(Duration.ofSeconds(5));
        aborting.close(Duration.ofSeconds(1));
    }

    /** Whose time-outs never come. */
    private record NoTimeouts(Time real) implements Time {

        @Override
        public Clock clock() {
            return real.clock();
        }

        @Override
        public Timers timers() {
            return real.timers();
        }

        @Override
        public Timers timeouts() {
            return (delay, task) -> () -> {};
        }

        @Override
        public Randomness randomness() {
            return real.randomness();
        }

        @Override
        public Workers workers(String name, int threads, int queue) {
            return real.workers(name, threads, queue);
        }

        @Override
        public void close() {
            real.close();
        }
    }
}
