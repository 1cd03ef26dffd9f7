package io.resilientstorage.memory;

import io.resilientstorage.backend.ClearReply;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.HintSummary;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** The hints of a {@link MemoryBackend}, as the engine asks for them. */
final class MemoryHintStore implements HintStore {

    private final MemoryBackend backend;

    MemoryHintStore(MemoryBackend backend) {
        this.backend = backend;
    }

    @Override
    public CompletionStage<List<Hint>> claim(String target, int limit, Duration claim) {
        return backend.call(memory -> memory.hints().claim(target, limit, claim));
    }

    @Override
    public CompletionStage<ClearReply> clear(Collection<Hint> delivered) {
        return backend.call(memory -> {
            memory.hints().clear(delivered);
            return ClearReply.of(memory.incarnation());
        });
    }

    @Override
    public CompletionStage<Void> note(Collection<Hint> lacking) {
        return run(hints -> hints.note(lacking));
    }

    @Override
    public CompletionStage<Void> retry(Collection<Hint> refused) {
        return run(hints -> hints.retry(refused));
    }

    @Override
    public CompletionStage<Void> park(Collection<Hint> poison) {
        return run(hints -> hints.park(poison));
    }

    @Override
    public CompletionStage<HintSummary> summary(String target) {
        return backend.call(memory -> memory.hints().summary(target));
    }

    private CompletionStage<Void> run(Consumer<MemoryHints> task) {
        return backend.call(memory -> {
                    task.accept(memory.hints());
                    return true;
                })
                .thenCompose(done -> CompletableFuture.completedStage(null));
    }
}
