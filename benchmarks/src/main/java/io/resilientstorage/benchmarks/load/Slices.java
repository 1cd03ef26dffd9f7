package io.resilientstorage.benchmarks.load;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Lets subjects take turns in one process: each round gives every subject one slice of time, in one order and in the
 * next round in the other, so that neither a slow drift nor the place in the order favours any. The load is
 * closed-loop: each thread calls again when its call has ended.
 *
 * <p>Not for use by several threads.
 */
public final class Slices implements AutoCloseable {

    private final int threads;
    private final int keys;
    private final Duration slice;
    private final ExecutorService workers;

    /**
     * Turns of so many threads.
     *
     * @param threads how many threads call at once
     * @param keys how many keys there are; the threads begin at different ones
     * @param slice how long a turn is
     */
    public Slices(int threads, int keys, Duration slice) {
        this.threads = threads;
        this.keys = keys;
        this.slice = slice;
        this.workers = Executors.newFixedThreadPool(threads);
    }

    /**
     * The throughputs in calls a second: for each subject those of its slices, in the order of the rounds.
     *
     * @throws IllegalStateException if a call failed
     */
    public List<List<Double>> take(List<Subject> subjects, int rounds) throws InterruptedException {
        List<List<Double>> all = new ArrayList<>();
        subjects.forEach(subject -> all.add(new ArrayList<>()));
        for (int round = 0; round < rounds; round++) {
            for (int turn : order(subjects.size(), round)) {
                all.get(turn).add(slice(subjects.get(turn)));
            }
        }
        return all;
    }

    /** Whose turn it is: A B C, C B A, A B C. */
    static List<Integer> order(int subjects, int round) {
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < subjects; i++) {
            order.add(round % 2 == 0 ? i : subjects - 1 - i);
        }
        return order;
    }

    private double slice(Subject subject) throws InterruptedException {
        CyclicBarrier together = new CyclicBarrier(threads);
        List<Callable<Double>> tasks = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            int first = (int) ((long) keys * i / threads);
            tasks.add(() -> {
                together.await();
                return callsASecond(subject, first);
            });
        }
        double sum = 0;
        for (Future<Double> one : workers.invokeAll(tasks)) {
            try {
                sum += one.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("a call failed, so nothing can be compared", e.getCause());
            }
        }
        return sum;
    }

    private double callsASecond(Subject subject, int first) throws Exception {
        long begun = System.nanoTime();
        long end = begun + slice.toNanos();
        long calls = 0;
        int key = first;
        long now = begun;
        while (now < end) {
            subject.call(key);
            key = key + 1 == keys ? 0 : key + 1;
            calls++;
            now = System.nanoTime();
        }
        return calls * 1e9 / (now - begun);
    }

    @Override
    public void close() {
        workers.shutdownNow();
    }
}
