package io.resilientstorage.time;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A pool of threads in which the one that became idle last gets the next task. A pool of the JDK wakes the one that has
 * been idle for longest: a caller who asks one thing after the other goes round all threads, and with them round all
 * connections and all processes at the other end of these, each of which has gone cold since.
 *
 * <p>A thread is idle only while no task waits. It ends when it has been idle for a while.
 */
final class ThreadPoolWorkers implements Workers {

    private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(30);

    /** The last task of a thread. */
    private static final Runnable LEAVE = () -> {};

    private final int mostThreads;
    private final int mostQueued;
    private final ThreadFactory factory;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition oneHasLeft = lock.newCondition();
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private final ArrayDeque<Worker> idle = new ArrayDeque<>();
    private final Set<Worker> all = new HashSet<>();
    private boolean closed;

    ThreadPoolWorkers(int threads, int queue, ThreadFactory factory) {
        this.mostThreads = threads;
        this.mostQueued = queue;
        this.factory = factory;
    }

    @Override
    public void execute(Runnable task) {
        Worker woken;
        lock.lock();
        try {
            if (closed) {
                throw new RejectedExecutionException("closed");
            }
            woken = idle.pollLast();
            if (woken != null) {
                woken.given = task;
            } else if (all.size() < mostThreads) {
                begin(task);
            } else if (queue.size() < mostQueued) {
                queue.addLast(task);
            } else {
                throw new RejectedExecutionException("all threads are busy, and the queue is full");
            }
        } finally {
            lock.unlock();
        }
        if (woken != null) {
            LockSupport.unpark(woken.thread);
        }
    }

    /** The caller has the lock. */
    private void begin(Runnable first) {
        Worker worker = new Worker(first);
        worker.thread.start();
        all.add(worker);
    }

    @Override
    public boolean close(Duration patience) {
        lock.lock();
        try {
            closed = true;
            for (Worker worker : idle) {
                worker.given = LEAVE;
                LockSupport.unpark(worker.thread);
            }
            idle.clear();
            awaitEnd(patience);
            boolean ended = all.isEmpty();
            queue.clear();
            all.forEach(worker -> worker.thread.interrupt());
            return ended;
        } finally {
            lock.unlock();
        }
    }

    /** The caller has the lock. */
    private void awaitEnd(Duration patience) {
        long left = patience.toNanos();
        try {
            while (left > 0 && !all.isEmpty()) {
                left = oneHasLeft.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A thread of the pool. */
    private final class Worker implements Runnable {

        private final Thread thread;
        private volatile @Nullable Runnable given;

        Worker(Runnable first) {
            this.given = first;
            this.thread = factory.newThread(this);
        }

        @Override
        public void run() {
            try {
                Runnable task = awaitGiven();
                while (task != LEAVE) {
                    SystemTime.guarded(task);
                    task = next();
                }
            } finally {
                leave();
            }
        }

        private Runnable next() {
            lock.lock();
            try {
                // An interrupt was meant for the task that has ended.
                boolean unused = Thread.interrupted();
                Runnable queued = queue.pollFirst();
                if (queued != null) {
                    return queued;
                }
                if (closed) {
                    return LEAVE;
                }
                given = null;
                idle.addLast(this);
            } finally {
                lock.unlock();
            }
            return awaitGiven();
        }

        private Runnable awaitGiven() {
            long end = System.nanoTime() + IDLE_NANOS;
            Runnable task = given;
            while (task == null) {
                long left = end - System.nanoTime();
                if (left > 0) {
                    LockSupport.parkNanos(this, left);
                } else if (isNeededNoMore()) {
                    return LEAVE;
                }
                task = given;
            }
            return task;
        }

        /** From then on nobody gives it anything. */
        private boolean isNeededNoMore() {
            lock.lock();
            try {
                return idle.remove(this);
            } finally {
                lock.unlock();
            }
        }

        private void leave() {
            lock.lock();
            try {
                all.remove(this);
                oneHasLeft.signalAll();
                // An error that no task survives has ended this thread; what waits is for another one.
                Runnable waiting = queue.peekFirst();
                if (waiting != null) {
                    begin(waiting);
                    queue.removeFirst();
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
