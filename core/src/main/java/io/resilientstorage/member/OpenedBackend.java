package io.resilientstorage.member;

import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.backend.ChangeScan;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.ImmediateReads;
import io.resilientstorage.backend.LockStore;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.backend.RecordScan;
import io.resilientstorage.backend.SentinelStore;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A backend that is not called before it was opened. One whose opening throws is not dropped: each probe tries again,
 * and until that succeeds every call fails as unreachable. Safe for use by several threads.
 */
public final class OpenedBackend implements Backend {

    private static final Logger LOG = LoggerFactory.getLogger(OpenedBackend.class);

    private final Backend backend;
    private final ReentrantLock lock = new ReentrantLock();
    private Optional<BackendContext> context = Optional.empty();
    private volatile BackendException trouble = BackendException.unreachable("it is not open yet");
    private volatile boolean open;
    private boolean closed;
    private boolean told;

    /** A backend that is not open yet. */
    public OpenedBackend(Backend backend) {
        this.backend = backend;
    }

    /** Opens it, or leaves that to the next probe. Never throws. */
    @Override
    public void open(BackendContext given) {
        lock.lock();
        try {
            context = Optional.of(given);
        } finally {
            lock.unlock();
        }
        tryToOpen();
    }

    /** Whether it was opened. Until then it is not known what it can do. */
    public boolean isOpen() {
        return open;
    }

    private void tryToOpen() {
        lock.lock();
        try {
            if (!open && !closed && context.isPresent()) {
                backend.open(context.get());
                open = true;
            }
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            // What is down or broken at the start must not keep the others from serving.
            if (!told) {
                LOG.error(
                        "Backend {} could not be opened; every probe tries again",
                        context.get().name(),
                        e);
            }
            told = true;
            trouble = BackendException.unreachable("it could not be opened: " + e, e);
        } finally {
            lock.unlock();
        }
    }

    private <T> CompletionStage<T> unopened() {
        return CompletableFuture.failedFuture(trouble);
    }

    @Override
    public BackendTraits traits() {
        return backend.traits();
    }

    @Override
    public CompletionStage<ReadReply> read(ReadRequest request) {
        return open ? backend.read(request) : unopened();
    }

    @Override
    public CompletionStage<ReadReply> readOne(String namespace, String key, int generation, Duration timeout) {
        return open ? backend.readOne(namespace, key, generation, timeout) : unopened();
    }

    @Override
    public CompletionStage<ApplyReply> apply(ApplyRequest request) {
        return open ? backend.apply(request) : unopened();
    }

    @Override
    public CompletionStage<ProbeReply> probe(Duration timeout) {
        if (!open) {
            tryToOpen();
        }
        return open ? backend.probe(timeout) : unopened();
    }

    @Override
    public Optional<ImmediateReads> immediateReads() {
        return backend.immediateReads().map(OnceOpen::new);
    }

    /** The reads of a backend that may not be open yet. */
    private final class OnceOpen implements ImmediateReads {

        private final ImmediateReads reads;

        OnceOpen(ImmediateReads reads) {
            this.reads = reads;
        }

        @Override
        public ReadAnswer read(String namespace, String key, int generation) {
            if (!open) {
                throw trouble;
            }
            return reads.read(namespace, key, generation);
        }

        @Override
        public boolean evicted() {
            return reads.evicted();
        }
    }

    /**
     * What it can do is asked of an open one: until then nothing is known of it, and it is not asked. One that cannot
     * tell must not keep the others from serving.
     */
    private <T> Optional<T> ifItCanTell(Supplier<Optional<T>> capability) {
        if (!open) {
            return Optional.empty();
        }
        try {
            return capability.get();
        } catch (RuntimeException | LinkageError e) {
            LOG.warn("A backend could not tell what it can do: {}", e.toString());
            return Optional.empty();
        }
    }

    @Override
    public Optional<HintStore> hints() {
        return ifItCanTell(backend::hints);
    }

    @Override
    public Optional<SentinelStore> sentinels() {
        return ifItCanTell(backend::sentinels);
    }

    @Override
    public Optional<RecordScan> scan() {
        return ifItCanTell(backend::scan);
    }

    @Override
    public Optional<ChangeScan> changes() {
        return ifItCanTell(backend::changes);
    }

    @Override
    public Optional<LockStore> locks() {
        return ifItCanTell(backend::locks);
    }

    @Override
    public void close(Duration patience) {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        backend.close(patience);
    }
}
