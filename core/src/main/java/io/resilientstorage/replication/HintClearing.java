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

/**
 * Removes at one backend the hints of what was delivered, in batches, one at a time. Bounded: what does not fit is left
 * to those who carry hints, for which it is only delivered once more.
 *
 * <p>The answer names the backend's life. Where that is not the one that acknowledged a record, the record may be lost
 * there, and {@link Lost} is told. Safe for use by several threads.
 */
final class HintClearing {

    private static final int BATCH = 500;
    private static final int MOST = 100_000;
    private static final int TRIES = 5;
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(500);

    /** A hint to be removed. */
    record Entry(Member target, VersionedRecord delivered, Version has, String incarnation, int tries) {

        Hint hint() {
            return new Hint(target.name(), delivered.key(), has, 0, 0);
        }

        Entry again() {
            return new Entry(target, delivered, has, incarnation, tries + 1);
        }
    }

    /** Told of a record that was acknowledged in a life of the source that is over, and that the target has. */
    interface Lost {
        void at(Member source, Member target, VersionedRecord record, Version has, String incarnation);
    }

    private final Member source;
    private final HintStore store;
    private final Time time;
    private final Lost lost;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Entry> entries = new ArrayDeque<>();
    private boolean underWay;

    HintClearing(Member source, HintStore store, Time time, Lost lost) {
        this.source = source;
        this.store = store;
        this.time = time;
        this.lost = lost;
    }

    void clear(Entry entry) {
        lock.lock();
        try {
            if (entries.size() < MOST) {
                entries.add(entry);
            }
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
                batch.add(entries.removeFirst());
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
        for (Entry entry : batch) {
            if (!entry.incarnation().isEmpty() && !entry.incarnation().equals(incarnation.id())) {
                lost.at(source, entry.target(), entry.delivered(), entry.has(), incarnation.id());
            }
        }
        end();
        pump();
    }

    private void failed(List<Entry> batch) {
        for (Entry entry : batch) {
            if (entry.tries() < TRIES) {
                clear(entry.again());
            }
        }
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
