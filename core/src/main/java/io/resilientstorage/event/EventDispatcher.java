package io.resilientstorage.event;

import io.resilientstorage.api.Storage;
import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Hands events to listeners, each on a thread of its own, through a bounded queue of its own: a listener that throws,
 * blocks or is slow harms neither the engine nor another listener.
 */
public final class EventDispatcher implements EventSink {

    private final Time time;
    private final List<Mailbox> mailboxes = new CopyOnWriteArrayList<>();

    /** A dispatcher with no listeners. */
    public EventDispatcher(Time time) {
        this.time = time;
    }

    /** Adds a listener. It gets the events from now on. */
    public Storage.Subscription subscribe(Consumer<? super StorageEvent> listener) {
        Mailbox mailbox = new Mailbox(listener, time);
        mailboxes.add(mailbox);
        return () -> {
            mailboxes.remove(mailbox);
            mailbox.close(Duration.ZERO);
        };
    }

    @Override
    public void publish(StorageEvent event) {
        mailboxes.forEach(mailbox -> mailbox.offer(event));
    }

    /** Delivers what is queued, as far as that is done in time, and ends the threads. */
    public void close(Duration patience) {
        long deadline = time.clock().nanos() + patience.toNanos();
        for (Mailbox mailbox : mailboxes) {
            mailbox.close(Duration.ofNanos(Math.max(0, deadline - time.clock().nanos())));
        }
        mailboxes.clear();
    }
}
