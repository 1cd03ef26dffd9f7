package io.resilientstorage.execution;

import io.resilientstorage.api.Version;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.attempt.Attempt;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.state.BackendState;
import io.resilientstorage.state.Snapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * One read of some keys: asks the candidates one after the other until each key is settled.
 *
 * <p>A hit settles a key, unless a newer end of it (a tombstone) was seen before. A miss settles it only at a backend
 * that is known to hold every acknowledged write; else the next candidates are asked, and if none has it the outcome is
 * unknown. What cannot be read settles it too: what the next candidates have is older. A call runs one step at a time,
 * each step started by the end of the one before, so its fields need no guard beyond that.
 */
final class ReadCall implements Attempt.Listener<ReadReply>, HedgedRead.Listener {

    private final Engine engine;
    private final List<RecordKey> keys;
    private final WriteMode mode;
    private final Snapshot snapshot;
    private final Deadline deadline;
    private int[] candidates;
    private final Failures failures = new Failures();
    /** What is known of each key; null for one that nobody was asked for yet. */
    private final @Nullable ReadOutcome[] outcomes;

    private final CompletableFuture<List<ReadOutcome>> result = new CompletableFuture<>();
    /** The places of the keys that are not settled. */
    private int[] open;

    private int at = -1;
    private boolean answered;
    /** By candidate, what it still had to get of the open keys when it was asked; null where nothing was. */
    private @Nullable Map<Integer, List<Optional<VersionedRecord>>> pending;

    private ReadCall(Engine engine, List<RecordKey> keys, WriteMode mode, Snapshot snapshot, Deadline deadline) {
        this.engine = engine;
        this.keys = keys;
        this.mode = mode;
        this.snapshot = snapshot;
        this.deadline = deadline;
        this.candidates = engine.readers(snapshot);
        this.outcomes = new ReadOutcome[keys.size()];
        this.open = new int[keys.size()];
        Arrays.setAll(open, i -> i);
    }

    /** Reads keys of a namespace of this mode; the outcomes stand in the order of the keys. */
    static CompletableFuture<List<ReadOutcome>> begin(
            Engine engine, List<RecordKey> keys, WriteMode mode, Deadline deadline) {
        ReadCall call = new ReadCall(engine, keys, mode, engine.keeper().current(), deadline);
        call.next();
        return call.result;
    }

    /**
     * A read of one key whose first candidate was asked already, by one who had seen this snapshot: goes on when it is
     * told of the end.
     */
    static ReadCall asked(Engine engine, RecordKey key, WriteMode mode, Snapshot snapshot, Deadline deadline) {
        ReadCall call = new ReadCall(engine, List.of(key), mode, snapshot, deadline);
        call.at = 0;
        return call;
    }

    /** The outcomes, in the order of the keys. */
    CompletableFuture<List<ReadOutcome>> result() {
        return result;
    }

    private Member member() {
        return engine.members().get(candidates[at]);
    }

    /** A step that fails ends the call; else nobody would. */
    private void next() {
        try {
            step();
        } catch (RuntimeException | Error e) {
            result.completeExceptionally(e);
        }
    }

    private void step() {
        do {
            at++;
        } while (at < candidates.length && answered && !isRoutable(candidates[at]));
        boolean timeLeft = at == 0 || deadline.remainingNanos() > 0 || isPrivate();
        if (open.length == 0 || at >= candidates.length || !timeLeft) {
            finish();
            return;
        }
        List<RecordKey> wanted = wanted();
        if (at == 0 && engine.hedging().isPresent() && othersHaveEveryWrite()) {
            int other = Hedging.second(engine.members(), snapshot, candidates);
            if (other > 0) {
                HedgedRead.begin(
                        engine,
                        engine.hedging().get(),
                        wanted.size(),
                        candidates,
                        other,
                        (place, listener) -> ask(place, wanted, Attempt.Caller.NOT_WAITING, listener),
                        this);
                return;
            }
        }
        ask(at, wanted, deadline, this);
    }

    /** Whether a write is acknowledged only when all that are in sync have it, so that an answer of any is as good. */
    private boolean othersHaveEveryWrite() {
        return mode == WriteMode.MIRROR_SYNC || (snapshot.writeToAll() > 1 && mode != WriteMode.ACTIVE_ONLY);
    }

    private List<RecordKey> wanted() {
        if (open.length == keys.size()) {
            return keys;
        }
        List<RecordKey> wanted = new ArrayList<>(open.length);
        for (int key : open) {
            wanted.add(keys.get(key));
        }
        return wanted;
    }

