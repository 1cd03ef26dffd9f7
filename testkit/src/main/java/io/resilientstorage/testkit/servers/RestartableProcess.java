package io.resilientstorage.testkit.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The process of a server that is ended and started again, and is not started any more once that is over. Without that
 * a test that restarts its server while this JVM shuts down would leave one that nobody ends: the hook that ends it has
 * run. Safe for use by several threads.
 */
final class RestartableProcess {

    private final String name;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable ChildProcess running;
    private boolean over;

    /** One that does not run yet. */
    RestartableProcess(String name) {
        this.name = name;
    }

    /**
     * Starts it and waits for nothing.
     *
     * @param log where its output is appended
     * @throws IllegalStateException if it is over
     */
    ChildProcess start(List<String> command, Path log) throws IOException {
        lock.lock();
        try {
            if (over) {
                throw new IllegalStateException(name + " was closed, or this JVM is ending");
            }
            ChildProcess started = ChildProcess.start(name, command, log);
            running = started;
            return started;
        } finally {
            lock.unlock();
        }
    }

    /** What was started last; null before, and after {@link #ended}. */
    @Nullable
    ChildProcess runningOrNull() {
        return running;
    }

    /** What was started last. */
    ChildProcess running() {
        ChildProcess started = running;
        if (started == null) {
            throw new IllegalStateException(name + " does not run");
        }
        return started;
    }

    /** What was started last has ended. */
    void ended() {
        running = null;
    }

    /** From now on it is not started; what runs goes on. */
    void over() {
        lock.lock();
        try {
            over = true;
        } finally {
            lock.unlock();
        }
    }
}
