package io.resilientstorage.jdbc;

import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.BackendException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Threads that write without a pause, whatever comes back. */
final class Load implements AutoCloseable {

    private final AtomicLong successes = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private final Set<BackendException.Kind> kinds = ConcurrentHashMap.newKeySet();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean ended;

    Load(OpenedBackend storage, int callers) {
        for (int i = 0; i < callers; i++) {
            int caller = i;
            Thread thread = new Thread(() -> run(storage, caller), "load-" + i);
            thread.start();
            threads.add(thread);
        }
    }

    private void run(OpenedBackend storage, int caller) {
        while (!ended) {
            try {
                storage.write("load " + caller, "value", Duration.ofSeconds(1));
                successes.incrementAndGet();
            } catch (BackendException e) {
                kinds.add(e.kind());
                failures.incrementAndGet();
            }
        }
    }

    long failures() {
        return failures.get();
    }

    Set<BackendException.Kind> kinds() {
        return kinds;
    }

    /** Waits for a success that is yet to come. */
    void awaitSuccess(Duration atMost) {
        long before = successes.get();
        await().atMost(atMost).until(() -> successes.get() > before);
    }

    @Override
    public void close() {
        ended = true;
        for (Thread thread : threads) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
