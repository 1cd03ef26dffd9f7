package io.resilientstorage.time;

import java.time.Duration;
import java.util.concurrent.Executor;

/**
 * Threads that may block, with a bounded queue before them. {@link #execute} throws
 * {@link java.util.concurrent.RejectedExecutionException} when the queue is full or the workers are closed. A task that
 * throws is logged and ends no thread.
 */
public interface Workers extends Executor {

    /**
     * Takes no more tasks, lets those that were taken end, and interrupts what is left at the end of the time.
     *
     * @param patience how long to wait at most
     * @return whether all tasks ended in time
     */
    boolean close(Duration patience);
}
