package io.resilientstorage.execution;

import io.resilientstorage.api.InexactConditionException;
import io.resilientstorage.api.UnreadableValueException;
import io.resilientstorage.attempt.Attempt;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Change;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.state.BackendState;
import io.resilientstorage.state.Snapshot;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/**
 * One write of some keys: offers them to the candidates one after the other until each is taken.
 *
 * <p>The version is proposed once. As long as it is certain that no candidate has stored it, the next one gets it as
 * DIRECT and may assign a newer version. Once an outcome is unknown, the same record is carried on as REPLAY: it is
 * never given another version, because the first candidate may have stored it, and somebody may have answered it since.
 * Then meeting something newer ends the call.
 *
 * <p>A call runs one step at a time, each step started by the end of the one before, so its fields need no guard beyond
 * that.
 */
final class WriteCall implements Attempt.Listener<ApplyReply> {

    private final Engine engine;
    private final List<Write> writes;
    private final boolean demandsExact;
    private final Snapshot snapshot;
    private final Deadline deadline;
    private final int[] candidates;
    private final List<VersionedRecord> proposals;
    private final WriteOutcome[] outcomes;
    private final Failures failures = new Failures();
    private final CompletableFuture<List<WriteOutcome>> result = new CompletableFuture<>();
    /** The places of the writes that nobody has taken yet. */
    private int[] open;

    private int at = -1;
    private boolean outcomeUnknown;

    private WriteCall(Engine engine, List<Write> writes, boolean demandsExact, Deadline deadline) {
        this.engine = engine;
        this.writes = writes;
        this.demandsExact = demandsExact;
        this.snapshot = engine.keeper().current();
        this.deadline = deadline;
        this.candidates = snapshot.writes();
        this.proposals = new ArrayList<>(writes.size());
        for (Write write : writes) {
            proposals.add(
                    new VersionedRecord(write.key(), engine.versions().next(), write.content(), write.expiresAt()));
        }
        this.outcomes = new WriteOutcome[writes.size()];
        this.open = new int[writes.size()];
        Arrays.setAll(open, i -> i);
    }

    /**
     * Writes; the outcomes stand in the order of the writes.
     *
     * @param demandsExact whether a condition that would not be exact is refused
     */
    static CompletableFuture<List<WriteOutcome>> begin(
            Engine engine, List<Write> writes, boolean demandsExact, Deadline deadline) {
        WriteCall call = new WriteCall(engine, writes, demandsExact, deadline);
        call.next();
        return call.result;
    }

    private Member member() {
        return engine.members().get(candidates[at]);
    }

    private boolean isConditional() {
        for (int write : open) {
            if (writes.get(write).isConditional()) {
                return true;
            }
        }
        return false;
    }

    private boolean isExact() {
        BackendState judge = engine.keeper().current().backend(candidates[at]);
        return !outcomeUnknown && judge.complete() && judge.identity().decides();
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
        at++;
        boolean timeLeft =
                at == 0 || deadline.remainingNanos() > 0 || (at < candidates.length && Members.isInProcess(member()));
        if (at >= candidates.length || !timeLeft) {
            result.completeExceptionally(failures.error(snapshot, deadline));
            return;
        }
        if (isConditional()) {
            if (demandsExact && !isExact()) {
                result.completeExceptionally(new InexactConditionException(
                        writes.get(open[0]).key().namespace(),
                        outcomeUnknown
                                ? "what became of it at the first backend is not known"
                                : member().name() + " is not where all processes judge it, or may lack writes"));
                return;
            }
            if (!member().traits().conditions()) {
                failed(BackendException.refused("it judges no conditions"));
                return;
            }
        }
        Member member = member();
        ApplyKind kind = outcomeUnknown ? ApplyKind.REPLAY : ApplyKind.DIRECT;
        Attempt.begin(
                engine.attempts(),
                member,
                TimeShare.nanos(engine, snapshot, candidates, at, deadline),
                (backend, timeout) -> backend.apply(new ApplyRequest(
                        kind,
                        changes(member),
                        Engine.GENERATION,
                        Members.serverMillisIn(engine, member, timeout),
                        timeout)),
                this);
    }

    private List<Change> changes(Member member) {
        List<Change> changes = new ArrayList<>(open.length);
        for (int write : open) {
            changes.add(change(member, write));
        }
        return changes;
    }

    private Change change(Member member, int index) {
        return new Change(
                Members.capped(engine, member, proposals.get(index)),
                writes.get(index).condition(),
                Set.of());
    }

