package io.resilientstorage.replication;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * What waits to be sent to one backend in batches, one batch at a time. Bounded in count and bytes. Safe for use by
 * several threads; nobody is called under the lock.
 */
final class BatchQueue<E> {

    private static final int BATCH = 500;
    private static final int MOST = 100_000;
    private static final long MOST_BYTES = 64L << 20;

    private final ToLongFunction<E> bytesOf;
    private final Consumer<List<E>> send;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<E> waiting = new ArrayDeque<>();
    private long bytes;
    private int underWay;

    /**
     * An empty queue.
     *
     * @param send sends a batch; {@link #ended()} is called when it is over
     */
    BatchQueue(ToLongFunction<E> bytesOf, Consumer<List<E>> send) {
        this.bytesOf = bytesOf;
        this.send = send;
    }

    /** Takes an entry, unless the bound is reached; answers whether it did. */
    boolean add(E entry) {
        lock.lock();
        try {
            boolean fits = waiting.size() < MOST && bytes + bytesOf.applyAsLong(entry) <= MOST_BYTES;
            if (fits) {
                waiting.add(entry);
                bytes += bytesOf.applyAsLong(entry);
            }
            return fits;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a whole batch waits. */
    boolean hasWholeBatch() {
        lock.lock();
        try {
            return waiting.size() >= BATCH;
        } finally {
            lock.unlock();
        }
    }

    /** How many entries wait, or are under way. */
    int size() {
        lock.lock();
        try {
            return waiting.size() + underWay;
        } finally {
            lock.unlock();
        }
    }

    /** Sends what waits, if nothing is under way. */
    void pump() {
        List<E> batch;
        lock.lock();
        try {
            if (underWay > 0) {
                return;
            }
            batch = take(BATCH);
            underWay = batch.size();
        } finally {
            lock.unlock();
        }
        if (!batch.isEmpty()) {
            send.accept(batch);
        }
    }

    /** The batch is over; the next may go. */
    void ended() {
        lock.lock();
        try {
            underWay = 0;
        } finally {
            lock.unlock();
        }
    }

    /** All that waits, which waits no more. */
    List<E> takeAll() {
        lock.lock();
        try {
            return take(MOST);
        } finally {
            lock.unlock();
        }
    }

    /** Under the lock. */
    private List<E> take(int most) {
        List<E> taken = new ArrayList<>();
        while (taken.size() < most && !waiting.isEmpty()) {
            E entry = waiting.removeFirst();
            bytes -= bytesOf.applyAsLong(entry);
            taken.add(entry);
        }
        return taken;
    }
}
