package io.resilientstorage.time;

import java.time.Duration;

/** Runs tasks later, on a thread that is not the caller's. Tasks must be short and must not block. */
public interface Timers {

    /**
     * Runs a task once after a delay. A task that throws is logged and ends no other.
     *
     * @param delay how long to wait; zero or less means as soon as possible
     * @param task what to run
     * @return a handle by which it can be cancelled
     */
    Timer schedule(Duration delay, Runnable task);

    /** A task that was scheduled. */
    interface Timer {
        /** Cancels the task if it has not begun. */
        void cancel();
    }
}
