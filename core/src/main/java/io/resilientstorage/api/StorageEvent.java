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
     * How complete a backend's content is has changed.
     *
     * @param at when
     * @param backend the backend's name
     * @param from what it was
     * @param to what it is
     * @param cause why, empty if it got what it lacked
     * @param lasted how long it was what it was
     */
    record SyncChanged(Instant at, String backend, Sync from, Sync to, Optional<String> cause, Duration lasted)
            implements StorageEvent {}

    /**
     * A backend has got everything that it lacked.
     *
     * @param at when
     * @param backend the backend's name
     * @param records how many records it got meanwhile
     * @param lasted how long that took
     */
    record RecoveryFinished(Instant at, String backend, long records, Duration lasted) implements StorageEvent {}

    /**
     * A backend may have lost writes, and there is no durable shared backend to bring it up to date from: it serves
     * again as it is.
     *
     * @param at when
     * @param backend the backend's name
     * @param reason what was seen of it: that it came back empty, or as another
     */
    record CameBackWithoutMirror(Instant at, String backend, String reason) implements StorageEvent {}

    /**
     * A backend went back to an earlier state, and it cannot be told which of its records were deleted or had ended
     * since: they are there again.
     *
     * @param at when
     * @param backend the backend's name
     * @param reason why not
     */
    record DeletionsLost(Instant at, String backend, String reason) implements StorageEvent {}

    /**
     * A hint was put aside: the backend that it is for found its record invalid time after time. The record stays where
     * it is, and no other hint waits for it.
     *
     * @param at when
     * @param backend the backend that does not take the record
     * @param source the backend that has the record and its hint
     * @param namespace the namespace of the key
     * @param reason what the backend said
     */
    record HintParked(Instant at, String backend, String source, String namespace, String reason)
            implements StorageEvent {}

    /**
     * Records will not be sent to a backend any more: they came later than what it remembers of its deletions reaches
     * back, or nothing keeps a hint for them and they cannot be brought.
     *
     * @param at when
     * @param backend the backend that does not get them
     * @param records how many
     * @param reason why not
     */
    record RecordsGivenUp(Instant at, String backend, long records, String reason) implements StorageEvent {}

    /**
     * More records wait for a backend than this process may hold. It has forgotten those of which a hint is kept, and
     * brings them from where the hints are. Told once until the backend has caught up.
     *
     * @param at when
     * @param backend the backend that still has to get them
     * @param bound which bound was reached, with its setting
     */
    record BacklogForgotten(Instant at, String backend, String bound) implements StorageEvent {}

    /**
     * The storage was closed before a backend had got all that it lacked.
     *
     * @param at when
     * @param backend the backend's name
     * @param records how many records it lacks, as far as this process knows
     * @param hinted whether hints keep all of them, so that other processes, or the next start of this one, bring them;
     *     if not, those that no hint keeps are lost to this backend
     */
    record NotFlushed(Instant at, String backend, long records, boolean hinted) implements StorageEvent {}

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
     * A lease ended before it was closed.
     *
     * @param at when
     * @param space the lock space, which is a namespace
     * @param name the lock
     * @param backend the name of the backend that granted it
     * @param reason why
     * @param heldFor how long it was held
     */
    record LockLost(Instant at, String space, String name, String backend, LossReason reason, Duration heldFor)
            implements StorageEvent {}

    /**
     * Another backend may grant the locks of a space from now on, or the same one does so under a new epoch.
     *
     * @param at when
     * @param space the lock space, which is a namespace
     * @param backend the name of the backend that may grant
     * @param cause why that changed
     * @param drain how long it grants nothing yet, until all leases that may have been granted before have run out
     */
    record LockAuthorityChanged(Instant at, String space, String backend, String cause, Duration drain)
            implements StorageEvent {}

    /**
     * Locks of a space are not granted. Told once until one is granted again, or the reason is another.
     *
     * @param at when
     * @param space the lock space, which is a namespace
     * @param reason why
     * @param detail the same for people
     * @param retryAfter when it is worth to try again
     */
    record LockRefused(Instant at, String space, LockRefusal reason, String detail, Duration retryAfter)
            implements StorageEvent {}

    /**
     * A listener was too slow and lost events.
     *
     * @param at when
     * @param count how many it lost
     */
    record EventsDropped(Instant at, long count) implements StorageEvent {}
}
