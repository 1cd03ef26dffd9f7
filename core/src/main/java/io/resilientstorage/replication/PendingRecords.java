package io.resilientstorage.replication;

import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The records that one backend still has to get, the newest of each key, in the order in which their keys began to
 * wait. Bounded: beyond the bound only records that nothing else holds are taken. Safe for use by several threads; the
 * lock is held for a few instructions, and nobody is called under it.
 */
final class PendingRecords {

    /** A record as it is on its way, and when its key began to wait, in monotonic nanoseconds. */
    record Sent(PendingRecord pending, VersionedRecord record, long since) {}

    /** What a delivery leads to: hints to be cleared at these backends, and those who waited. */
    record Done(int sources, Origin origin, List<Delivery> waiting) {}

    private final long maxRecords;
    private final long maxBytes;
    private final IntPredicate outlives;
    private final ReentrantLock lock = new ReentrantLock();
    /** In the order in which keys began to wait: a newer record of a key keeps its place. */
    private final Map<RecordKey, PendingRecord> byKey = new LinkedHashMap<>();

    private final ArrayDeque<PendingRecord> ready = new ArrayDeque<>();
    /** How many of them have a hint at each backend, by its index. */
    private final int[] hinted = new int[MirrorSet.MOST_BACKENDS];

    private long bytes;
    /** How many of them somebody waits for. */
    private int awaited;
    /** How many there are; written under the lock. Most looks find none and take no lock. */
    private volatile int size;

    /** @param outlives whether a backend, and with it its hints, is still there when this process has ended */
    PendingRecords(long maxRecords, long maxBytes, IntPredicate outlives) {
        this.outlives = outlives;
        this.maxRecords = maxRecords;
        this.maxBytes = maxBytes;
    }

