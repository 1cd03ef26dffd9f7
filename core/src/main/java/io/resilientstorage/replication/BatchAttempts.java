package io.resilientstorage.replication;

import io.resilientstorage.attempt.Attempt;
import io.resilientstorage.attempt.Attempts;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.time.ReferenceClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;

/** Attempts with many records whose end is a future: it fails by whatever ended the attempt without a reply. */
final class BatchAttempts {

    private final Attempts attempts;
    private final ReferenceClock reference;

    BatchAttempts(Attempts attempts, ReferenceClock reference) {
        this.attempts = attempts;
        this.reference = reference;
    }

    CompletableFuture<ReadReply> read(Member member, List<RecordKey> keys) {
        return begin(
                member,
                (backend, timeout) -> backend.read(new ReadRequest(keys, Member.GENERATION, timeout)),
                reply -> reply.answers().size() == keys.size(),
                ReadReply::incarnation);
    }

    CompletableFuture<List<ApplyResult>> apply(Member member, ApplyKind kind, List<Change> changes) {
        return begin(
                        member,
                        (backend, timeout) -> backend.apply(new ApplyRequest(
                                kind, changes, Member.GENERATION, member.serverMillisIn(reference, timeout), timeout)),
                        (ApplyReply reply) -> reply.results().size() == changes.size(),
                        ApplyReply::incarnation)
                .thenApply(ApplyReply::results);
    }

    private <T> CompletableFuture<T> begin(
            Member member,
            BiFunction<Backend, Duration, CompletionStage<T>> call,
            Predicate<T> fits,
            Function<T, Incarnation> life) {
        CompletableFuture<T> end = new CompletableFuture<>();
        Attempt.begin(
                attempts,
                member,
                member.settings().attemptTimeout().toNanos(),
                Attempt.Caller.NOT_WAITING,
                call,
                new Attempt.Listener<T>() {
                    @Override
                    public boolean fits(T reply) {
                        return fits.test(reply);
                    }

                    @Override
                    public void replied(T reply) {
                        attempts.keeper().seen(member.index(), life.apply(reply).id());
                        end.complete(reply);
                    }

                    @Override
                    public void failed(BackendException failure) {
                        end.completeExceptionally(failure);
                    }

                    @Override
                    public void rejected(Throwable error) {
                        end.completeExceptionally(error);
                    }
                });
        return end;
    }
}
