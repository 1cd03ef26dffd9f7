package io.resilientstorage.replication;

import io.resilientstorage.api.Version;
import io.resilientstorage.attempt.Question;
import io.resilientstorage.backend.ClearReply;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Removes at one backend the hints of what was delivered, in batches, one at a time, for which some company is waited
 * for. Bounded in count, bytes and tries: a hint that stays is left to those who carry hints, for which its record is
 * only delivered once more.
 *
 * <p>The answer names the backend's life. Where that is not the one that acknowledged a record, the record may be lost
 * there, and the hint with it. So it may be where no answer came in time. In both cases {@link Lost} is told. Safe for
 * use by several threads.
 */
final class HintClearing {

    private static final int TRIES = 5;
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(500);

    /**
     * A hint to be removed.
     *
     * @param life the life in which the source acknowledged the very record that was delivered; empty if it did not
     * @param targetLife the life in which the target got it
     */
    record Entry(Member target, VersionedRecord delivered, Version has, String life, String targetLife, int tries) {

        Hint hint() {
            return new Hint(target.name(), delivered.key(), has, 0, 0);
        }

        Entry again() {
            return new Entry(target, delivered, has, life, targetLife, tries + 1);
        }

        /** Whether the source acknowledged the very record that was delivered. */
        boolean isAcknowledged() {
            return !life.isEmpty();
        }

        long bytes() {
            return PendingRecord.bytes(delivered.key(), delivered.content());
        }
    }

    /** Told of records that the source acknowledged and may have lost since, and that their targets have. */
    interface Lost {

        /**
         * Told.
         *
         * @param incarnation the life of the source now, null if it did not say
         */
        void at(Member source, List<Entry> entries, @Nullable String incarnation);
    }

    private final Member source;
    private final HintStore store;
    private final Time time;
    private final Lives lives;
    private final Lost lost;
    private final Runnable drained;
    private final AtomicBoolean gathering = new AtomicBoolean();
    private final BatchQueue<Entry> queue = new BatchQueue<>(Entry::bytes, this::send);
    private volatile boolean stopped;

    /** @param drained told when all hints that waited to be removed are */
    HintClearing(Member source, HintStore store, Time time, Lives lives, Lost lost, Runnable drained) {
        this.lives = lives;
        this.source = source;
        this.store = store;
        this.time = time;
        this.lost = lost;
        this.drained = drained;
    }

    void clear(Entry entry) {
        if (!queue.add(entry)) {
            leave(List.of(entry));
        }
        pumpSoon();
    }

    private void pumpSoon() {
        if (queue.hasWholeBatch()) {
            queue.pump();
        } else if (gathering.compareAndSet(false, true)) {
            time.timers().schedule(BatchWindow.GATHER, () -> {
                gathering.set(false);
                queue.pump();
            });
        }
    }

    private void leave(List<Entry> entries) {
        List<Entry> acknowledged =
                entries.stream().filter(Entry::isAcknowledged).toList();
        if (!acknowledged.isEmpty() && !stopped) {
            lost.at(source, acknowledged, null);
        }
    }

    /** Who closes does not ask any more what became of what was delivered. */
    void stop() {
        stopped = true;
    }

    /** How many hints wait to be removed, or are being removed. */
    int size() {
        return queue.size();
    }

    private void send(List<Entry> batch) {
        List<Hint> hints = batch.stream().map(Entry::hint).toList();
        var unused = Question.ask(time, TIMEOUT, () -> store.clear(hints)).whenComplete((reply, failure) -> {
            if (failure == null) {
                cleared(batch, reply);
            } else {
                failed(batch);
            }
        });
    }

    private void cleared(List<Entry> batch, ClearReply reply) {
        lives.cleared(source.index(), reply);
        String life = lives.name(source.index(), reply.incarnation().id());
        List<Entry> elsewhere = batch.stream()
                .filter(entry -> entry.isAcknowledged() && !entry.life().equals(life))
                .toList();
        if (!elsewhere.isEmpty()) {
            lost.at(source, elsewhere, reply.incarnation().id());
        }
        queue.ended();
        if (queue.size() == 0) {
            drained.run();
        } else {
            pumpSoon();
        }
    }

    private void failed(List<Entry> batch) {
        leave(batch.stream()
                .map(Entry::again)
                .filter(entry -> entry.tries() >= TRIES || !queue.add(entry))
                .toList());
        time.timers().schedule(PAUSE, () -> {
            queue.ended();
            queue.pump();
        });
    }
}
