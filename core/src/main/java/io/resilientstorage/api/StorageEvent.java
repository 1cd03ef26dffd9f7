package io.resilientstorage.api;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Something happened to the storage. Every event is also written to the log, once. */
public sealed interface StorageEvent {

    /** When it happened, on this process's clock. */
    Instant at();

    /**
     * The active backend changed downwards.
     *
     * @param at when
     * @param from the name of the backend that was active
     * @param to the name of the one that is now, empty if none is left
     * @param cause why the former one does not serve any more
     * @param activeFor how long the former one was active
     */
    record FailedOver(Instant at, String from, Optional<String> to, String cause, Duration activeFor)
            implements StorageEvent {}

    /**
     * The active backend changed upwards.
     *
     * @param at when
     * @param from the name of the backend that was active, empty if none was
     * @param to the name of the one that is now
     * @param activeFor how long the former state lasted
     */
    record FailedBack(Instant at, Optional<String> from, String to, Duration activeFor) implements StorageEvent {}

    /**
     * A circuit changed.
     *
     * @param at when
     * @param backend the backend's name
     * @param from what it was
     * @param to what it is
     * @param cause why, empty if nothing failed
     * @param lasted how long it was what it was
     */
    record CircuitChanged(Instant at, String backend, Circuit from, Circuit to, Optional<String> cause, Duration lasted)
            implements StorageEvent {}

    /**
     * A backend's health changed.
     *
     * @param at when
     * @param backend the backend's name
     * @param from what it was
     * @param to what it is
     * @param cause why, empty if nothing failed
     * @param lasted how long it was what it was
     */
    record HealthChanged(Instant at, String backend, Health from, Health to, Optional<String> cause, Duration lasted)
            implements StorageEvent {}

    /**
     * A backend came back as another than it was: its server restarted, or another one took its place. It may have lost
     * writes.
     *
     * @param at when
     * @param backend the backend's name
     * @param from the former incarnation
     * @param to the present one
     */
    record IncarnationChanged(Instant at, String backend, String from, String to) implements StorageEvent {}

    /**
     * A backend was taken offline by hand.
     *
     * @param at when
     * @param backend the backend's name
     */
    record TakenOffline(Instant at, String backend) implements StorageEvent {}

    /**
     * A backend was brought online by hand.
     *
     * @param at when
     * @param backend the backend's name
     */
    record BroughtOnline(Instant at, String backend) implements StorageEvent {}

    /**
     * The active backend changes too often.
     *
     * @param at when
     * @param switches how many changes there were
     * @param within in which time
     */
    record Flapping(Instant at, int switches, Duration within) implements StorageEvent {}

    /**
     * A listener was too slow and lost events.
     *
     * @param at when
     * @param count how many it lost
     */
    record EventsDropped(Instant at, long count) implements StorageEvent {}
}
