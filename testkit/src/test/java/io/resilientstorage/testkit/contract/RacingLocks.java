package io.resilientstorage.testkit.contract;

import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockRule;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Locks with a mistake that shows only where two threads come between each other: what stands is read, decided on and
 * written back as three steps. Two that come from other threads than the test's always decide on the same.
 */
final class RacingLocks extends MapLocks {

    /** A backend with such locks. */
    static class DecidesOutsideTheLock extends LockMistakes.Mistaken {
        DecidesOutsideTheLock() {
            super(RacingLocks::new);
        }
    }

    private record Asked(LockRequest request, CompletableFuture<LockReply> reply) {}

    private final MapBackend backend;
    private final Thread test = Thread.currentThread();
    private @Nullable Asked waiting;

    private RacingLocks(MapBackend backend) {
        super(backend);
        this.backend = backend;
    }

    @Override
    public CompletionStage<LockReply> perform(LockRequest request) {
        if (Thread.currentThread() == test) {
            return super.perform(request);
        }
        Asked mine = new Asked(request, new CompletableFuture<>());
        synchronized (backend) {
            Asked earlier = waiting;
            waiting = earlier == null ? mine : null;
            if (earlier != null) {
                LockRule.Verdict first = verdict(earlier.request());
                LockRule.Verdict second = verdict(request);
                store(earlier.request(), first);
                store(request, second);
                earlier.reply().complete(first.reply());
                mine.reply().complete(second.reply());
            }
        }
        return mine.reply();
    }
}