    /**
     * Takes a record, unless the bound is reached and a hint is kept for it that outlives this process. An older one of
     * its key that waits then stays, and goes: only a hint brings the newer.
     *
     * @return whether it was taken, or something newer is there already
     */
    boolean offer(VersionedRecord record, Origin origin, long now, @Nullable Delivery delivery) {
        lock.lock();
        try {
            PendingRecord pending = byKey.get(record.key());
            if (pending == null) {
                if (isKept(origin) && !hasRoom(1, PendingRecord.bytes(record.key(), record.content()))) {
                    return false;
                }
                pending = new PendingRecord(record, origin, now);
                byKey.put(record.key(), pending);
                count(pending.sources(), 1);
                ready.add(pending);
                bytes += pending.bytes();
                size = byKey.size();
            } else if (record.version().isNewerThan(pending.version())) {
                long more = PendingRecord.bytes(record.key(), record.content()) - pending.bytes();
                if (isKept(origin) && more > 0 && bytes + more > maxBytes) {
                    return false;
                }
                bytes -= pending.bytes();
                count(pending.sources(), -1);
                pending.replace(record, origin);
                count(pending.sources(), 1);
                bytes += pending.bytes();
            }
            if (delivery != null) {
                awaited += pending.isAwaited() ? 0 : 1;
                pending.await(delivery);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** A backend keeps a hint of this record from now on, if it still waits and nothing newer came. */
    void hinted(VersionedRecord record, int holder) {
        lock.lock();
        try {
            PendingRecord pending = byKey.get(record.key());
            if (pending != null && pending.version().equals(record.version())) {
                count(pending.sources(), -1);
                pending.hintedAt(holder);
                count(pending.sources(), 1);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock. */
    private void count(int sources, int change) {
        for (int left = sources; left != 0; left &= left - 1) {
            hinted[Integer.numberOfTrailingZeros(left)] += change;
        }
    }

    /** How many wait of which this backend keeps a hint. */
    int hintedAt(int source) {
        lock.lock();
        try {
            return hinted[source];
        } finally {
            lock.unlock();
        }
    }

    /** What waits, of such origins. */
    List<VersionedRecord> from(Predicate<Origin> origins) {
        if (size == 0) {
            return List.of();
        }
        lock.lock();
        try {
            return byKey.values().stream()
                    .filter(pending -> origins.test(pending.origin()))
                    .map(PendingRecord::record)
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** How much may wait, by the settings that say so. */
    String bound() {
        return "maxPendingRecords " + maxRecords + ", maxPendingBytes " + maxBytes;
    }

    /** Whether so much more is within the bound. */
    boolean hasRoom(int records, long moreBytes) {
        lock.lock();
        try {
            return byKey.size() + records <= maxRecords && bytes + moreBytes <= maxBytes;
        } finally {
            lock.unlock();
        }
    }

    /** The next records that are not on their way, which they are from now on; at least one if there is any. */
    List<Sent> take(int most, long mostBytes) {
        List<Sent> batch = new ArrayList<>();
        lock.lock();
        try {
            long taken = 0;
            while (batch.size() < most && !ready.isEmpty()) {
                PendingRecord next = ready.getFirst();
                boolean fits = taken + next.bytes() <= mostBytes && !next.isSentAlone();
                if (!batch.isEmpty() && !fits) {
                    break;
                }
                ready.removeFirst();
                taken += next.bytes();
                batch.add(new Sent(next, next.record(), next.since()));
                if (next.isSentAlone()) {
                    break;
                }
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    /** The backend has a record, or a newer one. Null if a newer write of the key came meanwhile, which goes next. */
    @Nullable
    Done delivered(Sent sent) {
        lock.lock();
        try {
            PendingRecord pending = sent.pending();
            if (!pending.version().equals(sent.record().version())) {
                ready.add(pending);
                return null;
            }
            byKey.remove(sent.record().key());
            count(pending.sources(), -1);
            bytes -= pending.bytes();
            size = byKey.size();
            return new Done(pending.sources(), pending.origin(), takeWaiting(pending));
        } finally {
            lock.unlock();
        }
    }

    /** A record that did not arrive goes again later, before what else is ready. Returns those who waited for it. */
    List<Delivery> returned(Sent sent) {
        return again(sent, ready::addFirst);
    }

    /** The same, but what else is ready goes before it. */
    List<Delivery> postponed(Sent sent) {
        return again(sent, ready::addLast);
    }

    private List<Delivery> again(Sent sent, Consumer<PendingRecord> place) {
        lock.lock();
        try {
            place.accept(sent.pending());
            return takeWaiting(sent.pending());
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock. */
    private List<Delivery> takeWaiting(PendingRecord pending) {
        awaited -= pending.isAwaited() ? 1 : 0;
        return pending.takeWaiting();
    }

    /** Whether there is a batch of this size that is not on its way, or somebody waits for any record. */
    boolean presses(int batch) {
        lock.lock();
        try {
            return awaited > 0 || ready.size() >= batch;
        } finally {
            lock.unlock();
        }
    }

    /** The newest record of a key that waits, null if there is none. */
    @Nullable
    VersionedRecord newest(RecordKey key) {
        if (size == 0) {
            return null;
        }
        lock.lock();
        try {
            PendingRecord pending = byKey.get(key);
            return pending == null ? null : pending.record();
        } finally {
            lock.unlock();
        }
    }

    int size() {
        return size;
    }

    boolean hasReady() {
        lock.lock();
        try {
            return !ready.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** When the key that has waited longest began to; null if none waits. */
    @Nullable
    Long oldestSince() {
        if (size == 0) {
            return null;
        }
        lock.lock();
        try {
            return byKey.isEmpty() ? null : byKey.values().iterator().next().since();
        } finally {
            lock.unlock();
        }
    }

    /** How many wait of which nothing will know when this process has ended. */
    int unhinted() {
        lock.lock();
        try {
            return (int) byKey.values().stream()
                    .filter(pending -> !isKept(pending.origin()))
                    .count();
        } finally {
            lock.unlock();
        }
    }

    private boolean isKept(Origin origin) {
        return origin.hinted() && outlives.test(origin.source());
    }
}
