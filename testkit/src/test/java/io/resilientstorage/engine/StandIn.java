package io.resilientstorage.engine;

import io.resilientstorage.api.BackendType;
import io.resilientstorage.api.Durability;
import io.resilientstorage.api.Scope;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.ClearReply;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockStore;
import io.resilientstorage.backend.MissTrust;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.SentinelReply;
import io.resilientstorage.backend.SentinelStore;
import io.resilientstorage.backend.Warmth;
import io.resilientstorage.lock.RuledLocks;
import io.resilientstorage.memory.MemoryBackend;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.time.ReferenceClock;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A server that is really memory: with traits to choose, a clock and an incarnation of its own, and a memory of what it
 * was asked.
 */
final class StandIn implements Backend {

    static final BackendTraits SHARED = new BackendTraits(BackendType.CUSTOM, Scope.SHARED, Durability.VOLATILE, true);
    static final BackendTraits DURABLE =
            new BackendTraits(BackendType.DATABASE, Scope.SHARED, Durability.DURABLE, true);

    static final long OTHER_WRITER = 7;

    private final String name;
    private final BackendTraits traits;
    private final MemoryBackend memory = new MemoryBackend();
    private final List<ApplyRequest> applies = Collections.synchronizedList(new ArrayList<>());
    private final List<ReadRequest> reads = Collections.synchronizedList(new ArrayList<>());
    private final StandInHints hints = new StandInHints(this::millis, this::stands, this::cleared);
    private final RuledLocks locks = new RuledLocks(this::millis, this::incarnation);
    private @Nullable BackendContext context;
    private @Nullable ReferenceClock clock;
    private long skewMillis;
    private final AtomicInteger life = new AtomicInteger(1);
    private boolean hinting;
    private boolean marked;
    private boolean lockless;
    private Optional<Sentinel> sentinel = Optional.empty();

    StandIn(String name, BackendTraits traits) {
        this.name = name;
        this.traits = traits;
    }

    /** Keeps hints, as it says once it is open; to be said before that. A record stays when its last hint goes. */
    void keepHints() {
        hinting = true;
    }

    /** Has a place for a sentinel, as it says once it is open; to be said before that. */
    void keepSentinel() {
        marked = true;
    }

    /** Keeps no locks, as it says once it is open; to be said before that. */
    void keepNoLocks() {
        lockless = true;
    }

    /** The sentinel that stands. */
    Optional<Sentinel> sentinel() {
        return sentinel;
    }

    /** The hints for another backend, as the server itself says. */
    HintSummary hintsFor(String target) {
        return hints.summary(target).toCompletableFuture().join();
    }

    /** Sets its clock ahead of that of this process; negative for behind. */
    void skew(Duration ahead) {
        skewMillis = ahead.toMillis();
        if (clock != null) {
            clock.useOffset(skewMillis);
        }
    }

    /** Its own clock. */
    long millis() {
        return Objects.requireNonNull(clock).millis();
    }

    /** It is another from now on, and has lost everything. */
    void restartEmpty() {
        emptySecretly();
        restart();
    }

    /** It has lost everything and does not say so. */
    void emptySecretly() {
        memory.close(Duration.ZERO);
        sentinel = Optional.empty();
        hints.forget();
        locks.forget();
        openMemory();
    }

    /** It is another from now on, and still has everything. */
    void restart() {
        life.incrementAndGet();
    }

    /** What another process has stored here. */
    ApplyResult put(RecordKey key, Content content, Version version, ApplyKind kind) {
        VersionedRecord record = new VersionedRecord(key, version, content, VersionedRecord.NEVER);
        return memory.apply(new ApplyRequest(
                        kind, List.of(Change.of(record)), 0, ApplyRequest.NO_LIMIT, Duration.ofSeconds(1)))
                .toCompletableFuture()
                .join()
                .results()
                .get(0);
    }

    /** What another process has stored here in the default namespace, under a version of this time. */
    ApplyResult put(String key, String value, long millis) {
        return put(key(key), text(value), Version.of(millis, 0, OTHER_WRITER), ApplyKind.REPLAY);
    }

