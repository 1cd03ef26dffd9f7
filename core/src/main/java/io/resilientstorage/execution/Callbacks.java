package io.resilientstorage.execution;

import io.resilientstorage.time.Workers;
import java.time.Duration;

/**
 * Where the results of asynchronous calls are made, and the callbacks of users run.
 *
 * <p>It has a gate of its own: a future ends later than its call, when one of the threads is free. So the callbacks
 * that wait are bounded, one that blocks a thread holds up no caller that waits, and what is left at the end is ended.
 *
 * @param workers the threads
 * @param gate bounds and counts the futures that were handed out
 */
public record Callbacks(Workers workers, CallGate gate) {

    /**
     * Lets those under way end, and ends the futures of the rest. A call that has just ended may not have reached the
     * threads yet, so they take tasks until every future has ended or half of the time is over.
     */
    public void close(Duration patience) {
        Duration half = patience.dividedBy(2);
        gate.close(half);
        workers.close(half);
    }
}
