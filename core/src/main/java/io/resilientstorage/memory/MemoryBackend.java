package io.resilientstorage.memory;

import io.resilientstorage.api.BackendType;
import io.resilientstorage.api.Durability;
import io.resilientstorage.api.Scope;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.ImmediateReads;
import io.resilientstorage.backend.LockStore;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.backend.RecordScan;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The backend that is this process's own memory: the last resort, and a place for tests. It is bounded, see
 * {@link MemoryBounds}, and all that it holds ends with the process.
 *
 * <p>Every call is done on the calling thread and its stage has ended when the method returns. It has no clock of its
 * own: expiry is judged by the reference clock of its context. Safe for use by several threads.
 *
 * <p>At its bounds it evicts live records that are read seldom. From then on a miss of it may be a record that was
 * evicted: see {@link MemoryUsage#evicted()}. A record that carries a hint is never evicted.
 */
public final class MemoryBackend implements Backend {

    private static final BackendTraits TRAITS =
            new BackendTraits(BackendType.MEMORY, Scope.PROCESS, Durability.VOLATILE, true);

    private final MemoryBounds bounds;
    private final MemoryHintStore hints = new MemoryHintStore(this);
    private final LockStore locks = new MemoryLockStore(this);
    private final ImmediateReads immediateReads = new MemoryReads(this);
    private volatile @Nullable OpenMemory memory;

    /** With {@link MemoryBounds#DEFAULT}. */
    public MemoryBackend() {
        this(MemoryBounds.DEFAULT);
    }

    /** With other bounds. */
    public MemoryBackend(MemoryBounds bounds) {
        this.bounds = bounds;
    }

    @Override
    public BackendTraits traits() {
        return TRAITS;
    }

    @Override
    public void open(BackendContext context) {
        memory = new OpenMemory(bounds, context);
    }

    @Override
    public CompletionStage<ReadReply> read(ReadRequest request) {
        return call(open -> open.read(request));
    }

    @Override
    public CompletionStage<ApplyReply> apply(ApplyRequest request) {
        return call(open -> open.apply(request));
    }

    /** Memory is well as long as the process is; there is nothing to try. */
    @Override
    public CompletionStage<ProbeReply> probe(Duration timeout) {
        return call(open -> new ProbeReply(open.incarnation(), Optional.empty(), Optional.empty()));
    }

    @Override
    public Optional<ImmediateReads> immediateReads() {
        return Optional.of(immediateReads);
    }

    @Override
    public Optional<HintStore> hints() {
        return Optional.of(hints);
    }

    @Override
    public Optional<RecordScan> scan() {
        return Optional.of(request -> call(open -> open.scan().scan(request)));
    }

    /**
     * Its locks, which end with the process and are judged by its monotonic time. They take at most a quarter of
     * {@link MemoryBounds#maxBytes()} more; when that is full, further grants fail as overload.
     */
    @Override
    public Optional<LockStore> locks() {
        return Optional.of(locks);
    }

    /** What it holds now. Looks at every record: for metrics, not for every call. */
    public MemoryUsage usage() {
        OpenMemory open = memory;
        return open == null ? MemoryUsage.NONE : open.records().usage();
    }

    /** Forgets everything. */
    @Override
    public void close(Duration patience) {
        OpenMemory open = memory;
        memory = null;
        if (open != null) {
            open.close();
        }
    }

    <T> CompletionStage<T> call(Function<OpenMemory, T> task) {
        try {
            return CompletableFuture.completedFuture(task.apply(opened()));
        } catch (BackendException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** @throws BackendException if it is not open */
    OpenMemory opened() {
        OpenMemory open = memory;
        if (open == null) {
            throw BackendException.unreachable("the memory backend is not open");
        }
        return open;
    }
}