    /** What stands here, as the server itself says. */
    ReadAnswer stands(String key) {
        return stands(key(key));
    }

    static RecordKey key(String key) {
        return new RecordKey("default", key);
    }

    static Content text(String value) {
        return Content.value(value.getBytes(StandardCharsets.UTF_8));
    }

    /** What it was told to store, in order. */
    List<ApplyRequest> applies() {
        return List.copyOf(applies);
    }

    /** The last that it was told to store. */
    ApplyRequest lastApply() {
        return applies.get(applies.size() - 1);
    }

    /** What it was asked for, in order. */
    List<ReadRequest> reads() {
        return List.copyOf(reads);
    }

    @Override
    public BackendTraits traits() {
        return traits;
    }

    @Override
    public void open(BackendContext opened) {
        context = opened;
        clock = new ReferenceClock(opened.time().clock());
        clock.useOffset(skewMillis);
        openMemory();
    }

    private void openMemory() {
        BackendContext opened = Objects.requireNonNull(context);
        memory.open(new BackendContext(name, opened.time(), Objects.requireNonNull(clock), opened.tombstoneLife()));
    }

    private ReadAnswer stands(RecordKey key) {
        return memory.read(new ReadRequest(List.of(key), 0, Duration.ofSeconds(1)))
                .toCompletableFuture()
                .join()
                .answers()
                .get(0);
    }

    /** The life that its replies name. */
    Incarnation incarnation() {
        return new Incarnation(name + "-" + life.get());
    }

    @Override
    public CompletionStage<ReadReply> read(ReadRequest request) {
        reads.add(request);
        return memory.read(request).thenApply(reply -> {
            boolean missed = reply.answers().stream().anyMatch(ReadAnswer.Miss.class::isInstance);
            boolean cold = marked
                    && sentinel.map(Sentinel::warmth)
                            .filter(Warmth.WARM::equals)
                            .isEmpty();
            return new ReadReply(reply.answers(), incarnation(), missed && cold ? MissTrust.COLD : MissTrust.BELIEVED);
        });
    }

    @Override
    public CompletionStage<ApplyReply> apply(ApplyRequest request) {
        applies.add(request);
        return memory.apply(withoutHints(request)).thenApply(reply -> {
            if (hinting) {
                hints.note(request, reply.results());
            }
            return new ApplyReply(reply.results(), incarnation());
        });
    }

    private static ApplyRequest withoutHints(ApplyRequest request) {
        List<Change> changes = request.changes().stream()
                .map(change -> new Change(change.record(), change.condition(), Set.of()))
                .toList();
        return new ApplyRequest(
                request.kind(),
                changes,
                request.generation(),
                request.notAfter(),
                request.mostBehind(),
                request.timeout());
    }

    private ClearReply cleared() {
        return marked ? ClearReply.of(incarnation(), sentinel) : ClearReply.of(incarnation());
    }

    @Override
    public Optional<HintStore> hints() {
        return hinting && context != null ? Optional.of(hints) : Optional.empty();
    }

    @Override
    public Optional<SentinelStore> sentinels() {
        return marked && context != null ? Optional.of(new Mark()) : Optional.empty();
    }

    private final class Mark implements SentinelStore {

        @Override
        public CompletionStage<SentinelReply> read() {
            return CompletableFuture.completedFuture(new SentinelReply(sentinel, incarnation()));
        }

        @Override
        public CompletionStage<Boolean> compareAndSet(Incarnation life, Optional<Sentinel> expected, Sentinel next) {
            boolean stands = sentinel.equals(expected) && incarnation().equals(life);
            if (stands) {
                sentinel = Optional.of(next);
            }
            return CompletableFuture.completedFuture(stands);
        }
    }

    @Override
    public Optional<LockStore> locks() {
        return context == null || lockless ? Optional.empty() : Optional.of(locks);
    }

    @Override
    public CompletionStage<ProbeReply> probe(Duration timeout) {
        return memory.probe(timeout)
                .thenApply(reply -> new ProbeReply(incarnation(), Optional.of(millis()), Optional.empty()));
    }

    @Override
    public void close(Duration patience) {
        memory.close(patience);
    }
}
