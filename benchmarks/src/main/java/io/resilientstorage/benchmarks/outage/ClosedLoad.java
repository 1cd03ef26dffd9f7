package io.resilientstorage.benchmarks.outage;

import io.resilientstorage.api.Storage;
import io.resilientstorage.benchmarks.outage.CallLog.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Threads that set and read in turn until they are stopped. Closed-loop: a thread makes its next call when the last one
 * has ended, or, where the load has a pace, when the next one is due; a call that takes longer than that delays the
 * next.
 */
final class ClosedLoad implements AutoCloseable {

    private static final int KEYS = 500;
    private static final Duration LIFE = Duration.ofMinutes(5);
    private static final int MOST_CALLS = 250_000;
    private static final String REDIS = "redis";

    private final Storage storage;
    private final Duration pace;
    private final List<CallLog> logs = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    private ClosedLoad(Storage storage, Duration pace) {
        this.storage = storage;
        this.pace = pace;
    }

    /** Begins to call from so many threads, as fast as the storage answers. */
    static ClosedLoad start(Storage storage, int count) {
        return start(storage, count, Duration.ZERO);
    }

    /** Begins to call from so many threads, each once in so long a time. */
    static ClosedLoad start(Storage storage, int count, Duration pace) {
        ClosedLoad load = new ClosedLoad(storage, pace);
        for (int i = 0; i < count; i++) {
            int number = i;
            CallLog log = new CallLog(MOST_CALLS);
            load.logs.add(log);
            load.threads.add(new Thread(() -> load.run(number, log), "load-" + i));
        }
        load.threads.forEach(Thread::start);
        return load;
    }

    private void run(int number, CallLog log) {
        long due = System.nanoTime();
        for (int round = 0; !stopped && !log.isFull(); round++) {
            String key = "load:" + (number * 31 + round / 2) % KEYS;
            boolean write = round % 2 == 0;
            long begin = System.nanoTime();
            Outcome outcome = call(key, write);
            log.add(begin, System.nanoTime(), outcome);
            due += pace.toNanos();
            waitUntil(due);
        }
    }

    private Outcome call(String key, boolean write) {
        try {
            String backend = write
                    ? storage.set(key, "value of " + key, LIFE).backend()
                    : storage.read(key).backend();
            return backend.equals(REDIS) ? Outcome.REDIS : Outcome.ELSEWHERE;
        } catch (RuntimeException e) {
            return Outcome.FAILED;
        }
    }

    private void waitUntil(long due) {
        long left = due - System.nanoTime();
        try {
            if (left > 0 && !pace.isZero()) {
                TimeUnit.NANOSECONDS.sleep(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            stopped = true;
        }
    }

    /**
     * Ends the load and tells its calls, the last of which have ended then.
     *
     * @throws IllegalStateException if there were more calls than there was room for
     */
    Calls stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            thread.join();
        }
        if (logs.stream().anyMatch(CallLog::isFull)) {
            throw new IllegalStateException("more than " + MOST_CALLS + " calls of one thread; some were not made");
        }
        return new Calls(List.copyOf(logs));
    }

    /** Tells the threads to end, where {@link #stop} was not reached. */
    @Override
    public void close() {
        stopped = true;
    }
}
