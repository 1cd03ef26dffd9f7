package io.resilientstorage.time;

import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Workers on a thread pool of the JDK. */
final class ThreadPoolWorkers implements Workers {

    private static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor pool;

    ThreadPoolWorkers(int threads, int queue, ThreadFactory factory) {
        pool = new ThreadPoolExecutor(
                threads, threads, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(queue), factory);
        pool.allowCoreThreadTimeOut(true);
    }

    @Override
    public void execute(Runnable task) {
        pool.execute(() -> SystemTime.guarded(task));
    }

    @Override
    public boolean close(Duration patience) {
        pool.shutdown();
        boolean ended = false;
        try {
            ended = pool.awaitTermination(patience.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!ended) {
            pool.shutdownNow();
        }
        return ended;
    }
}
