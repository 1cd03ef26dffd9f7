package io.resilientstorage.engine;

import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockStore;
import io.resilientstorage.memory.MemoryBackend;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** The locks of memory, as those of a backend that holds up who waits for a step; and a memory of who did. */
final class HoldingLocks {

    private final MemoryBackend memory = new MemoryBackend();
    private final List<Thread> here = new CopyOnWriteArrayList<>();
    private final AtomicInteger elsewhere = new AtomicInteger();
    private volatile CountDownLatch end = new CountDownLatch(0);

    /** One whose locks these are. */
    Backend backend() {
        return (Backend) Proxy.newProxyInstance(
                Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("locks")) {
                        return memory.locks().map(Steps::new);
                    }
                    try {
                        return method.invoke(memory, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    void forget() {
        here.clear();
        elsewhere.set(0);
    }

    /** From here on callers that lend their threads are held up, until this is counted down. */
    CountDownLatch hold() {
        CountDownLatch until = new CountDownLatch(1);
        end = until;
        return until;
    }

    /** The threads on which a step was done for who waits there. */
    List<Thread> here() {
        return List.copyOf(here);
    }

    /** How many steps were done otherwise. */
    int elsewhere() {
        return elsewhere.get();
    }

    private final class Steps implements LockStore {

        private final LockStore store;

        Steps(LockStore store) {
            this.store = store;
        }

        @Override
        public CompletionStage<AuthorityReply> authority(String space) {
            return store.authority(space);
        }

        @Override
        public CompletionStage<Boolean> compareAndSet(
                String space, Incarnation life, long expectedRevision, Authority next, long notAfter) {
            return store.compareAndSet(space, life, expectedRevision, next, notAfter);
        }

        @Override
        public CompletionStage<LockReply> perform(LockRequest request) {
            elsewhere.incrementAndGet();
            return store.perform(request);
        }

        @Override
        public CompletionStage<LockReply> performHere(LockRequest request) {
            here.add(Thread.currentThread());
            try {
                end.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return store.perform(request);
        }
    }
}
