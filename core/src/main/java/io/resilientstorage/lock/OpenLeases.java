package io.resilientstorage.lock;

import io.resilientstorage.api.LossReason;
import io.resilientstorage.api.OverloadedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** The leases of this process that have not ended: bounded, and ended with the storage. For several threads. */
final class OpenLeases {

    private final int most;
    private final Set<LockLease> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();

    OpenLeases(int most) {
        this.most = most;
    }

    /** @throws OverloadedException if there are too many */
    void refuseIfFull() {
        if (count.get() >= most) {
            throw new OverloadedException(
                    "this process holds " + most + " leases, and that is the bound (locks.maxLeases)");
        }
    }

    void add(LockLease lease) {
        if (open.add(lease)) {
            count.incrementAndGet();
        }
    }

    void remove(LockLease lease) {
        if (open.remove(lease)) {
            count.decrementAndGet();
        }
    }

    int size() {
        return count.get();
    }

    /** Tells the holders of all that they are lost, and gives the locks up. */
    CompletableFuture<Void> loseAll() {
        List<CompletableFuture<Boolean>> releases = new ArrayList<>();
        for (LockLease lease : open) {
            lease.lose(LossReason.STORAGE_CLOSED);
            releases.add(lease.space().release(lease, Asker.NOT_WAITING));
        }
        return CompletableFuture.allOf(releases.toArray(CompletableFuture<?>[]::new));
    }
}
