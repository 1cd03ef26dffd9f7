package io.resilientstorage.replication;

import io.resilientstorage.api.Version;
import io.resilientstorage.attempt.Question;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Has one backend note hints for records that others may have lost, in batches, one at a time: many are lost at once,
 * and a call for each would take the places of the calls of users. Bounded in count, bytes and tries. Safe for use by
 * several threads.
 */
final class HintNoting {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int TRIES = 5;

    /**
     * A hint to be noted.
     *
     * @param lacks the backend that may have lost the record
     * @param record what it acknowledged
     * @param has the version that stands where the hint is noted: that of the record, or a newer one
     */
    record Entry(Member lacks, VersionedRecord record, Version has) {

        Hint hint() {
            return new Hint(lacks.name(), record.key(), has, 0, 0);
        }

        long bytes() {
            return PendingRecord.bytes(record.key(), record.content());
        }
    }

    /** Told of each entry, once. */
    interface Listener {

        /** The hints are kept. */
        void noted(Member holder, List<Entry> entries);

        /** They are not, and will not be tried again. */
        void notNoted(Member holder, List<Entry> entries, String why);
    }

    private final Member holder;
    private final Time time;
    private final Listener listener;
    private final BatchQueue<Entry> queue = new BatchQueue<>(Entry::bytes, batch -> send(batch, 1));

    HintNoting(Member holder, Time time, Listener listener) {
        this.holder = holder;
        this.time = time;
        this.listener = listener;
    }

    void note(List<Entry> entries) {
        List<Entry> tooMany =
                entries.stream().filter(entry -> !queue.add(entry)).toList();
        if (!tooMany.isEmpty()) {
            listener.notNoted(holder, tooMany, "too many wait for that already");
        }
        queue.pump();
    }

    private void send(List<Entry> batch, int tries) {
        Optional<HintStore> hints = holder.backend().hints();
        if (hints.isEmpty()) {
            giveUp(batch, BackendException.refused("it keeps no hints"));
            return;
        }
        List<Hint> noted = batch.stream().map(Entry::hint).toList();
        var unused = Question.ask(time, TIMEOUT, () -> hints.get().note(noted)).whenComplete((any, failure) -> {
            if (failure == null) {
                listener.noted(holder, batch);
                goOn();
            } else if (tries < TRIES) {
                time.timers().schedule(PAUSE, () -> send(batch, tries + 1));
            } else {
                giveUp(batch, failure);
            }
        });
    }

    /** What waits behind it would fare no better, and nothing may know of it meanwhile. */
    private void giveUp(List<Entry> batch, Throwable failure) {
        List<Entry> all = new ArrayList<>(batch);
        all.addAll(queue.takeAll());
        listener.notNoted(holder, all, String.valueOf(failure.getMessage()));
        goOn();
    }

    private void goOn() {
        queue.ended();
        queue.pump();
    }
}
