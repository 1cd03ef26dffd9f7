package io.resilientstorage.testkit;

import io.resilientstorage.backend.ClearReply;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.HintSummary;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The hints of a {@link FaultyBackend}. */
final class FaultyHints implements HintStore {

    /** Meets the fault that is due. */
    interface Meeting {
        <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> real);
    }

    private final HintStore inner;
    private final Meeting meeting;

    FaultyHints(HintStore inner, Meeting meeting) {
        this.inner = inner;
        this.meeting = meeting;
    }

    @Override
    public CompletionStage<List<Hint>> claim(String target, int limit, Duration claim) {
        return meeting.meet(() -> inner.claim(target, limit, claim));
    }

    @Override
    public CompletionStage<ClearReply> clear(Collection<Hint> delivered) {
        return meeting.meet(() -> inner.clear(delivered));
    }

    @Override
    public CompletionStage<Void> note(Collection<Hint> lacking) {
        return meeting.meet(() -> inner.note(lacking));
    }

    @Override
    public CompletionStage<Void> retry(Collection<Hint> refused) {
        return meeting.meet(() -> inner.retry(refused));
    }

    @Override
    public CompletionStage<Void> park(Collection<Hint> poison) {
        return meeting.meet(() -> inner.park(poison));
    }

    @Override
    public CompletionStage<HintSummary> summary(String target) {
        return meeting.meet(() -> inner.summary(target));
    }
}
