package io.resilientstorage.replication;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A call that waits until some backends have its records. Ends when each of them has all, or has shown that it cannot
 * get them now, or when the time is over, whichever comes first. Safe for use by several threads.
 */
public final class Delivery {

    private final Map<Integer, AtomicInteger> lacking = new ConcurrentHashMap<>();
    private final AtomicInteger open;
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    /**
     * A wait for some records.
     *
     * @param targets the indexes of the backends that are to get them
     * @param records how many there are
     */
    public Delivery(Set<Integer> targets, int records) {
        targets.forEach(target -> lacking.put(target, new AtomicInteger(records)));
        open = new AtomicInteger(targets.size() * records);
        if (open.get() == 0) {
            end.complete(null);
        }
    }

    /** Whether it waits for this backend. */
    boolean awaits(int target) {
        return lacking.containsKey(target);
    }

    /** The backend has one of the records. */
    void delivered(int target) {
        AtomicInteger left = lacking.get(target);
        if (left != null) {
            left.decrementAndGet();
        }
        countDown();
    }

    /** The backend cannot get one of the records now: nobody waits for that any longer. It still gets it. */
    void putOff() {
        countDown();
    }

    private void countDown() {
        if (open.decrementAndGet() == 0) {
            end.complete(null);
        }
    }

    /** The time is over. */
    public void expire() {
        end.complete(null);
    }

    /** Completes, never with a failure, at the end of the wait. */
    public CompletableFuture<Void> end() {
        return end;
    }

    /** Whether this backend was waited for and has every record. */
    public boolean has(int target) {
        AtomicInteger left = lacking.get(target);
        return left != null && left.get() <= 0;
    }
}