    @Override
    public boolean fits(ApplyReply reply) {
        if (reply.results().size() != open.length) {
            return false;
        }
        for (int i = 0; i < open.length; i++) {
            ApplyStatus status = reply.results().get(i).status();
            boolean unasked = status == ApplyStatus.CONDITION_FAILED
                    && !writes.get(open[i]).isConditional();
            boolean notAssigned = status == ApplyStatus.SUPERSEDED && !outcomeUnknown;
            if (unasked || notAssigned) {
                return false;
            }
        }
        return true;
    }

    @Override
    public void replied(ApplyReply reply) {
        engine.keeper().seen(member().index(), reply.incarnation().id());
        boolean exact = isExact();
        int[] still = new int[open.length];
        int left = 0;
        List<VersionedRecord> stored = new ArrayList<>();
        boolean superseded = false;
        for (int i = 0; i < open.length; i++) {
            int write = open[i];
            ApplyResult taken = reply.results().get(i);
            switch (taken.status()) {
                case APPLIED -> {
                    engine.versions().observe(taken.version());
                    stored.add(proposals.get(write).withVersion(taken.version()));
                    outcomes[write] = stored(write, taken, exact);
                }
                case SUPERSEDED -> {
                    engine.versions().observe(taken.version());
                    superseded = true;
                    outcomes[write] = stored(write, taken, exact);
                }
                case CONDITION_FAILED -> outcomes[write] = notApplied(taken, exact);
                case UNREADABLE -> {
                    result.completeExceptionally(new UnreadableValueException("what stands under the key at "
                            + member().name() + " has a newer format or is no value; it was not overwritten"));
                    return;
                }
                case LATE, AHEAD, TOO_OLD -> {
                    failures.add(member(), BackendException.refused("it found the record " + taken.status()));
                    still[left++] = write;
                }
            }
        }
        open = Arrays.copyOf(still, left);
        if (left > 0) {
            // The clocks have come apart: look at them at once.
            engine.attempts().probeSoon().accept(member().index());
        }
        hand(stored, superseded);
    }

    private WriteOutcome stored(int write, ApplyResult taken, boolean exact) {
        boolean superseded = taken.status() == ApplyStatus.SUPERSEDED
                && taken.version().isNewerThan(proposals.get(write).version());
        return new WriteOutcome.Stored(Members.receipt(member(), taken.version(), superseded), taken.metLive(), exact);
    }

    private WriteOutcome notApplied(ApplyResult taken, boolean exact) {
        return new WriteOutcome.NotApplied(
                taken.metLive() ? Optional.of(taken.version()) : Optional.empty(), member().name(), exact);
    }

    /**
     * What was taken goes to all that are to have it besides, before it is acknowledged. Those that this call has asked
     * already are not asked again: they have just failed it. Who does not get it is known to lack it.
     *
     * @param superseded whether something newer was met, of which nobody knows who else has it
     */
    private void hand(List<VersionedRecord> stored, boolean superseded) {
        if (stored.isEmpty() && !superseded) {
            goOn();
            return;
        }
        if (stored.isEmpty() || at + 1 >= snapshot.writeToAll()) {
            acknowledge(Set.of(), superseded);
            return;
        }
        List<Member> others = IntStream.range(at + 1, snapshot.writeToAll())
                .mapToObj(place -> engine.members().get(candidates[place]))
                .toList();
        var unused = FanOut.begin(engine, others, stored, deadline)
                .whenComplete((reached, failure) -> acknowledge(reached, superseded));
    }

    private void acknowledge(Set<Integer> reached, boolean superseded) {
        try {
            for (Member member : engine.members()) {
                boolean has = member.index() == candidates[at] || (!superseded && reached.contains(member.index()));
                if (!has) {
                    engine.keeper().missedWrite(member.index());
                }
            }
            goOn();
        } catch (RuntimeException | Error e) {
            // Without this a step that fails would leave the call without an end.
            rejected(e);
        }
    }

    private void goOn() {
        if (open.length == 0) {
            result.complete(Arrays.stream(outcomes).map(Objects::requireNonNull).toList());
        } else {
            next();
        }
    }

    @Override
    public void failed(BackendException failure) {
        failures.add(member(), failure);
        outcomeUnknown |= !failure.outcomeKnown();
        next();
    }

    @Override
    public void rejected(Throwable error) {
        result.completeExceptionally(error);
    }
}
