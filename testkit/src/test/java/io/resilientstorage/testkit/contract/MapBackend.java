package io.resilientstorage.testkit.contract;

import io.resilientstorage.api.BackendType;
import io.resilientstorage.api.Durability;
import io.resilientstorage.api.Scope;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyRule;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.ChangeScan;
import io.resilientstorage.backend.ClearReply;
import io.resilientstorage.backend.Hint;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.ImmediateReads;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockStore;
import io.resilientstorage.backend.MissTrust;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.backend.RecordScan;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.SentinelStore;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The plainest backend that keeps the whole contract: a map behind one lock. The suite is tried on it, and on variants
 * that are broken on purpose.
 */
class MapBackend implements Backend {

    /** A record with the position of its last change; {@code readable} is false for a newer format. */
    record Row(int generation, VersionedRecord record, long position, boolean readable) {}

    /** A key in its generation. */
    record Place(int generation, RecordKey key) {}

    private final Map<Place, Row> rows = new ConcurrentHashMap<>();
    private final MapHints hints = new MapHints(this);
    private final MapSentinels sentinels = new MapSentinels(this);
    private final MapLocks locks;
    private @Nullable BackendContext context;
    private long position;
    private int life;

    MapBackend() {
        this(MapLocks::new);
    }

    /** With locks of another kind, made of this backend. */
    MapBackend(Function<MapBackend, MapLocks> locks) {
        this.locks = locks.apply(this);
    }

    @Override
    public BackendTraits traits() {
        return new BackendTraits(BackendType.CUSTOM, Scope.SHARED, Durability.DURABLE, true);
    }

    @Override
    public void open(BackendContext opened) {
        context = opened;
    }

    synchronized void restart() {
        life++;
    }

    void put(int generation, VersionedRecord record, boolean readable) {
        synchronized (this) {
            store(new Row(generation, record, nextPosition(), readable));
        }
    }

    long nextPosition() {
        return ++position;
    }

    void store(Row row) {
        rows.put(place(row.generation(), row.record().key()), row);
    }

    Place place(int generation, RecordKey key) {
        return new Place(generation, key);
    }

    BackendContext context() {
        return Objects.requireNonNull(context);
    }

    synchronized void clear() {
        rows.clear();
        sentinels.clear();
    }

    boolean isReadable(Row row) {
        return row.readable();
    }

    long now() {
        return context().referenceClock().millis();
    }

    @Override
    public synchronized CompletionStage<ReadReply> read(ReadRequest request) {
        List<ReadAnswer> answers = request.keys().stream()
                .map(key -> answer(rows.get(place(request.generation(), key))))
                .toList();
        boolean missed = answers.stream().anyMatch(ReadAnswer.Miss.class::isInstance);
        return CompletableFuture.completedFuture(new ReadReply(answers, incarnation(), trust(missed)));
    }

    MissTrust trust(boolean missed) {
        return missed && !sentinels.isWarm() ? MissTrust.COLD : MissTrust.BELIEVED;
    }

    @Override
    public Optional<ImmediateReads> immediateReads() {
        return Optional.of(new ImmediateReads() {
            @Override
            public ReadAnswer read(String namespace, String key, int generation) {
                return immediately(rows.get(place(generation, new RecordKey(namespace, key))));
            }

            @Override
            public boolean evicted() {
                return false;
            }
        });
    }

    ReadAnswer immediately(@Nullable Row row) {
        return answer(row);
    }

    private ReadAnswer answer(@Nullable Row row) {
        if (row == null) {
            return ReadAnswer.Miss.NOTHING;
        }
        if (!isReadable(row)) {
            return new ReadAnswer.Unreadable("newer format");
        }
        return isLive(row.record())
                ? new ReadAnswer.Hit(row.record())
                : new ReadAnswer.Miss(row.record().version());
    }

    boolean isLive(VersionedRecord record) {
        return record.isLive(now());
    }

    @Override
    public CompletionStage<ApplyReply> apply(ApplyRequest request) {
        synchronized (this) {
            return CompletableFuture.completedFuture(applyAll(request));
        }
    }

    ApplyReply applyAll(ApplyRequest request) {
        List<ApplyResult> results = new ArrayList<>();
        for (Change change : request.changes()) {
            results.add(apply(request, change));
        }
        return new ApplyReply(results, incarnation());
    }

    private ApplyResult apply(ApplyRequest request, Change change) {
        Row row = rows.get(place(request.generation(), change.record().key()));
        if (row != null && !isReadable(row)) {
            return new ApplyResult(ApplyStatus.UNREADABLE, Version.NONE, false);
        }
        ApplyRule.Verdict verdict =
                decide(request, change, Optional.ofNullable(row).map(Row::record));
        verdict.store().ifPresent(record -> put(request.generation(), record, true));
        if (isHinted(verdict)) {
            VersionedRecord record = verdict.store().orElse(change.record());
            change.hintsFor().forEach(target -> hints.note(target, record));
        }
        return verdict.result();
    }

    boolean isHinted(ApplyRule.Verdict verdict) {
        return verdict.store().isPresent();
    }

