package io.resilientstorage.testkit.simulator;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyRule;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.backend.Change;
import io.resilientstorage.backend.ClearReply;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.MissTrust;
import io.resilientstorage.backend.ProbeReply;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.backend.RecordScan;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.SentinelReply;
import io.resilientstorage.backend.Warmth;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A modelled server: what it holds, and what it does in one atomic step. It decides by {@link ApplyRule}, as the real
 * ones do. What happens to it (crashes, lost data) is in {@link ServerFaults}. Not for use by several threads.
 */
public abstract class ModelServer {

    private final String name;
    private final Duration tombstoneLife;
    private final LongSupplier clock;
    private final ServerNotes notes = new ServerNotes(this);
    private final ServerFaults faults = new ServerFaults(this);
    private ServerState state = new ServerState();
    private ServerWitness witness = ServerWitness.NOBODY;

    /**
     * A server that is up and empty.
     *
     * @param name its name
     * @param tombstoneLife how long it keeps tombstones
     * @param clock the true time in milliseconds since 1970
     */
    ModelServer(String name, Duration tombstoneLife, LongSupplier clock) {
        this.name = name;
        this.tombstoneLife = tombstoneLife;
        this.clock = clock;
    }

    /** Its name, which is also that of the backend. */
    public String name() {
        return name;
    }

    /** What may happen to it. */
    public ServerFaults faults() {
        return faults;
    }

    /** What kind of backend it is. */
    public abstract BackendTraits traits();

    /** The life that it is in. */
    public abstract Incarnation incarnation();

    /** How long it keeps what has expired, for its version. */
    abstract Duration keepsExpired(Row row);

    /** Where the positions of commits go on after a purge. */
    void purged(Row row) {}

    /** Its own clock. */
    long millis() {
        return clock.getAsLong() + faults.clockOffsetMillis();
    }

    Duration tombstoneLife() {
        return tombstoneLife;
    }

    /** The true time. */
    long trueMillis() {
        return clock.getAsLong();
    }

    ServerNotes notes() {
        return notes;
    }

    ServerState state() {
        return state;
    }

    /** @param running whether it goes on running meanwhile */
    void replaceState(ServerState other, boolean running) {
        ServerState before = state;
        state = other;
        witness.lost(this, before, running);
    }

    void watch(ServerWitness who) {
        witness = who;
    }

    ServerWitness witness() {
        return witness;
    }

    /** What stands, after what it does not keep is forgotten. */
    @Nullable
    Row find(Row.Place place) {
        Row row = state.rows.get(place);
        if (row != null && isForgotten(row)) {
            state.rows.remove(place);
            purged(row);
            return null;
        }
        return row;
    }

    private boolean isForgotten(Row row) {
        long now = millis();
        if (row.isLive(now) || !row.readable()) {
            return false;
        }
        Duration life = row.record().content().isTombstone() ? tombstoneLife : keepsExpired(row);
        return row.endedAt() + life.toMillis() <= now;
    }

    /** All rows, without what is forgotten. */
    List<Row> rows(int generation) {
        List<Row> rows = new ArrayList<>();
        for (Row.Place place : List.copyOf(state.rows.keySet())) {
            Row row = find(place);
            if (row != null && place.generation() == generation) {
                rows.add(row);
            }
        }
        return rows;
    }

    /** The version that stands under a key, live or not. */
    Version standing(RecordKey key, int generation) {
        Row row = find(new Row.Place(generation, key));
        return row == null ? Version.NONE : row.record().version();
    }

    /** The live record that stands under a key. */
    Optional<VersionedRecord> live(RecordKey key, int generation) {
        Row row = find(new Row.Place(generation, key));
        return row == null || !row.isLive(millis()) ? Optional.empty() : Optional.of(row.record());
    }

