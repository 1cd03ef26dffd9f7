package io.resilientstorage.jdbc;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.time.ReferenceClock;
import io.resilientstorage.time.Time;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** A backend that was opened, with calls that wait. */
final class OpenedBackend implements AutoCloseable {

    static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final JdbcBackend backend;
    private final Time time = Time.system();
    private final ReferenceClock clock = new ReferenceClock(time.clock());

    OpenedBackend(JdbcBackend backend) {
        this(backend, "test");
    }

    OpenedBackend(JdbcBackend backend, String name) {
        this.backend = backend;
        backend.open(new BackendContext(name, time, clock, Duration.ofHours(24)));
    }

    JdbcBackend backend() {
        return backend;
    }

    Time time() {
        return time;
    }

    ReferenceClock clock() {
        return clock;
    }

    static RecordKey key(String key) {
        return new RecordKey("test", key);
    }

    VersionedRecord record(String key, String value) {
        return new VersionedRecord(
                key(key),
                Version.of(clock.millis(), 0, 1),
                Content.value(value.getBytes(StandardCharsets.UTF_8)),
                VersionedRecord.NEVER);
    }

    ApplyResult write(String key, String value) {
        return write(key, value, TIMEOUT);
    }

    ApplyResult write(String key, String value, Duration timeout) {
        return await(writing(key, value, timeout)).results().get(0);
    }

    CompletionStage<ApplyReply> writing(String key, String value, Duration timeout) {
        return backend.apply(new ApplyRequest(
                ApplyKind.DIRECT, List.of(Change.of(record(key, value))), 1, ApplyRequest.NO_LIMIT, timeout));
    }

    String read(String key) {
        return read(key, TIMEOUT);
    }

    /** The value, or the answer's text if there is none. */
    String read(String key, Duration timeout) {
        ReadAnswer answer = await(reading(key, timeout)).answers().get(0);
        return answer instanceof ReadAnswer.Hit hit && hit.record().content() instanceof Content.Value value
                ? new String(value.bytes(), StandardCharsets.UTF_8)
                : answer.toString();
    }

    CompletionStage<ReadReply> reading(String key, Duration timeout) {
        return backend.read(new ReadRequest(List.of(key(key)), 1, timeout));
    }

    ProbeReply probe() {
        return await(backend.probe(TIMEOUT));
    }

    /** The failure of a stage that must fail. */
    static BackendException failure(CompletionStage<?> stage) {
        try {
            await(stage);
        } catch (BackendException e) {
            return e;
        }
        throw new AssertionError("it did not fail");
    }

    static <T> T await(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof BackendException sorted) {
                throw sorted;
            }
            throw e;
        }
    }

    @Override
    public void close() {
        backend.close(Duration.ofSeconds(5));
        time.close();
    }
}