    /** Whether a delivered version is what stands. */
    boolean isDelivered(Hint kept, Version delivered) {
        return !kept.version().isNewerThan(delivered)
                && rows.values().stream()
                        .filter(row -> row.record().key().equals(kept.key()))
                        .noneMatch(row -> row.record().version().isNewerThan(delivered));
    }

    /** The version that a target lacks although nothing says so, for an older one was delivered. */
    Optional<Version> lacking(Hint delivered) {
        return rows.values().stream()
                .filter(row -> row.record().key().equals(delivered.key()))
                .map(row -> row.record().version())
                .filter(version -> version.isNewerThan(delivered.version()))
                .findFirst();
    }

    boolean isSameHint(Hint kept, Hint named) {
        return kept.version().equals(named.version());
    }

    ApplyRule.Verdict decide(ApplyRequest request, Change change, Optional<VersionedRecord> stored) {
        Duration tombstoneLife = context().tombstoneLife();
        return ApplyRule.of(request, now(), tombstoneLife).decide(change, stored);
    }

    @Override
    public synchronized CompletionStage<ProbeReply> probe(Duration timeout) {
        return CompletableFuture.completedFuture(new ProbeReply(incarnation(), Optional.of(now()), Optional.empty()));
    }

    Incarnation incarnation() {
        return new Incarnation("life " + life);
    }

    @Override
    public Optional<HintStore> hints() {
        return Optional.of(hints);
    }

    @Override
    public Optional<SentinelStore> sentinels() {
        return Optional.of(sentinels);
    }

    @Override
    public Optional<LockStore> locks() {
        return Optional.of(locks);
    }

    synchronized void useUpTokens(String space, int left) {
        locks.useUpTokens(space, left);
    }

    /** What is told when hints were cleared; called under the lock, in the same step. */
    ClearReply cleared() {
        return ClearReply.of(incarnation(), sentinels.standing());
    }

    /** Whether what stands is what somebody took it for. */
    boolean isExpected(Optional<Sentinel> standing, Optional<Sentinel> expected) {
        return standing.equals(expected);
    }

    /** Whether it has the life that somebody took it to have. */
    boolean isLife(Incarnation expected) {
        return incarnation().equals(expected);
    }

    /** What is stored of a sentinel. */
    String stored(Sentinel sentinel) {
        return sentinel.text();
    }

    @Override
    public Optional<RecordScan> scan() {
        return Optional.of(this::scan);
    }

    private synchronized CompletionStage<RecordScan.Page> scan(RecordScan.Request request) {
        List<VersionedRecord> found = rows.values().stream()
                .filter(row -> row.generation() == request.generation() && row.readable())
                .flatMap(row -> request.wanted(row.record().key(), answer(row)).stream())
                .filter(record -> request.namespace().isEmpty()
                        || request.namespace().get().equals(record.key().namespace()))
                .filter(record -> matches(request.prefix(), record.key().key()))
                .sorted(Comparator.comparing(MapBackend::order))
                .toList();
        Optional<String> after = request.cursor();
        List<VersionedRecord> page = found.stream()
                .filter(record -> after.isEmpty() || order(record).compareTo(after.get()) > 0)
                .limit(request.limit())
                .toList();
        Optional<String> cursor =
                page.size() < request.limit() ? Optional.empty() : Optional.of(order(page.get(page.size() - 1)));
        return CompletableFuture.completedFuture(new RecordScan.Page(page, cursor));
    }

    private static String order(VersionedRecord record) {
        return record.key().namespace() + "/" + record.key().key();
    }

    boolean matches(String prefix, String key) {
        return key.startsWith(prefix);
    }

    @Override
    public Optional<ChangeScan> changes() {
        return Optional.of(new Changes());
    }

    Comparator<Row> latestFirst() {
        return Comparator.comparingLong(Row::position).reversed();
    }

    long head(long newest) {
        return newest;
    }

    private final class Changes implements ChangeScan {

        @Override
        public CompletionStage<Page> changes(long after, int generation, int limit) {
            synchronized (MapBackend.this) {
                List<Row> found = rows.values().stream()
                        .filter(row -> row.position() > after && row.generation() == generation && row.readable())
                        .sorted(Comparator.comparingLong(Row::position))
                        .limit(limit)
                        .toList();
                long end = found.isEmpty()
                        ? Math.max(after, position)
                        : found.get(found.size() - 1).position();
                return page(found, end);
            }
        }

        @Override
        public CompletionStage<Page> latest(long upTo, int generation, int limit) {
            synchronized (MapBackend.this) {
                List<Row> found = rows.values().stream()
                        .filter(row -> row.position() <= upTo && row.generation() == generation && row.readable())
                        .sorted(latestFirst())
                        .limit(limit)
                        .toList();
                return page(
                        found, found.isEmpty() ? 0 : found.get(found.size() - 1).position() - 1);
            }
        }

        private CompletionStage<Page> page(List<Row> found, long end) {
            return CompletableFuture.completedFuture(
                    new Page(found.stream().map(Row::record).toList(), end));
        }

        @Override
        public CompletionStage<Extent> extent() {
            synchronized (MapBackend.this) {
                return CompletableFuture.completedFuture(new Extent(head(position), 0));
            }
        }
    }
}
