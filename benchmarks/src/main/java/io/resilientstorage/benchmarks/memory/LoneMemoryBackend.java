package io.resilientstorage.benchmarks.memory;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.resilientstorage.api.Storage;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.ImmediateReads;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.memory.MemoryBackend;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.time.ReferenceClock;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.List;

/** The memory backend without the engine, asked by its SPI as the engine asks it, with keys that were made before. */
final class LoneMemoryBackend implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final int GENERATION = 1;

    private final Time time = Time.system();
    private final MemoryBackend backend = new MemoryBackend();
    private final ImmediateReads reads = backend.immediateReads().orElseThrow();
    private final String[] places;

    LoneMemoryBackend(String[] keys) {
        ReferenceClock clock = new ReferenceClock(time.clock());
        backend.open(new BackendContext("memory", time, clock, Duration.ofDays(1)));
        places = keys.clone();
        for (int i = 0; i < keys.length; i++) {
            RecordKey key = new RecordKey(Storage.DEFAULT_NAMESPACE, keys[i]);
            Content value = Content.value(Keys.value(keys[i]).getBytes(UTF_8));
            Change change =
                    Change.of(new VersionedRecord(key, Version.of(clock.millis(), 0, 1), value, VersionedRecord.NEVER));
            backend.apply(new ApplyRequest(
                            ApplyKind.DIRECT, List.of(change), GENERATION, ApplyRequest.NO_LIMIT, TIMEOUT))
                    .toCompletableFuture()
                    .join();
        }
    }

    ReadAnswer read(int index) {
        return reads.read(Storage.DEFAULT_NAMESPACE, places[index], GENERATION);
    }

    void check() {
        for (int i = 0; i < places.length; i++) {
            if (!(read(i) instanceof ReadAnswer.Hit)) {
                throw new IllegalStateException("the memory backend lost a key");
            }
        }
    }

    @Override
    public void close() {
        backend.close(TIMEOUT);
        time.close();
    }
}
