package io.resilientstorage.recovery;

import io.resilientstorage.attempt.Attempts;
import io.resilientstorage.attempt.Question;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.SentinelStore;
import io.resilientstorage.member.Member;
import io.resilientstorage.replication.Replication;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** How a {@link Recoverer} changes the sentinel of its backend. Safe for use by several threads. */
final class OwnSentinel {

    private final Member member;
    private final Replication replication;
    private final Attempts attempts;

    OwnSentinel(Member member, Replication replication, Attempts attempts) {
        this.member = member;
        this.replication = replication;
        this.attempts = attempts;
    }

    /** An id that no sentinel has had. */
    String newId() {
        return Long.toHexString(attempts.time().randomness().nextLong())
                + Long.toHexString(attempts.time().randomness().nextLong());
    }

    /** Puts one in the place of another, in this life of the backend; fails where that does not stand. */
    CompletableFuture<Void> swap(SentinelStore store, String life, Optional<Sentinel> expected, Sentinel next) {
        return Question.ask(
                        attempts.time(),
                        Streams.TIMEOUT,
                        () -> store.compareAndSet(new Incarnation(life), expected, next))
                .thenCompose(put -> {
                    if (!put) {
                        return later("another process has moved the sentinel, or it is in another life");
                    }
                    replication.sentinelSeen(member.index(), Optional.of(next));
                    return CompletableFuture.completedFuture(null);
                });
    }

    /** A run that fails for now, and is begun again. */
    static <T> CompletableFuture<T> later(String why) {
        return CompletableFuture.failedFuture(BackendException.refused(why));
    }
}
