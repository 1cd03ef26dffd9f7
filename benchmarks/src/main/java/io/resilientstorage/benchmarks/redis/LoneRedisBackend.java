package io.resilientstorage.benchmarks.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.resilientstorage.api.Storage;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.BackendFactory;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.benchmarks.load.Subject;
import io.resilientstorage.config.BackendOptions;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.HybridClock;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.redis.RedisBackendFactory;
import io.resilientstorage.time.ReferenceClock;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.awaitility.Awaitility;

/** The Redis backend without the engine, asked by its SPI: tells what of a call's cost is the engine's. */
final class LoneRedisBackend implements AutoCloseable {

    private static final int GENERATION = 1;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Time time = Time.system();
    private final ReferenceClock clock = new ReferenceClock(time.clock());
    private final HybridClock versions = new HybridClock(clock, time.randomness());
    private final Backend backend;
    private final Duration timeout;

    LoneRedisBackend(String url) {
        BackendFactory factory = new RedisBackendFactory();
        timeout = factory.defaultAttemptTimeout();
        backend = factory.create(new BackendOptions().url(url).settings("lone", 1, timeout));
        backend.open(new BackendContext("lone", time, clock, Duration.ofDays(1)));
        Awaitility.await().atMost(PATIENCE).until(this::answers);
    }

    private boolean answers() {
        try {
            backend.probe(timeout).toCompletableFuture().join();
            return true;
        } catch (CompletionException notYet) {
            return false;
        }
    }

    Subject get(Entries entries) {
        return key -> entries.check(key, new String(read(entries.key(key)), UTF_8));
    }

    /** As {@link #get}, without making a text of the bytes. */
    Subject readBytes(Entries entries) {
        return key -> read(entries.key(key));
    }

    private byte[] read(String key) throws InterruptedException, ExecutionException {
        ReadAnswer answer = backend.readOne(Storage.DEFAULT_NAMESPACE, key, GENERATION, timeout)
                .toCompletableFuture()
                .get()
                .answers()
                .get(0);
        if (!(answer instanceof ReadAnswer.Hit hit && hit.record().content() instanceof Content.Value value)) {
            throw new IllegalStateException("the backend lost a key");
        }
        return value.bytes();
    }

    Subject set(Entries entries) {
        return key -> {
            long now = clock.millis();
            VersionedRecord record = new VersionedRecord(
                    recordKey(entries, key),
                    versions.next(),
                    Content.value(entries.valueBytes(key)),
                    now + Entries.LIFE.toMillis());
            ApplyRequest request = new ApplyRequest(
                    ApplyKind.DIRECT, List.of(Change.of(record)), GENERATION, now + PATIENCE.toMillis(), timeout);
            ApplyStatus status = backend.apply(request)
                    .toCompletableFuture()
                    .get()
                    .results()
                    .get(0)
                    .status();
            if (status != ApplyStatus.APPLIED) {
                throw new IllegalStateException("the backend answered " + status);
            }
        };
    }

    private static RecordKey recordKey(Entries entries, int key) {
        return new RecordKey(Storage.DEFAULT_NAMESPACE, entries.key(key));
    }

    @Override
    public void close() {
        backend.close(PATIENCE);
        time.close();
    }
}
