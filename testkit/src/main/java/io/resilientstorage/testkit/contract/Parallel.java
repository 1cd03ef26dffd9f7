package io.resilientstorage.testkit.contract;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Runs one task on several threads at once. */
final class Parallel {

    /** How many threads the suite uses. */
    static final int THREADS = 16;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private Parallel() {}

    /** A task that knows the number of its thread, from 0. */
    interface Task<T> {
        T run(int thread) throws Exception;
    }

    /** Runs the task on {@link #THREADS} threads, which begin together. */
    static <T> List<T> run(Task<T> task) throws Exception {
        CyclicBarrier begin = new CyclicBarrier(THREADS);
        List<Callable<T>> tasks = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            tasks.add(() -> {
                begin.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
                return task.run(thread);
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<T> results = new ArrayList<>();
            for (Future<T> future : threads.invokeAll(tasks, PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                results.add(future.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