    ReadReply read(ReadRequest request) {
        List<ReadAnswer> answers = new ArrayList<>(request.keys().size());
        boolean missed = false;
        for (RecordKey key : request.keys()) {
            ReadAnswer answer = answer(find(new Row.Place(request.generation(), key)));
            missed |= answer instanceof ReadAnswer.Miss;
            answers.add(answer);
        }
        boolean cold = missed
                && state.sentinel
                        .filter(sentinel -> sentinel.warmth() == Warmth.WARM)
                        .isEmpty();
        MissTrust trust = cold ? MissTrust.COLD : MissTrust.unlessEvicted(faults.hasEvicted());
        return new ReadReply(answers, incarnation(), trust);
    }

    private ReadAnswer answer(@Nullable Row row) {
        if (row == null) {
            return ReadAnswer.Miss.NOTHING;
        }
        if (!row.readable()) {
            return new ReadAnswer.Unreadable("newer format");
        }
        return row.isLive(millis())
                ? new ReadAnswer.Hit(row.record())
                : new ReadAnswer.Miss(row.record().version());
    }

    ApplyReply apply(ApplyRequest request) {
        faults.refuseIfReadOnly();
        List<ApplyResult> results = new ArrayList<>(request.changes().size());
        for (Change change : request.changes()) {
            results.add(apply(request, change));
        }
        return new ApplyReply(results, incarnation());
    }

    private ApplyResult apply(ApplyRequest request, Change change) {
        Row.Place place = new Row.Place(request.generation(), change.record().key());
        Row row = find(place);
        if (row != null && !row.readable()) {
            return new ApplyResult(ApplyStatus.UNREADABLE, Version.NONE, false);
        }
        ApplyRule.Verdict verdict =
                decide(request, change, Optional.ofNullable(row).map(Row::record));
        if (verdict.store().isPresent()) {
            VersionedRecord record = verdict.store().get();
            put(place, record, true);
            change.hintsFor().stream()
                    .sorted()
                    .forEach(target -> notes.note(target, record.key(), record.version(), request.generation()));
            witness.stored(this, record);
        }
        return verdict.result();
    }

    ApplyRule.Verdict decide(ApplyRequest request, Change change, Optional<VersionedRecord> standing) {
        return ApplyRule.of(request, millis(), tombstoneLife).decide(change, standing);
    }

    /** Stores whatever is given. */
    void put(Row.Place place, VersionedRecord record, boolean readable) {
        state.rows.put(place, new Row(record, readable, ++state.position, millis()));
    }

    ProbeReply probe() {
        faults.refuseIfReadOnly();
        return new ProbeReply(incarnation(), Optional.of(millis()), Optional.empty());
    }

    /** What is told when hints were cleared. */
    ClearReply clearReply() {
        return ClearReply.of(incarnation());
    }

    SentinelReply sentinel() {
        return new SentinelReply(state.sentinel, incarnation());
    }

    boolean sentinel(Incarnation life, Optional<Sentinel> expected, Sentinel next) {
        faults.refuseIfReadOnly();
        if (!incarnation().equals(life) || !state.sentinel.equals(expected)) {
            return false;
        }
        state.sentinel = Optional.of(next);
        // It is stored as a record is, and takes a place among the commits.
        state.position++;
        return true;
    }

    RecordScan.Page scan(RecordScan.Request request) {
        long now = millis();
        List<VersionedRecord> found = rows(request.generation()).stream()
                .filter(Row::readable)
                .flatMap(row -> request.wanted(row.record(), now).stream())
                .filter(record -> request.namespace().isEmpty()
                        || request.namespace().get().equals(record.key().namespace()))
                .filter(record -> record.key().key().startsWith(request.prefix()))
                .filter(record -> request.cursor().isEmpty()
                        || order(record).compareTo(request.cursor().get()) > 0)
                .sorted(Comparator.comparing(ModelServer::order))
                .limit(request.limit())
                .toList();
        Optional<String> cursor =
                found.size() < request.limit() ? Optional.empty() : Optional.of(order(found.get(found.size() - 1)));
        return new RecordScan.Page(found, cursor);
    }

    private static String order(VersionedRecord record) {
        return record.key().namespace() + "/" + record.key().key();
    }

    /** What a write to a read-only server meets. */
    static BackendException readOnly() {
        return BackendException.refused("the server is read-only");
    }
}
