package io.resilientstorage.replication;

import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.api.Version;
import io.resilientstorage.attempt.Attempts;
import io.resilientstorage.attempt.Question;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.event.EventSink;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Brings a record back to the backend that acknowledged it and may have lost it since, from one that has it. That one
 * notes a hint; until it has said that it did, nothing but this process knows what is lacking, and the record counts as
 * unhinted. Safe for use by several threads.
 */
final class SendBack {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int TRIES = 5;

    private final MirrorSet mirrors;
    private final Attempts attempts;
    private final EventSink events;
    private final Function<Member, Replicator> replicators;

    SendBack(MirrorSet mirrors, Attempts attempts, EventSink events, Function<Member, Replicator> replicators) {
        this.mirrors = mirrors;
        this.attempts = attempts;
        this.events = events;
        this.replicators = replicators;
    }

    /**
     * Begins.
     *
     * @param source the backend that may have lost it
     * @param holder the backend that has it
     * @param record what was acknowledged, and delivered to the holder
     * @param has the version that stands at the holder: that of the record, or a newer one
     * @param otherLife whether the source is known to have another life; if not, it could not be asked, and nothing is
     *     held here for it as long as the holder notes the hint
     */
    void begin(Member source, Member holder, VersionedRecord record, Version has, boolean otherLife) {
        if (!mirrors.contains(source.index())) {
            return;
        }
        Step step = new Step(source, holder, record, has);
        if (otherLife) {
            step.offer();
        }
        step.note(1);
    }

    private final class Step {

        private final Member source;
        private final Member holder;
        private final VersionedRecord record;
        private final Version has;

        Step(Member source, Member holder, VersionedRecord record, Version has) {
            this.source = source;
            this.holder = holder;
            this.record = record;
            this.has = has;
        }

        /** Of something newer at the holder nothing but the version is known here; the hint brings it. */
        boolean isKnown() {
            return has.equals(record.version());
        }

        void offer() {
            if (isKnown()) {
                replicators.apply(source).offer(record, new Origin(holder.index(), "", false), null);
            }
        }

        void note(int tries) {
            Optional<HintStore> hints = holder.backend().hints();
            CompletableFuture<Void> noted = hints.isEmpty()
                    ? CompletableFuture.failedFuture(BackendException.refused("it keeps no hints"))
                    : Question.ask(
                            attempts.time(),
                            TIMEOUT,
                            () -> hints.get().note(List.of(new Hint(source.name(), record.key(), has, 0, 0))));
            var unused = noted.whenComplete((any, failure) -> {
                if (failure == null) {
                    replicators.apply(source).hinted(record, holder.index());
                } else if (tries < TRIES && hints.isPresent()) {
                    attempts.time().timers().schedule(PAUSE, () -> note(tries + 1));
                } else {
                    notNoted(failure);
                }
            });
        }

        private void notNoted(Throwable failure) {
            offer();
            if (!isKnown()) {
                events.publish(new StorageEvent.RecordsGivenUp(
                        Instant.ofEpochMilli(attempts.time().clock().wallMillis()),
                        source.name(),
                        1,
                        "it may have lost the record, and " + holder.name() + ", which has it, took no hint: "
                                + failure.getMessage()));
            }
        }
    }
}
