package io.resilientstorage.event;

import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.time.Time;
import io.resilientstorage.time.Workers;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One listener with its queue and its thread. At the bound of the queue it loses events, and is told how many. */
final class Mailbox {

    static final int CAPACITY = 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Mailbox.class);

    private final Consumer<? super StorageEvent> listener;
    private final Time time;
    private final Workers worker;
    private final AtomicLong dropped = new AtomicLong();

    Mailbox(Consumer<? super StorageEvent> listener, Time time) {
        this.listener = listener;
        this.time = time;
        this.worker = time.workers("resilient-storage-events", 1, CAPACITY);
    }

    void offer(StorageEvent event) {
        // What was lost stands before this event, and after all those that wait.
        long lost = dropped.getAndSet(0);
        try {
            worker.execute(() -> deliver(event, lost));
        } catch (RejectedExecutionException full) {
            if (lost == 0) {
                LOG.warn("A listener is {} events behind and loses those that come now", CAPACITY);
            }
            dropped.addAndGet(lost + 1);
        }
    }

    private void deliver(StorageEvent event, long lost) {
        if (lost > 0) {
            LOG.warn("A listener was too slow and lost {} events", lost);
            tell(new StorageEvent.EventsDropped(
                    Instant.ofEpochMilli(time.clock().wallMillis()), lost));
        }
        tell(event);
    }

    private void tell(StorageEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException | Error e) {
            LOG.error("A listener failed on {}", event, e);
        }
    }

    void close(Duration patience) {
        if (!worker.close(patience)) {
            LOG.debug("A listener did not end in time and was interrupted");
        }
    }
}
