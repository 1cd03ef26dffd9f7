package io.resilientstorage.jdbc;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.time.ReferenceClock;
import io.resilientstorage.time.Time;
import io.resilientstorage.time.Workers;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;

/** The parts of a backend, put together so that a test can reach into them. */
final class Parts implements AutoCloseable {

    static final Tables TABLES = new Tables("", "resilient_storage_");
    static final int CONNECTIONS = 4;
    static final Duration TOMBSTONE_LIFE = Duration.ofHours(24);
    static final PostgresAccess ACCESS = new PostgresAccess(
            SettingNames.OF_THE_BUILDER, Optional.empty(), Optional.empty(), Optional.empty(), Duration.ofSeconds(2));

    final Time time = Time.system();
    final ReferenceClock clock = new ReferenceClock(time.clock());
    final HookedDialect hooked;
    final Dialect dialect;
    final Lane lane;
    final Calls calls;
    final ConnectionPool pool;

    private final Workers workers = time.workers("parts", 4, 100);
    private final Workers aborting = time.workers("parts-abort", 1, 100);
    private final Writes writes;

    Parts(Target target) {
        hooked = new HookedDialect(target.dialect(new BackendContext("parts", time, clock, TOMBSTONE_LIFE), TABLES));
        dialect = hooked.dialect();
        Progress progress = new Progress(time.clock());
        pool = new ConnectionPool("parts", CONNECTIONS, dialect, time.clock());
        calls = new Calls("parts", pool, new Schema(dialect, TABLES));
        writes = new Writes(calls, dialect, TOMBSTONE_LIFE, new Shortage(), time.clock());
        lane = new Lane(time, workers, new Seats(CONNECTIONS, 100), aborting, progress, dialect);
    }

    static Target target(String url) {
        return url.startsWith("sqlite:")
                ? SqliteTarget.of(SettingNames.OF_THE_BUILDER, url)
                : PostgresTarget.of(url, ACCESS);
    }

    static void awaiting(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    <T> CompletionStage<T> call(Duration timeout, Calls.Operation<T> operation) {
        return lane.submit(timeout, attempt -> calls.run(attempt, operation));
    }

    <T> T run(Calls.Operation<T> operation) {
        return OpenedBackend.await(call(OpenedBackend.TIMEOUT, operation));
    }

    /** Opens the database with another schema. */
    Life open(Attempt attempt, Schema schema) throws SQLException {
        try (Session session = pool.session(attempt)) {
            return schema.open(session);
        }
    }

    /** A write whose version is now, with hints for some. */
    CompletionStage<ApplyReply> write(
            ApplyKind kind, String key, String value, long notAfter, Duration timeout, String... hintsFor) {
        Change change = new Change(record(key, value), Condition.none(), Set.of(hintsFor));
        return apply(new ApplyRequest(kind, List.of(change), 1, notAfter, timeout));
    }

    CompletionStage<ApplyReply> apply(ApplyRequest request) {
        return lane.submit(request.timeout(), attempt -> writes.apply(attempt, request));
    }

    /** A record whose version is now. */
    VersionedRecord record(String key, String value) {
        return new VersionedRecord(
                OpenedBackend.key(key),
                Version.of(clock.millis(), 0, 1),
                Content.value(value.getBytes(StandardCharsets.UTF_8)),
                VersionedRecord.NEVER);
    }

    boolean has(String key) {
        return !value(key).isEmpty();
    }

    /** The value, empty if there is none. */
    String value(String key) {
        ReadReply reply = run((session, life) -> new Reads(dialect)
                .read(session, life, new ReadRequest(List.of(OpenedBackend.key(key)), 1, OpenedBackend.TIMEOUT)));
        return reply.answers().get(0) instanceof ReadAnswer.Hit hit
                        && hit.record().content() instanceof Content.Value value
                ? new String(value.bytes(), StandardCharsets.UTF_8)
                : "";
    }

    @Override
    public void close() {
        lane.close(Duration.ofSeconds(5));
        pool.close();
        aborting.close(Duration.ofSeconds(1));
        time.close();
    }
}
