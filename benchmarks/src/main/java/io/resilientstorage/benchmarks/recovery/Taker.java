package io.resilientstorage.benchmarks.recovery;

import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.ClearReply;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Says of every record and every hint that it keeps it, and keeps nothing: so that what others keep can be weighed. */
final class Taker implements Backend, HintStore {

    private static final Incarnation LIFE = new Incarnation("only");

    @Override
    public CompletionStage<ReadReply> read(ReadRequest request) {
        return done(new ReadReply(Collections.nCopies(request.keys().size(), ReadAnswer.Miss.NOTHING), LIFE));
    }

    @Override
    public CompletionStage<ApplyReply> apply(ApplyRequest request) {
        return done(new ApplyReply(
                request.changes().stream()
                        .map(change -> new ApplyResult(
                                ApplyStatus.APPLIED, change.record().version(), false))
                        .toList(),
                LIFE));
    }

    @Override
    public CompletionStage<ProbeReply> probe(Duration timeout) {
        return done(new ProbeReply(LIFE, Optional.empty(), Optional.empty()));
    }

    @Override
    public Optional<HintStore> hints() {
        return Optional.of(this);
    }

    @Override
    public CompletionStage<List<Hint>> claim(String target, int limit, Duration claim) {
        return done(List.of());
    }

    @Override
    public CompletionStage<ClearReply> clear(Collection<Hint> delivered) {
        return done(ClearReply.of(LIFE));
    }

    @Override
    public CompletionStage<Void> note(Collection<Hint> lacking) {
        return nothing();
    }

    @Override
    public CompletionStage<Void> retry(Collection<Hint> refused) {
        return nothing();
    }

    @Override
    public CompletionStage<Void> park(Collection<Hint> poison) {
        return nothing();
    }

    @Override
    public CompletionStage<HintSummary> summary(String target) {
        return done(new HintSummary(0, 0, 0));
    }

    private static CompletionStage<Void> nothing() {
        return CompletableFuture.runAsync(() -> {}, Runnable::run);
    }

    private static <T> CompletionStage<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }
}
