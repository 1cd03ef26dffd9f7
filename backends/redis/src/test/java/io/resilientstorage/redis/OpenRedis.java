package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.MissTrust;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.SentinelStore;
import io.resilientstorage.backend.Warmth;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.time.ReferenceClock;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/** An opened backend for tests of what happens when things fail. */
final class OpenRedis implements AutoCloseable {

    static final Duration ATTEMPT = Duration.ofMillis(250);
    static final Duration PATIENCE = Duration.ofSeconds(20);
    static final Duration TOMBSTONE_LIFE = Duration.ofHours(24);

    final RedisBackend backend;
    final Time time = Time.system();
    private final ReferenceClock clock = new ReferenceClock(time.clock());

    private OpenRedis(RedisBackend backend) {
        this.backend = backend;
        backend.open(new BackendContext("redis", time, clock, TOMBSTONE_LIFE));
    }

    /** Opens a backend, which may be out of reach. */
    static OpenRedis open(RedisBackend.Builder builder) {
        return new OpenRedis(builder.build());
    }

    /** Opens a backend and waits until it can be reached. */
    static OpenRedis connected(RedisBackend.Builder builder) {
        OpenRedis open = open(builder);
        open.awaitConnected();
        return open;
    }

    void awaitConnected() {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(10))
                .ignoreExceptionsInstanceOf(BackendException.class)
                .until(() -> probe() != null);
    }

    long now() {
        return clock.millis();
    }

    RecordKey key(String key) {
        return new RecordKey("test", key);
    }

    /** A record of a version of right now. */
    VersionedRecord live(String key, String value) {
        return new VersionedRecord(
                key(key), Version.of(now(), 0, 1), Content.value(value.getBytes(UTF_8)), VersionedRecord.NEVER);
    }

    CompletionStage<ApplyReply> applyLater(VersionedRecord record, long notAfter, Duration timeout) {
        return backend.apply(new ApplyRequest(ApplyKind.DIRECT, List.of(Change.of(record)), 0, notAfter, timeout));
    }

    CompletionStage<ApplyReply> applyLater(VersionedRecord record) {
        return applyLater(record, ApplyRequest.NO_LIMIT, PATIENCE);
    }

    ApplyResult apply(VersionedRecord record) {
        return apply(Change.of(record));
    }

    ApplyResult apply(Change change) {
        return result(backend.apply(
                        new ApplyRequest(ApplyKind.DIRECT, List.of(change), 0, ApplyRequest.NO_LIMIT, PATIENCE)))
                .results()
                .get(0);
    }

    CompletionStage<ReadReply> readLater(String key, Duration timeout) {
        return backend.read(new ReadRequest(List.of(key(key)), 0, timeout));
    }

    ReadAnswer read(String key) {
        return result(readLater(key, PATIENCE)).answers().get(0);
    }

    /** How far the misses of a read of these keys are to be believed. */
    MissTrust missTrust(String... keys) {
        List<RecordKey> all = Stream.of(keys).map(this::key).toList();
        return result(backend.read(new ReadRequest(all, 0, PATIENCE))).missTrust();
    }

    SentinelStore sentinels() {
        return backend.sentinels().orElseThrow();
    }

    Optional<Sentinel> sentinel() {
        return result(sentinels().read()).sentinel();
    }

    /** Puts a WARM sentinel of a new life in the place of whatever stands. */
    Sentinel warm() {
        Sentinel warm = new Sentinel(UUID.randomUUID().toString(), Warmth.WARM, 7, "mirror");
        assertThat(put(sentinel(), warm)).isTrue();
        return warm;
    }

    /** Puts a sentinel in the present life. */
    boolean put(Optional<Sentinel> expected, Sentinel next) {
        Incarnation life = result(sentinels().read()).incarnation();
        return result(sentinels().compareAndSet(life, expected, next));
    }

    ProbeReply probe() {
        return result(backend.probe(ATTEMPT));
    }

    /** The result of a stage, or what it failed with. */
    static <T> T result(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError("failed with no BackendException", e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("the stage did not end", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** How a stage fails. */
    static BackendException failure(CompletionStage<?> stage) {
        try {
            Object unexpected = result(stage);
            throw new AssertionError("did not fail: " + unexpected);
        } catch (BackendException e) {
            return e;
        }
    }

    /** Waits until reads fail for a reason in whose text this stands. */
    BackendException awaitFailure(String reason) {
        return await().atMost(PATIENCE)
                .until(
                        () -> failure(readLater("key", PATIENCE)),
                        failure -> String.valueOf(failure.getMessage()).contains(reason));
    }

    static void assertNoAnswer(BackendException failure) {
        assertThat(failure.kind()).isEqualTo(BackendException.Kind.UNAVAILABLE);
        assertThat(failure.outcomeKnown()).as("whether the outcome is known").isFalse();
    }

    static void assertUnreachable(BackendException failure) {
        assertThat(failure.kind()).isEqualTo(BackendException.Kind.UNAVAILABLE);
        assertThat(failure.outcomeKnown()).as("whether the outcome is known").isTrue();
    }

    static void assertRefused(BackendException failure) {
        assertThat(failure.kind()).isEqualTo(BackendException.Kind.REFUSED);
        assertThat(failure.outcomeKnown()).as("whether the outcome is known").isTrue();
    }

    @Override
    public void close() {
        backend.close(Duration.ofSeconds(5));
        time.close();
    }
}
