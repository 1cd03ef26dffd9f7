package io.resilientstorage.testkit.contract;

import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.backend.ChangeScan;
import io.resilientstorage.backend.ClearReply;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.backend.ImmediateReads;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockStore;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.backend.RecordScan;
import io.resilientstorage.backend.ReleaseWatch;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.SentinelReply;
import io.resilientstorage.backend.SentinelStore;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * For the fixture of a backend that lives in the process: on {@link #restart} the backend inside is closed and a new
 * one is opened with the same context, as happens when the process ends and starts again. The object outside stays the
 * same.
 */
public final class RestartableBackend implements Backend {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Supplier<? extends Backend> maker;
    private volatile Backend inner;
    private volatile @Nullable BackendContext context;

    /** @param maker makes a backend, not opened, on the same data if it keeps any */
    public RestartableBackend(Supplier<? extends Backend> maker) {
        this.maker = maker;
        this.inner = maker.get();
    }

    /** Closes the backend inside and opens a new one. Calls that are under way may fail. */
    public synchronized void restart() {
        BackendContext opened = context;
        if (opened == null) {
            throw new IllegalStateException("not opened");
        }
        inner.close(PATIENCE);
        Backend next = maker.get();
        next.open(opened);
        inner = next;
    }

    @Override
    public BackendTraits traits() {
        return inner.traits();
    }

    @Override
    public synchronized void open(BackendContext opened) {
        context = opened;
        inner.open(opened);
    }

    @Override
    public CompletionStage<ReadReply> read(ReadRequest request) {
        return inner.read(request);
    }

    @Override
    public CompletionStage<ApplyReply> apply(ApplyRequest request) {
        return inner.apply(request);
    }

    @Override
    public CompletionStage<ProbeReply> probe(Duration timeout) {
        return inner.probe(timeout);
    }

    @Override
    public Optional<ImmediateReads> immediateReads() {
        return inner.immediateReads().map(any -> new Reads());
    }

    @Override
    public Optional<HintStore> hints() {
        return inner.hints().map(any -> new Hints());
    }

    @Override
    public Optional<RecordScan> scan() {
        return inner.scan().map(any -> request -> inner.scan().orElseThrow().scan(request));
    }

    @Override
    public Optional<ChangeScan> changes() {
        return inner.changes().map(any -> new Changes());
    }

    @Override
    public Optional<SentinelStore> sentinels() {
        return inner.sentinels().map(any -> new Sentinels());
    }

    @Override
    public Optional<LockStore> locks() {
        return inner.locks().map(any -> new Locks());
    }

    @Override
    public synchronized void close(Duration patience) {
        inner.close(patience);
    }

    /** Asks the backend that is inside now. */
    private final class Reads implements ImmediateReads {

        private ImmediateReads now() {
            return inner.immediateReads().orElseThrow();
        }

        @Override
        public ReadAnswer read(String namespace, String key, int generation) {
            return now().read(namespace, key, generation);
        }

        @Override
        public boolean evicted() {
            return now().evicted();
        }
    }

    /** Asks the backend that is inside now. */
    private final class Hints implements HintStore {

        private HintStore now() {
            return inner.hints().orElseThrow();
        }

        @Override
        public CompletionStage<List<Hint>> claim(String target, int limit, Duration claim) {
            return now().claim(target, limit, claim);
        }

        @Override
        public CompletionStage<ClearReply> clear(Collection<Hint> delivered) {
            return now().clear(delivered);
        }

        @Override
        public CompletionStage<Void> note(Collection<Hint> lacking) {
            return now().note(lacking);
        }

        @Override
        public CompletionStage<Void> retry(Collection<Hint> refused) {
            return now().retry(refused);
        }

        @Override
        public CompletionStage<Void> park(Collection<Hint> poison) {
            return now().park(poison);
        }

        @Override
        public CompletionStage<HintSummary> summary(String target) {
            return now().summary(target);
        }
    }

    /** Asks the backend that is inside now. */
    private final class Changes implements ChangeScan {

        private ChangeScan now() {
            return inner.changes().orElseThrow();
        }

        @Override
        public CompletionStage<Page> changes(long after, int generation, int limit) {
            return now().changes(after, generation, limit);
        }

        @Override
        public CompletionStage<Page> latest(long upTo, int generation, int limit) {
            return now().latest(upTo, generation, limit);
        }

        @Override
        public CompletionStage<Extent> extent() {
            return now().extent();
        }
    }

    /** Asks the backend that is inside now. */
    private final class Sentinels implements SentinelStore {

        private SentinelStore now() {
            return inner.sentinels().orElseThrow();
        }

        @Override
        public CompletionStage<SentinelReply> read() {
            return now().read();
        }

        @Override
        public CompletionStage<Boolean> compareAndSet(Incarnation life, Optional<Sentinel> expected, Sentinel next) {
            return now().compareAndSet(life, expected, next);
        }
    }

    /** Asks the backend that is inside now. */
    private final class Locks implements LockStore {

        private LockStore now() {
            return inner.locks().orElseThrow();
        }

        @Override
        public CompletionStage<AuthorityReply> authority(String space) {
            return now().authority(space);
        }

        @Override
        public CompletionStage<Boolean> compareAndSet(
                String space, Incarnation life, long expectedRevision, Authority next, long notAfter) {
            return now().compareAndSet(space, life, expectedRevision, next, notAfter);
        }

        @Override
        public CompletionStage<LockReply> perform(LockRequest request) {
            return now().perform(request);
        }

        @Override
        public Optional<ReleaseWatch> watchReleases(String space, ReleaseWatch.Listener listener) {
            return now().watchReleases(space, listener);
        }
    }
}
