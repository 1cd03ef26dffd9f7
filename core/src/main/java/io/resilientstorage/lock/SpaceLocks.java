package io.resilientstorage.lock;

import io.resilientstorage.api.AsyncLocks;
import io.resilientstorage.api.HolderLock;
import io.resilientstorage.api.InvalidRequestException;
import io.resilientstorage.api.LeaderElection;
import io.resilientstorage.api.LeaderListener;
import io.resilientstorage.api.LockResult;
import io.resilientstorage.api.Locks;
import io.resilientstorage.api.StorageClosedException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** Both faces of the locks of a space. */
final class SpaceLocks implements Locks {

    private final LockSpace space;
    private final HolderLocks holders;
    private final Callers callers;
    private final boolean canElect;
    private final AsyncLocks async = new Async();
    private final Set<Election> elections = ConcurrentHashMap.newKeySet();

    SpaceLocks(LockSpace space, Callers callers, boolean canElect) {
        this.space = space;
        this.holders = new HolderLocks(space);
        this.callers = callers;
        this.canElect = canElect;
    }

    private <T> T await(Function<Asker, CompletableFuture<T>> call, Duration patience) {
        return space.waiter().await(callers.beginHere(call), patience);
    }

    private CompletableFuture<LockResult> tried(String name, Duration ttl, Asker asker) {
        return space.tryAcquire(LockRules.text("name", name), space.rules().ttlMillis(ttl, LockRules.LEAST_TTL), asker);
    }

    private CompletableFuture<LockResult> waited(String name, Duration ttl, Duration wait, Asker asker) {
        return space.acquire(
                LockRules.text("name", name),
                space.rules().ttlMillis(ttl, LockRules.LEAST_TTL),
                LockRules.between("wait", wait, Duration.ZERO, LockRules.MOST_WAIT),
                asker);
    }

    @Override
    public LockResult tryAcquire(String name, Duration ttl) {
        return await(asker -> tried(name, ttl, asker), space.callTimeout());
    }

    @Override
    public LockResult acquire(String name, Duration ttl, Duration wait) {
        return await(asker -> waited(name, ttl, wait, asker), wait);
    }

    @Override
    public HolderLock acquireLock(String name, String holderId, Duration ttl) {
        return await(asker -> holders.acquire(name, holderId, ttl, asker), space.callTimeout());
    }

    @Override
    public HolderLock renewLock(String name, String holderId, long fencingToken, Duration ttl) {
        return await(asker -> holders.renew(name, holderId, fencingToken, ttl, asker), space.callTimeout());
    }

    @Override
    public HolderLock renewLock(String name, String holderId, Duration ttl) {
        return await(asker -> holders.renew(name, holderId, ttl, asker), space.callTimeout());
    }

    @Override
    public boolean releaseLock(String name, String holderId) {
        return await(asker -> holders.release(name, holderId, asker), space.callTimeout());
    }

    @Override
    public LeaderElection elect(String name, Duration ttl, LeaderListener listener) {
        LockRules.text("name", name);
        long ttlMillis = space.rules().ttlMillis(ttl, LockRules.LEAST_ELECTION_TTL);
        LockRules.notNull("listener", listener);
        if (!canElect) {
            throw new InvalidRequestException(
                    "elect", "is not to be had under the policy BEST_EFFORT: there could be two leaders");
        }
        if (callers.isClosed()) {
            throw new StorageClosedException();
        }
        Election election = new Election(space, name, ttlMillis, listener, elections::remove);
        elections.add(election);
        election.begin();
        return election;
    }

    @Override
    public AsyncLocks async() {
        return async;
    }

    void close() {
        elections.forEach(Election::close);
        space.close();
    }

    /** The face for callers that do not wait. */
    private final class Async implements AsyncLocks {

        private CompletableFuture<LockResult> leased(Supplier<CompletableFuture<LockResult>> call) {
            return callers.hand(
                    call,
                    result -> result.acquired().ifPresent(lease -> {
                        var unused = lease.release();
                    }));
        }

        @Override
        public CompletableFuture<LockResult> tryAcquire(String name, Duration ttl) {
            return leased(() -> tried(name, ttl, Asker.NOT_WAITING));
        }

        @Override
        public CompletableFuture<LockResult> acquire(String name, Duration ttl, Duration wait) {
            return leased(() -> waited(name, ttl, wait, Asker.NOT_WAITING));
        }

        @Override
        public CompletableFuture<HolderLock> acquireLock(String name, String holderId, Duration ttl) {
            return callers.hand(() -> holders.acquire(name, holderId, ttl, Asker.NOT_WAITING), unwanted -> {});
        }

        @Override
        public CompletableFuture<HolderLock> renewLock(String name, String holderId, long fencingToken, Duration ttl) {
            return callers.hand(
                    () -> holders.renew(name, holderId, fencingToken, ttl, Asker.NOT_WAITING), unwanted -> {});
        }

        @Override
        public CompletableFuture<HolderLock> renewLock(String name, String holderId, Duration ttl) {
            return callers.hand(() -> holders.renew(name, holderId, ttl, Asker.NOT_WAITING), unwanted -> {});
        }

        @Override
        public CompletableFuture<Boolean> releaseLock(String name, String holderId) {
            return callers.hand(() -> holders.release(name, holderId, Asker.NOT_WAITING), unwanted -> {});
        }
    }
}
