package io.resilientstorage.event;

import io.resilientstorage.api.StorageEvent;

/** Where the engine puts events. Never blocks and never throws. */
@FunctionalInterface
public interface EventSink {

    /** Takes an event. Events are handed on in the order in which they are put here. */
    void publish(StorageEvent event);
}
