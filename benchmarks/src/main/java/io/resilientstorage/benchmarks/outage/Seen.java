package io.resilientstorage.benchmarks.outage;

import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.StorageEvent;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** The events of a storage, and when each came, on this process's monotonic clock. Safe for use by several threads. */
final class Seen implements Consumer<StorageEvent> {

    private record At(long nanos, StorageEvent event) {}

    private final List<At> events = new CopyOnWriteArrayList<>();

    @Override
    public void accept(StorageEvent event) {
        events.add(new At(System.nanoTime(), event));
    }

    /** When a backend's circuit opened first, after a time. */
    OptionalLong opened(String backend, long after) {
        return first(
                after,
                event -> event instanceof StorageEvent.CircuitChanged changed
                        && changed.backend().equals(backend)
                        && changed.to() == Circuit.OPEN);
    }

    /** When a backend was found UNHEALTHY first, after a time. */
    OptionalLong unhealthy(String backend, long after) {
        return first(
                after,
                event -> event instanceof StorageEvent.HealthChanged changed
                        && changed.backend().equals(backend)
                        && changed.to() == Health.UNHEALTHY);
    }

    private OptionalLong first(long after, Predicate<StorageEvent> which) {
        return events.stream()
                .filter(at -> at.nanos() - after > 0 && which.test(at.event()))
                .mapToLong(At::nanos)
                .findFirst();
    }
}
