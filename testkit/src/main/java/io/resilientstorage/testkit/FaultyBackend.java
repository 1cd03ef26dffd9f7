package io.resilientstorage.testkit;

import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.backend.ChangeScan;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockStore;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.backend.RecordScan;
import io.resilientstorage.backend.ReleaseWatch;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.SentinelReply;
import io.resilientstorage.backend.SentinelStore;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Any backend, with faults on demand: for a user's tests of what their application does while storage fails.
 *
 * <pre>{@code
 * FaultyBackend redis = new FaultyBackend(new MemoryBackend());
 * redis.inject(Fault.fail(() -> BackendException.unreachable("down")));       // every call
 * redis.inject(Fault.hang(), Call.READ);                                      // reads alone
 * redis.injectNext(1, Fault.dropReply(), Call.APPLY);                         // one write: stored, and not answered
 * redis.heal();
 * }</pre>
 *
 * <p>Delays run through the timers of the time that it is opened with. Safe for use by several threads.
 */
public final class FaultyBackend implements Backend {

    /** The calls that faults can be injected into. */
    public enum Call {
        /** {@link Backend#open}; only a fault that throws has an effect. */
        OPEN,
        READ,
        APPLY,
        PROBE,
        /** Every method of the {@link HintStore}. */
        HINTS,
        SCAN,
        CHANGES,
        SENTINEL,
        /** Every method of the {@link LockStore} that has an answer. What it tells of releases is told in any case. */
        LOCKS,
        /** {@link Backend#close}; only a fault that throws has an effect. */
        CLOSE
    }

    private record Injected(Fault fault, long times) {}

    private final Backend inner;
    private final Map<Call, Injected> faults = new EnumMap<>(Call.class);
    private final Map<Call, Long> calls = new EnumMap<>(Call.class);
    private volatile @Nullable BackendContext context;

    /** @param inner does what no fault prevents; not opened yet */
    public FaultyBackend(Backend inner) {
        this.inner = inner;
    }

    /**
     * Injects a fault into every call of these sorts from now on, or of all sorts but OPEN and CLOSE if none is named.
     */
    public void inject(Fault fault, Call... into) {
        injectNext(Long.MAX_VALUE, fault, into);
    }

    /** Injects a fault into the next calls of each of these sorts, or of all but OPEN and CLOSE if none is named. */
    public synchronized void injectNext(long times, Fault fault, Call... into) {
        Call[] wanted = into.length > 0
                ? into
                : EnumSet.complementOf(EnumSet.of(Call.OPEN, Call.CLOSE)).toArray(new Call[0]);
        for (Call call : wanted) {
            faults.put(call, new Injected(fault, times));
        }
    }

    /** Ends all faults. Calls that hang go on hanging. */
    public synchronized void heal() {
        faults.clear();
    }

    /** How many calls of this sort were made, those that met a fault included. */
    public synchronized long calls(Call call) {
        return calls.getOrDefault(call, 0L);
    }

    private synchronized Fault next(Call call) {
        calls.merge(call, 1L, Long::sum);
        Injected injected = faults.get(call);
        if (injected == null) {
            return Fault.none();
        }
        if (injected.times() <= 1) {
            faults.remove(call);
        } else {
            faults.put(call, new Injected(injected.fault(), injected.times() - 1));
        }
        return injected.fault();
    }

    private <T> CompletionStage<T> meet(Call call, Supplier<CompletionStage<T>> real) {
        BackendContext opened = context;
        if (opened == null) {
            throw new IllegalStateException("not opened");
        }
        return next(call).meet(real, opened.time().timers());
    }

    @Override
    public BackendTraits traits() {
        return inner.traits();
    }

    @Override
    public void open(BackendContext opened) {
        context = opened;
        throwIfToldTo(Call.OPEN);
        inner.open(opened);
    }

    @Override
    public CompletionStage<ReadReply> read(ReadRequest request) {
        return meet(Call.READ, () -> inner.read(request));
    }

    @Override
    public CompletionStage<ApplyReply> apply(ApplyRequest request) {
        return meet(Call.APPLY, () -> inner.apply(request));
    }

    @Override
    public CompletionStage<ProbeReply> probe(Duration timeout) {
        return meet(Call.PROBE, () -> inner.probe(timeout));
    }

    @Override
    public Optional<HintStore> hints() {
        return inner.hints().map(hints -> new FaultyHints(hints, this::meetHints));
    }

    private <T> CompletionStage<T> meetHints(Supplier<CompletionStage<T>> real) {
        return meet(Call.HINTS, real);
    }

    @Override
    public Optional<RecordScan> scan() {
        return inner.scan().map(scan -> request -> meet(Call.SCAN, () -> scan.scan(request)));
    }

    @Override
    public Optional<ChangeScan> changes() {
        return inner.changes().map(Changes::new);
    }

    private final class Changes implements ChangeScan {

        private final ChangeScan real;

        Changes(ChangeScan real) {
            this.real = real;
        }

        @Override
        public CompletionStage<Page> changes(long after, int generation, int limit) {
            return meet(Call.CHANGES, () -> real.changes(after, generation, limit));
        }

        @Override
        public CompletionStage<Page> latest(long upTo, int generation, int limit) {
            return meet(Call.CHANGES, () -> real.latest(upTo, generation, limit));
        }

        @Override
        public CompletionStage<Extent> extent() {
            return meet(Call.CHANGES, real::extent);
        }
    }

    @Override
    public Optional<SentinelStore> sentinels() {
        return inner.sentinels().map(Sentinels::new);
    }

    private final class Sentinels implements SentinelStore {

        private final SentinelStore real;

        Sentinels(SentinelStore real) {
            this.real = real;
        }

        @Override
        public CompletionStage<SentinelReply> read() {
            return meet(Call.SENTINEL, real::read);
        }

        @Override
        public CompletionStage<Boolean> compareAndSet(Incarnation life, Optional<Sentinel> expected, Sentinel next) {
            return meet(Call.SENTINEL, () -> real.compareAndSet(life, expected, next));
        }
    }

    @Override
    public Optional<LockStore> locks() {
        return inner.locks().map(Locks::new);
    }

    private final class Locks implements LockStore {

        private final LockStore real;

        Locks(LockStore real) {
            this.real = real;
        }

        @Override
        public CompletionStage<AuthorityReply> authority(String space) {
            return meet(Call.LOCKS, () -> real.authority(space));
        }

        @Override
        public CompletionStage<Boolean> compareAndSet(
                String space, Incarnation life, long expectedRevision, Authority next, long notAfter) {
            return meet(Call.LOCKS, () -> real.compareAndSet(space, life, expectedRevision, next, notAfter));
        }

        @Override
        public CompletionStage<LockReply> perform(LockRequest request) {
            return meet(Call.LOCKS, () -> real.perform(request));
        }

        @Override
        public Optional<ReleaseWatch> watchReleases(String space, ReleaseWatch.Listener listener) {
            return real.watchReleases(space, listener);
        }
    }

    @Override
    public void close(Duration patience) {
        throwIfToldTo(Call.CLOSE);
        inner.close(patience);
    }

    private void throwIfToldTo(Call call) {
        if (next(call) instanceof Faults.Throwing throwing) {
            throw throwing.exception().get();
        }
    }
}
