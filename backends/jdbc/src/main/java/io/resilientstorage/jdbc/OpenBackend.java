package io.resilientstorage.jdbc;

import io.resilientstorage.api.Scope;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.ChangeScan;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.LockStore;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.backend.RecordScan;
import io.resilientstorage.backend.SentinelStore;
import io.resilientstorage.time.Time;
import io.resilientstorage.time.Workers;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of an open backend.
 *
 * <p>Threads: calls have as many as there are connections; a database with one writer at a time has a thread of its own
 * for writes, so that they do not keep reads waiting. What runs in the background (hints, scans, removing what is dead)
 * has one thread, and so have probes, so that neither keeps the other waiting. All share the connections.
 */
final class OpenBackend {

    private static final Logger LOG = LoggerFactory.getLogger(OpenBackend.class);

    /** How many calls may wait for a thread. */
    private static final int QUEUE = 1_000;

    private static final int PROBES = 100;

    private static final Duration BACKGROUND_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration OPENING_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration AGAIN = Duration.ofMillis(500);
    private static final Duration LAST_PATIENCE = Duration.ofSeconds(1);

    private final String name;
    private final Time time;
    private final ConnectionPool pool;
    private final Calls calls;
    private final Lane reading;
    private final Lane writing;
    private final Lane background;
    private final Lane probing;
    private final Workers aborting;
    private final Reads reads;
    private final Writes writes;
    private final Probe probe;
    private final Purge purge;
    private final Hints hints;
    private final PrefixScan scan;
    private final Changes changes;
    private final Sentinels sentinels;
    private final Locks locks;
    private final SweepTurns lockSweep;
    private final Optional<ReadyConnections> ready;
    private volatile boolean closed;

    OpenBackend(JdbcSettings settings, BackendContext context) {
        this.name = context.name();
        this.time = context.time();
        Target target = settings.target();
        Tables tables = settings.tables();
        int poolSize = settings.poolSize();
        Dialect dialect = target.dialect(context, tables);
        boolean isServer = target.traits().scope() == Scope.SHARED;
        Progress progress = new Progress(time.clock());
        pool = new ConnectionPool(name, poolSize, dialect, time.clock());
        calls = new Calls(name, pool, new Schema(dialect, tables));
        aborting = time.workers(name + "-abort", 1, poolSize);
        reading = lane("call", poolSize, QUEUE, progress, dialect);
        int writers = target.writers(poolSize);
        writing = writers == poolSize ? reading : lane("write", writers, QUEUE, new Progress(time.clock()), dialect);
        background = lane("background", 1, QUEUE, progress, dialect);
        probing = lane("probe", 1, PROBES, progress, dialect);
        reads = new Reads(dialect);
        Shortage shortage = new Shortage();
        writes = new Writes(calls, dialect, context.tombstoneLife(), shortage, time.clock());
        probe = new Probe(dialect, tables, time.randomness(), shortage);
        purge = new Purge(time, background, calls, dialect, context.tombstoneLife(), BACKGROUND_TIMEOUT);
        hints = new Hints(background, calls, dialect, tables, BACKGROUND_TIMEOUT);
        scan = new PrefixScan(background, calls, dialect, tables, BACKGROUND_TIMEOUT);
        changes = new Changes(background, calls, dialect, tables, BACKGROUND_TIMEOUT);
        sentinels = new Sentinels(background, calls, dialect, BACKGROUND_TIMEOUT);
        locks = new Locks(writing, calls, dialect.locks(), BACKGROUND_TIMEOUT, isServer);
        lockSweep = new SweepTurns(time, background, calls, BACKGROUND_TIMEOUT, new LockSweep(dialect, tables));
        // A connection to a file is made in no time.
        ready = isServer
                ? Optional.of(new ReadyConnections(time, background, pool, poolSize, tables))
                : Optional.empty();
    }

    private Lane lane(String work, int threads, int queue, Progress progress, Dialect dialect) {
        Workers workers = time.workers(name + "-" + work, threads, queue);
        return new Lane(time, workers, new Seats(threads, queue), aborting, progress, dialect);
    }

    /** Begins to connect and to look at the schema, in the background. */
    void start() {
        purge.start();
        lockSweep.start();
        tryToOpen(1);
    }

    private void tryToOpen(int attemptNumber) {
        probing.submit(OPENING_TIMEOUT, attempt -> calls.run(attempt, (session, life) -> life))
                .whenComplete((life, failure) -> {
                    if (closed) {
                        return;
                    }
                    if (failure == null) {
                        ready.ifPresent(ReadyConnections::start);
                        return;
                    }
                    if (attemptNumber == 1) {
                        LOG.warn("Backend {} cannot be opened yet, and is tried again: {}", name, failure.getMessage());
                    }
                    time.timers().schedule(AGAIN, () -> tryToOpen(attemptNumber + 1));
                });
    }

    CompletionStage<ReadReply> read(ReadRequest request) {
        return reading.submit(
                request.timeout(),
                attempt -> calls.run(attempt, (session, life) -> reads.read(session, life, request)));
    }

    CompletionStage<ApplyReply> apply(ApplyRequest request) {
        return writing.submit(request.timeout(), attempt -> writes.apply(attempt, request));
    }

    CompletionStage<ProbeReply> probe(Duration timeout) {
        return probing.submit(timeout, attempt -> calls.run(attempt, (session, life) -> probe.probe(session, life)));
    }

    HintStore hints() {
        return hints;
    }

    RecordScan scan() {
        return scan;
    }

    ChangeScan changes() {
        return changes;
    }

    SentinelStore sentinels() {
        return sentinels;
    }

    LockStore locks() {
        return locks;
    }

    void close(Duration patience) {
        closed = true;
        purge.close();
        lockSweep.close();
        ready.ifPresent(ReadyConnections::close);
        long deadline = time.clock().nanos() + patience.toNanos();
        for (Lane lane : new Lane[] {reading, writing, background, probing}) {
            lane.close(left(deadline));
        }
        // Closing a pool can take longer than anybody wants to wait, when a server hangs: it goes on by itself then.
        Workers closing = time.workers(name + "-close", 1, 1);
        try {
            closing.execute(pool::close);
        } catch (RejectedExecutionException e) {
            LOG.debug("The connections of backend {} are closed by their own ends", name, e);
        }
        Duration left = left(deadline);
        closing.close(left.compareTo(LAST_PATIENCE) > 0 ? left : LAST_PATIENCE);
        aborting.close(Duration.ZERO);
    }

    private Duration left(long deadline) {
        return Duration.ofNanos(Math.max(0, deadline - time.clock().nanos()));
    }
}
