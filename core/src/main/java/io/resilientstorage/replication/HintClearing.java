package io.resilientstorage.replication;

import io.resilientstorage.api.Version;
import io.resilientstorage.attempt.Question;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Removes at one backend the hints of what was delivered, in batches, one at a time. Bounded in count, bytes and tries:
 * a hint that stays is left to those who carry hints, for which its record is only delivered once more.
 *
 * <p>The answer names the backend's life. Where that is not the one that acknowledged a record, the record may be lost
 * there, and the hint with it. So it may be where no answer came in time. In both cases {@link Lost} is told. Safe for
 * use by several threads.
 */
final class HintClearing {

    private static final int BATCH = 500;
    private static final int MOST = 100_000;
    private static final long MOST_BYTES = 64L << 20;
    private static final int TRIES = 5;
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(500);

    /** A hint to be removed. */
    record Entry(Member target, VersionedRecord delivered, Version has, String life, int tries) {

        Hint hint() {
            return new Hint(target.name(), delivered.key(), has, 0, 0);
        }

        Entry again() {
            return new Entry(target, delivered, has, life, tries + 1);
        }

        /** Whether the source acknowledged the very record that was delivered. */
        boolean isAcknowledged() {
            return !life.isEmpty();
        }

        long bytes() {
            return PendingRecord.bytes(delivered.key(), delivered.content());
        }
    }

    /** Told of a record that the source acknowledged and may have lost since, and that the target has. */
    interface Lost {

        /**
         * Told.
         *
         * @param incarnation the life of the source now, null if it did not say
         */
        void at(Member source, Entry entry, @Nullable String incarnation);
    }

    private final Member source;
    private final HintStore store;
    private final Time time;
    private final Lives lives;
    private final Lost lost;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private long bytes;
    private boolean underWay;
    private boolean stopped;

    HintClearing(Member source, HintStore store, Time time, Lives lives, Lost lost) {
        this.lives = lives;
        this.source = source;
        this.store = store;
        this.time = time;
        this.lost = lost;
    }

    void clear(Entry entry) {
        if (entry.tries() >= TRIES || !add(entry)) {
            leave(entry);
        }
    }

    private boolean add(Entry entry) {
        lock.lock();
        try {
            boolean fits = entries.size() < MOST && bytes + entry.bytes() <= MOST_BYTES;
            if (fits) {
                entries.add(entry);
                bytes += entry.bytes();
            }
            return fits;
        } finally {
            lock.unlock();
        }
    }

    private void leave(Entry entry) {
        if (entry.isAcknowledged() && !isStopped()) {
            lost.at(source, entry, null);
        }
    }

    /** Who closes does not ask any more what became of what was delivered. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
        } finally {
            lock.unlock();
        }
    }

    private boolean isStopped() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    /** How many hints wait to be removed, or are being removed. */
    int size() {
        lock.lock();
        try {
            return entries.size() + (underWay ? BATCH : 0);
        } finally {
            lock.unlock();
        }
    }

    /** Sends what waits, if nothing is under way. */
    void pump() {
        List<Entry> batch = new ArrayList<>();
        lock.lock();
        try {
            if (underWay) {
                return;
            }
            while (batch.size() < BATCH && !entries.isEmpty()) {
                Entry entry = entries.removeFirst();
                bytes -= entry.bytes();
                batch.add(entry);
            }
            underWay = !batch.isEmpty();
        } finally {
            lock.unlock();
        }
        if (!batch.isEmpty()) {
            send(batch);
        }
    }

    private void send(List<Entry> batch) {
        List<Hint> hints = batch.stream().map(Entry::hint).toList();
        var unused = Question.ask(time, TIMEOUT, () -> store.clear(hints)).whenComplete((incarnation, failure) -> {
            if (failure == null) {
                cleared(batch, incarnation);
            } else {
                failed(batch);
            }
        });
    }

    private void cleared(List<Entry> batch, Incarnation incarnation) {
        String life = lives.name(source.index(), incarnation.id());
        for (Entry entry : batch) {
            if (entry.isAcknowledged() && !entry.life().equals(life)) {
                lost.at(source, entry, incarnation.id());
            }
        }
        end();
        pump();
    }

    private void failed(List<Entry> batch) {
        batch.forEach(entry -> clear(entry.again()));
        time.timers().schedule(PAUSE, () -> {
            end();
            pump();
        });
    }

    private void end() {
        lock.lock();
        try {
            underWay = false;
        } finally {
            lock.unlock();
        }
    }
}
