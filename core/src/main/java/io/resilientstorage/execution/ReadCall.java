package io.resilientstorage.execution;

import io.resilientstorage.api.OverloadedException;
import io.resilientstorage.api.Version;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.attempt.Attempt;
import io.resilientstorage.attempt.Question;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.backend.SentinelStore;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.state.BackendState;
import io.resilientstorage.state.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
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
    /** By candidate, what was known of keys before it was asked; null where nothing was. */
    private @Nullable Map<Integer, Map<RecordKey, Noted>> noted;
    /** What the candidate answered before it was asked for its sentinel, and then again; null if it was not. */
    private @Nullable ReadReply doubted;

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
     * A read of one key whose first candidate was asked already, by one who had seen this snapshot and knew this: goes
     * on when it is told of the end.
     */
    static ReadCall asked(
            Engine engine, RecordKey key, WriteMode mode, Snapshot snapshot, Noted noted, Deadline deadline) {
        ReadCall call = new ReadCall(engine, List.of(key), mode, snapshot, deadline);
        call.at = 0;
        call.note(call.candidates[0], key, noted);
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
        doubted = null;
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
                // Both attempts note what is known, each on a thread of its own.
                noted = new ConcurrentHashMap<>();
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
        noteAll(candidates[place], wanted);
        Attempt.begin(
                engine.attempts(),
                engine.members().get(candidates[place]),
                TimeShare.nanos(engine, snapshot, candidates, place, deadline.remainingNanos()),
                caller,
                (backend, timeout) -> backend.read(new ReadRequest(wanted, Member.GENERATION, timeout)),
                listener);
    }

    private void noteAll(int index, List<RecordKey> wanted) {
        if (!engine.knowledge().nothingHeld()) {
            wanted.forEach(key -> note(index, key, Noted.of(engine.knowledge(), index, key)));
        }
    }

    /** Two attempts of a hedged read may be asked at the same time, and one of them again for fewer keys. */
    private void note(int index, RecordKey key, Noted known) {
        if (known.held() != null) {
            if (noted == null) {
                noted = new ConcurrentHashMap<>();
            }
            noted.computeIfAbsent(index, any -> new ConcurrentHashMap<>()).put(key, known);
        }
    }

    private Noted noted(int index, int key) {
        Map<RecordKey, Noted> known = noted == null ? null : noted.get(index);
        return known == null ? Noted.NOTHING : known.getOrDefault(keys.get(key), Noted.NOTHING);
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
        if (noted != null && doubted == null && isDoubtful(reply, state)) {
            doubted = reply;
            lookAtSentinel();
        } else {
            judge(reply, state);
        }
    }

    private boolean isDoubtful(ReadReply reply, BackendState state) {
        return IntStream.range(0, open.length)
                .anyMatch(i -> ReadJudge.isDoubtful(
                        engine,
                        reply.answers().get(i),
                        member(),
                        state,
                        reply.missTrust(),
                        mode,
                        noted(member().index(), open[i])));
    }

    /**
     * Where that shows a loss, what it has lost goes back to the candidate from here, and is found among what it has to
     * get when it is asked again.
     */
    private void lookAtSentinel() {
        Optional<SentinelStore> sentinels = member().backend().sentinels();
        long share = TimeShare.nanos(engine, snapshot, candidates, at, deadline.remainingNanos());
        if (sentinels.isEmpty() || share <= 0) {
            judgeDoubted();
            return;
        }
        Member asked = member();
        var unused = Question.ask(engine.time(), Duration.ofNanos(share), sentinels.get()::read)
                .whenComplete((seen, failure) -> {
                    try {
                        if (failure == null && seen != null) {
                            engine.keeper()
                                    .seen(asked.index(), seen.incarnation().id());
                            engine.replication().sentinelSeen(asked.index(), seen.sentinel());
                            ask(at, wanted(), deadline, this);
                        } else {
                            judgeDoubted();
                        }
                    } catch (RuntimeException | Error e) {
                        result.completeExceptionally(e);
                    }
                });
    }

    /** The first answer stands as it is, where nothing more was heard. Its life may be over, and is not told again. */
    private void judgeDoubted() {
        int index = member().index();
        judge(
                Objects.requireNonNull(doubted),
                engine.keeper().current().backend(index).asSeenSince(snapshot.backend(index)));
    }

    private void judge(ReadReply reply, BackendState state) {
        int left = 0;
        for (int i = 0; i < open.length; i++) {
            int key = open[i];
            ReadAnswer answer = reply.answers().get(i);
            Noted known = noted(member().index(), key);
            if (ReadJudge.showsLoss(answer, known)) {
                engine.replication().lostBy(member().index(), Objects.requireNonNull(known.held()), mode);
            }
            ReadOutcome outcome = ReadJudge.judge(
                    engine, answer, member(), state, endedBefore(outcomes[key]), reply.missTrust(), mode, known);
            if (outcome instanceof ReadOutcome.Found found && outcomes[key] != null) {
                boolean lacks = !(answer instanceof ReadAnswer.Hit hit)
                        || !hit.record().version().equals(found.record().version());
                engine.replication().repair(candidates, at, found.record(), lacks);
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
        if (doubted != null) {
            judgeDoubted();
            return;
        }
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

    /** Where the client of the backend is too busy to be asked again, its first answer stands. */
    @Override
    public void rejected(Throwable error) {
        if (doubted != null && error instanceof OverloadedException) {
            judgeDoubted();
            return;
        }
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
