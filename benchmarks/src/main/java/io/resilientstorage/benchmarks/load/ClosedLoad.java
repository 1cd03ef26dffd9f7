package io.resilientstorage.benchmarks.load;

import io.resilientstorage.api.Storage;
import io.resilientstorage.benchmarks.load.CallLog.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Threads that call until they are stopped. Closed-loop: a thread makes its next call when the last one has ended, or,
 * where the load has a pace, when the next one is due; a call that takes longer than that delays the next, and those
 * that are due by then follow at once.
 */
public final class ClosedLoad implements AutoCloseable {

    private static final Duration LIFE = Duration.ofMinutes(5);
    private static final int MOST_CALLS = 250_000;
    private static final String REDIS = "redis";

    private final Caller caller;
    private final Duration pace;
    private final List<CallLog> logs = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    /** Makes the calls of a load. */
    public interface Caller {
        /**
         * Makes one call.
         *
         * @param thread which of the threads, from 0
         * @param round which of its calls, from 0
         * @return the name of the backend that served it
         * @throws RuntimeException if it failed
         */
        String call(int thread, int round);
    }

    private ClosedLoad(Caller caller, Duration pace) {
        this.caller = caller;
        this.pace = pace;
    }

    /** Sets and reads in turn some keys, each thread beginning at another one. */
    public static Caller setAndRead(Storage storage, String prefix, int keys) {
        return (thread, round) -> {
            String key = prefix + (thread * 31 + round / 2) % keys;
            return round % 2 == 0
                    ? storage.set(key, "value of " + key, LIFE).backend()
                    : storage.read(key).backend();
        };
    }

    /** Begins to call from so many threads, as fast as the calls end. */
    public static ClosedLoad start(Caller caller, int count) {
        return start(caller, count, Duration.ZERO);
    }

    /** Begins to call from so many threads, each once in so long a time. */
    public static ClosedLoad start(Caller caller, int count, Duration pace) {
        ClosedLoad load = new ClosedLoad(caller, pace);
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
            long begin = System.nanoTime();
            try {
                boolean redis = caller.call(number, round).equals(REDIS);
                log.add(begin, System.nanoTime(), redis ? Outcome.REDIS : Outcome.ELSEWHERE);
            } catch (RuntimeException e) {
                log.addFailed(begin, System.nanoTime(), e);
            }
            due += pace.toNanos();
            waitUntil(due);
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
    public Calls stop() throws InterruptedException {
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
