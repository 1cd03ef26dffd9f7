package io.resilientstorage.memory;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.ManualTime;
import io.resilientstorage.time.ReferenceClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** An opened memory backend under manual time. */
final class MemoryBench {

    static final Duration TOMBSTONE_LIFE = Duration.ofHours(1);

    private static final Duration TIMEOUT = Duration.ofSeconds(1);

    final ManualTime time = new ManualTime(1);
    final ReferenceClock clock = new ReferenceClock(time.clock());
    final MemoryBackend backend;

    MemoryBench(MemoryBounds bounds) {
        backend = new MemoryBackend(bounds);
        backend.open(new BackendContext("memory", time, clock, TOMBSTONE_LIFE));
    }

    Version version(int n) {
        return Version.of(ManualTime.START_MILLIS, n, 1);
    }

    RecordKey key(String key) {
        return new RecordKey("default", key);
    }

    VersionedRecord live(String key, int n, String value) {
        return live(key, version(n), value);
    }

    VersionedRecord live(String key, Version version, String value) {
        return new VersionedRecord(
                key(key), version, Content.value(value.getBytes(StandardCharsets.UTF_8)), VersionedRecord.NEVER);
    }

    VersionedRecord sized(String key, int bytes) {
        return new VersionedRecord(key(key), version(1), Content.value(new byte[bytes]), VersionedRecord.NEVER);
    }

    VersionedRecord ending(String key, int n, Duration life) {
        return live(key, n, "value").withExpiresAt(clock.millis() + life.toMillis());
    }

    VersionedRecord tombstone(String key, int n) {
        return new VersionedRecord(key(key), version(n), Content.tombstone(), VersionedRecord.NEVER);
    }

    ApplyResult apply(ApplyKind kind, VersionedRecord record) {
        return apply(kind, Change.of(record)).get(0);
    }

    List<ApplyResult> applyHinted(VersionedRecord record, String... targets) {
        return apply(ApplyKind.DIRECT, new Change(record, Condition.none(), Set.of(targets)));
    }

    List<ApplyResult> apply(ApplyKind kind, Change... changes) {
        return backend.apply(new ApplyRequest(kind, List.of(changes), 1, ApplyRequest.NO_LIMIT, TIMEOUT))
                .toCompletableFuture()
                .join()
                .results();
    }

    ReadAnswer read(String key) {
        return backend.read(new ReadRequest(List.of(key(key)), 1, TIMEOUT))
                .toCompletableFuture()
                .join()
                .answers()
                .get(0);
    }
}
