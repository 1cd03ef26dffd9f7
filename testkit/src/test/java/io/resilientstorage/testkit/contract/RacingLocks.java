package io.resilientstorage.testkit.contract;

import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockRule;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Locks with a mistake that shows only where two threads come between each other. What stands is read, decided on and
 * written back as three steps; two that come from other threads than the test's always decide on the same.
 */
final class RacingLocks extends MapLocks {

    /** A backend with such locks. */
    static class DecidesOutsideTheLock extends LockMistakes.Mistaken {
        DecidesOutsideTheLock() {
            super(RacingLocks::new);
        }
    }

    /**
     * Puts an authority record whatever stands. The first two that read it from other threads than the test's are
     * answered at the same time, so both change the same.
     */
    static class SetsWhatWasReadTogether extends LockMistakes.Mistaken {
        SetsWhatWasReadTogether() {
            super(TogetherAndBlindly::new);
        }
    }

    private static final class TogetherAndBlindly extends MapLocks {
        private final Thread test = Thread.currentThread();
        private final CompletableFuture<Void> secondHasCome = new CompletableFuture<>();
        private final AtomicInteger readers = new AtomicInteger();

        TogetherAndBlindly(MapBackend backend) {
            super(backend);
        }

        @Override
        public CompletionStage<AuthorityReply> authority(String space) {
            CompletionStage<AuthorityReply> reply = super.authority(space);
            int number = Thread.currentThread() == test ? 0 : readers.incrementAndGet();
            if (number == 2) {
                secondHasCome.complete(null);
            }
            return number == 1 ? secondHasCome.thenCombine(reply, (met, seen) -> seen) : reply;
        }

        @Override
        Optional<Authority> replace(
                Incarnation life, long expectedRevision, Authority next, Optional<Authority> standing) {
            return super.replace(life, standing.map(Authority::revision).orElse(0L), next, standing);
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
