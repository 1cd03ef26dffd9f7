package io.resilientstorage.memory;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.ReadAnswer;
import java.time.Duration;
import java.util.List;

/** The memory backend, on a clock that stands still. */
public class MemoryOperations extends RecordOperations {

    private static final Duration CLAIM = Duration.ofSeconds(1);

    private final MemoryBench bench = new MemoryBench(MemoryBounds.DEFAULT);
    private final HintStore hints = bench.backend.hints().orElseThrow();

    @Override
    ReadAnswer answer() {
        return bench.read(KEY.key());
    }

    @Override
    ApplyResult result(ApplyKind kind, Change change) {
        return bench.apply(kind, change).get(0);
    }

    @Override
    Version claimed() {
        List<Hint> claimed = hints.claim(TARGET, 1, CLAIM).toCompletableFuture().join();
        return claimed.isEmpty() ? Version.NONE : claimed.get(0).version();
    }

    @Override
    void clear(Version delivered) {
        hints.clear(List.of(new Hint(TARGET, KEY, delivered, 0, 0)))
                .toCompletableFuture()
                .join();
    }

    /** With a tombstone, out of which a write brings the key back. */
    public static final class Buried extends MemoryOperations {
        public Buried() {
            delete();
        }
    }
}
