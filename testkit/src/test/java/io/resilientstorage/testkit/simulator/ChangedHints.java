package io.resilientstorage.testkit.simulator;

import io.resilientstorage.backend.ClearReply;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.HintSummary;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Hands everything on; a mutant changes one thing. */
class ChangedHints implements HintStore {

    final HintStore real;

    ChangedHints(HintStore real) {
        this.real = real;
    }

    @Override
    public CompletionStage<List<Hint>> claim(String target, int limit, Duration claim) {
        return real.claim(target, limit, claim);
    }

    @Override
    public CompletionStage<ClearReply> clear(Collection<Hint> delivered) {
        return real.clear(delivered);
    }

    @Override
    public CompletionStage<Void> note(Collection<Hint> lacking) {
        return real.note(lacking);
    }

    @Override
    public CompletionStage<Void> retry(Collection<Hint> refused) {
        return real.retry(refused);
    }

    @Override
    public CompletionStage<Void> park(Collection<Hint> poison) {
        return real.park(poison);
    }

    @Override
    public CompletionStage<HintSummary> summary(String target) {
        return real.summary(target);
    }
}
