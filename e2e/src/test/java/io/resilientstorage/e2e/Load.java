package io.resilientstorage.e2e;

import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.Storage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Threads that read and write until they are stopped, as a web application would, and remember every call that failed
 * and the longest one. Bounded in time: it stops by itself after a minute.
 */
final class Load implements AutoCloseable {

    static final int KEYS = 500;
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final Storage storage;
    private final int valueLength;
    private final List<Thread> threads = new ArrayList<>();
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final AtomicLong calls = new AtomicLong();
    private final AtomicLong longestNanos = new AtomicLong();
    private final long begun = System.nanoTime();

    private Load(Storage storage, int valueLength) {
        this.storage = storage;
        this.valueLength = valueLength;
    }

    /** Begins to call from so many threads, with small values. */
    static Load start(Storage storage, int count) {
        return start(storage, count, 0);
    }

    /** Begins to call from so many threads, with values of at least that length. */
    static Load start(Storage storage, int count, int valueLength) {
        Load load = new Load(storage, valueLength);
        for (int i = 0; i < count; i++) {
            int number = i;
            Thread thread = new Thread(() -> load.run(number), "load-" + i);
            load.threads.add(thread);
            thread.start();
        }
        return load;
    }

    private void run(int number) {
        for (int round = 0; !stopped.get() && System.nanoTime() - begun < LONGEST.toNanos(); round++) {
            String key = "load:" + (number * 31 + round) % KEYS;
            timed(() -> {
                Receipt receipt = storage.set(key, value(key), Duration.ofMinutes(5));
                if (receipt.backend().isEmpty()) {
                    throw new IllegalStateException("a receipt without a backend");
                }
            });
            timed(() -> storage.read(key));
            if (round % 10 == 0) {
                timed(() -> storage.delete(key));
            }
        }
    }

    /** Of random letters, so that no server makes it smaller. */
    private String value(String key) {
        StringBuilder value = new StringBuilder("value ").append(key);
        while (value.length() < valueLength) {
            value.append(Long.toString(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE), Character.MAX_RADIX));
        }
        return value.toString();
    }

    private void timed(Runnable call) {
        long start = System.nanoTime();
        try {
            call.run();
        } catch (RuntimeException e) {
            failures.add(e);
        }
        longestNanos.accumulateAndGet(System.nanoTime() - start, Math::max);
        calls.incrementAndGet();
    }

    /** How many calls have ended. */
    long calls() {
        return calls.get();
    }

    /** The calls that failed. */
    List<Throwable> failures() {
        return List.copyOf(failures);
    }

    /** How long the longest call took. */
    Duration longest() {
        return Duration.ofNanos(longestNanos.get());
    }

    @Override
    public void close() {
        stopped.set(true);
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