    private void ask(int place, List<RecordKey> wanted, Attempt.Caller caller, Attempt.Listener<ReadReply> listener) {
        notePending(candidates[place], wanted);
        Attempt.begin(
                engine.attempts(),
                engine.members().get(candidates[place]),
                TimeShare.nanos(engine, snapshot, candidates, place, deadline.remainingNanos()),
                caller,
                (backend, timeout) -> backend.read(new ReadRequest(wanted, Member.GENERATION, timeout)),
                listener);
    }

    /**
     * Before the backend is asked: what it gets between its answer and a later look would be in neither. Two attempts
     * of a hedged read may be asked at the same time.
     */
    private void notePending(int index, List<RecordKey> wanted) {
        if (engine.knowledge().nothingPending(index)) {
            return;
        }
        List<Optional<VersionedRecord>> found = wanted.stream()
                .map(key -> Optional.ofNullable(engine.knowledge().pending(index, key)))
                .toList();
        if (found.stream().anyMatch(Optional::isPresent)) {
            if (pending == null) {
                pending = new ConcurrentHashMap<>();
            }
            pending.put(index, found);
        }
    }

    private @Nullable VersionedRecord pending(int index, int place) {
        List<Optional<VersionedRecord>> found = pending == null ? null : pending.get(index);
        return found == null ? null : found.get(place).orElse(null);
    }

    private boolean isRoutable(int index) {
        return snapshot.backend(index).isRoutable();
    }

    private boolean isPrivate() {
        return at < candidates.length && Members.isInProcess(member());
    }

    @Override
    public boolean fits(ReadReply reply) {
        return reply.answers().size() == open.length;
    }

    @Override
    public void replied(ReadReply reply) {
        answered = true;
        BackendState state = ReadJudge.state(engine, member(), snapshot, reply);
        int left = 0;
        for (int i = 0; i < open.length; i++) {
            int key = open[i];
            ReadOutcome outcome = ReadJudge.judge(
                    engine,
                    reply.answers().get(i),
                    member(),
                    state,
                    endedBefore(outcomes[key]),
                    reply.missTrust(),
                    mode,
                    pending(member().index(), i));
            if (outcome instanceof ReadOutcome.Found found && outcomes[key] != null) {
                engine.replication().repair(candidates, at, found.record());
            }
            outcomes[key] = outcome;
            if (outcome instanceof ReadOutcome.Unknown) {
                open[left++] = key;
            }
        }
        open = Arrays.copyOf(open, left);
        next();
    }

    /** The newest version of a key that the candidates so far know to have ended. */
    private static Version endedBefore(@Nullable ReadOutcome left) {
        return left instanceof ReadOutcome.Unknown unknown ? unknown.version() : Version.NONE;
    }

    @Override
    public void failed(BackendException failure) {
        failures.add(member(), failure);
        next();
    }

    @Override
    public void won(int place, ReadReply reply) {
        if (place > 0) {
            moveTo(0, place);
        }
        replied(reply);
    }

    @Override
    public void lost(BackendException first, int otherPlace, Optional<BackendException> other) {
        failures.add(member(), first);
        if (other.isPresent()) {
            moveTo(1, otherPlace);
            at = 1;
            failures.add(member(), other.get());
        }
        next();
    }

    /** Moves a candidate up; the array may be the snapshot's, and must not be changed. */
    private void moveTo(int place, int from) {
        int[] moved = candidates.clone();
        System.arraycopy(candidates, place, moved, place + 1, from - place);
        moved[place] = candidates[from];
        candidates = moved;
    }

    @Override
    public void rejected(Throwable error) {
        result.completeExceptionally(error);
    }

    private void finish() {
        if (!answered) {
            result.completeExceptionally(failures.error(snapshot, deadline));
            return;
        }
        List<ReadOutcome> all = new ArrayList<>(outcomes.length);
        for (ReadOutcome outcome : outcomes) {
            all.add(unlessOver(Objects.requireNonNull(outcome)));
        }
        result.complete(all);
    }

    /** A value that was found first may have ended while the call asked for others of its batch. */
    private ReadOutcome unlessOver(ReadOutcome outcome) {
        if (outcome instanceof ReadOutcome.Found found && !found.record().isLiveBy(engine.reference())) {
            return found.stale()
                    ? new ReadOutcome.Unknown(
                            found.backend(),
                            "what " + found.backend() + " had has ended",
                            found.record().version())
                    : new ReadOutcome.Absent(found.backend());
        }
        return outcome;
    }
}
