package io.resilientstorage.execution;

import io.resilientstorage.api.BacklogFullException;
import io.resilientstorage.api.InexactConditionException;
import io.resilientstorage.api.UnreadableValueException;
import io.resilientstorage.api.Version;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.attempt.Attempt;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyRule;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Change;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.replication.Delivery;
import io.resilientstorage.state.BackendState;
import io.resilientstorage.state.Snapshot;
import io.resilientstorage.time.Timers.Timer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One write of some keys: offers them to the candidates one after the other until each is taken.
 *
 * <p>As long as it is certain that no candidate has stored it, the next one gets it as DIRECT. Where something newer
 * stands, that may have been written after the attempt was given up; so it is left, and if nobody gave up, the write is
 * made again there under a newer version. Once an outcome is unknown, the same record is carried on as REPLAY: it is
 * never given another version, because the first candidate may have stored it, and somebody may have answered it since.
 * Then meeting something newer ends the call.
 *
 * <p>A call runs one step at a time, each step started by the end of the one before, so its fields need no guard beyond
 * that.
 */
final class WriteCall implements Attempt.Listener<ApplyReply> {

    /** How often one backend is asked again under a newer version. */
    private static final int MOST_RENEWALS = 3;

    /** Of its time-out a call may have taken this part, and the way not be slow. */
    private static final int SLOW_PART = 4;

    /** By how many versions it is newer than what stood there, the first time; four times as many each time after. */
    private static final int FIRST_LEAD = 1_024;

    private final Engine engine;
    private final List<Write> writes;
    private final boolean demandsExact;
    private final WriteMode mode;
    private final Snapshot snapshot;
    private final Deadline deadline;
    private final DeliveryTerms deliveryTerms;
    private final int[] candidates;
    private final List<VersionedRecord> proposals;
    private final WriteOutcome[] outcomes;
    private final Failures failures = new Failures();
    private final CompletableFuture<List<WriteOutcome>> result = new CompletableFuture<>();
    /** The places of the writes that nobody has taken yet. */
    private int[] open;

    /** What was taken and is not acknowledged yet. */
    private @Nullable Handed handed;

    private int at = -1;
    /** Whether the candidate is to be asked once more, as it found something too far behind. */
    private boolean again;
    /** How often this candidate was asked again. */
    private int renewals;

    private boolean outcomeUnknown;
    /** Whether the candidate still had to get a write of an open key when it was asked. */
    private boolean lacksOwnWrites;
    /** What was held of the open keys with conditions when the candidate was asked. */
    private HeldBefore heldBefore = HeldBefore.NOTHING;

    private WriteCall(Engine engine, List<Write> writes, boolean demandsExact, WriteMode mode, Deadline deadline) {
        this.engine = engine;
        this.writes = writes;
        this.demandsExact = demandsExact;
        this.mode = mode;
        this.snapshot = engine.keeper().current();
        this.deadline = deadline;
        this.deliveryTerms = new DeliveryTerms(engine, mode, snapshot, deadline);
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
     * @param mode who gets the writes besides the backend that takes them
     */
    static CompletableFuture<List<WriteOutcome>> begin(
            Engine engine, List<Write> writes, boolean demandsExact, WriteMode mode, Deadline deadline) {
        WriteCall call = new WriteCall(engine, writes, demandsExact, mode, deadline);
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
        BackendState judge =
                engine.keeper().current().backend(candidates[at]).asSeenSince(snapshot.backend(candidates[at]));
        return !outcomeUnknown
                && engine.isTrusted(candidates[at], judge, mode)
                && judge.identity().decides()
                && !lacksOwnWrites;
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
        renewals = again ? renewals + 1 : 0;
        at = again ? at : at + 1;
        again = false;
        boolean timeLeft = at + renewals == 0
                || deadline.remainingNanos() > 0
                || (at < candidates.length && Members.isInProcess(member()));
        if (at >= candidates.length || !timeLeft) {
            result.completeExceptionally(failures.error(snapshot, deadline));
            return;
        }
        var overlay = engine.replication().overlay();
        lacksOwnWrites = !overlay.isEmpty(candidates[at])
                && IntStream.of(open)
                        .anyMatch(write ->
                                overlay.newest(candidates[at], writes.get(write).key()) != null);
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
        heldBefore = HeldBefore.of(engine.knowledge(), writes, open);
        if (!engine.replication().hasRoom(member, mode, open.length, bytes())) {
            result.completeExceptionally(new BacklogFullException(member.name()
                    + " keeps no hints that outlive this process, and no more records may wait in memory for the other"
                    + " backends (maxPendingRecords, maxPendingBytes)"));
            return;
        }
        Set<String> hintsFor = engine.replication().hintsFor(member, mode);
        ApplyKind kind = outcomeUnknown ? ApplyKind.REPLAY : ApplyKind.DIRECT;
        Attempt.begin(
                engine.attempts(),
                member,
                TimeShare.nanos(engine, snapshot, candidates, at, deadline.remainingNanos()),
                deadline,
                (backend, timeout) -> backend.apply(new ApplyRequest(
                        kind,
                        changes(member, hintsFor),
                        Member.GENERATION,
                        member.serverMillisIn(engine.reference(), timeout),
                        room(timeout.toMillis()),
                        timeout)),
                this);
    }

    /**
     * What is raised stands there under a version that nobody knows if the answer is lost: what is carried on has
     * another, and the two are ordered differently against what was written at the same time. So it is raised only
     * where others write the key so often that nothing else helps: the last time, and then above what is ahead of the
     * backend's clock too; or where the way is so slow that there is no time for more, above what came meanwhile.
     */
    private long room(long timeoutMillis) {
        if (renewals == 0) {
            return ApplyRequest.NEVER_OLDER;
        }
        if (renewals == MOST_RENEWALS) {
            return Math.max(timeoutMillis, ApplyRule.TRUSTED_AHEAD_MILLIS);
        }
        long waited = Math.min(timeoutMillis, deadline.waitedMillis());
        return waited > timeoutMillis / SLOW_PART ? waited : ApplyRequest.NEVER_OLDER;
    }

    private long bytes() {
        long bytes = 0;
        for (int write : open) {
            bytes += writes.get(write).content() instanceof Content.Value value ? value.length() : 0;
        }
        return bytes;
    }

    private List<Change> changes(Member member, Set<String> hintsFor) {
        List<Change> changes = new ArrayList<>(open.length);
        for (int write : open) {
            VersionedRecord record = member.capped(engine.reference(), proposals.get(write));
            changes.add(new Change(record, writes.get(write).condition(), hintsFor));
        }
        return changes;
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
            boolean notOffered = status == ApplyStatus.BEHIND && outcomeUnknown;
            if (unasked || notAssigned || notOffered) {
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
        List<VersionedRecord> superseded = new ArrayList<>();
        List<Integer> storedPlaces = new ArrayList<>();
        for (int i = 0; i < open.length; i++) {
            int write = open[i];
            ApplyResult taken = reply.results().get(i);
            boolean exactly = exact
                    && !heldBefore.contradicts(engine, write, writes.get(write).condition(), taken);
            switch (taken.status()) {
                case APPLIED -> {
                    engine.versions().observe(taken.version());
                    stored.add(proposals.get(write).withVersion(taken.version()));
                    storedPlaces.add(write);
                    outcomes[write] = stored(write, taken, exactly);
                }
                case SUPERSEDED -> {
                    engine.versions().observe(taken.version());
                    // The newer one is on its way to the others, by whoever wrote it; until it is there, a read of this
                    // process has to find its own.
                    boolean newer =
                            taken.version().isNewerThan(proposals.get(write).version());
                    (newer ? superseded : stored).add(proposals.get(write));
                    storedPlaces.add(write);
                    outcomes[write] = stored(write, taken, exactly);
                }
                case CONDITION_FAILED -> outcomes[write] = notApplied(taken, exactly);
                case UNREADABLE -> {
                    result.completeExceptionally(new UnreadableValueException("what stands under the key at "
                            + member().name() + " has a newer format or is no value; it was not overwritten"));
                    return;
                }
                case BEHIND, LATE, AHEAD, TOO_OLD -> {
                    failures.add(member(), BackendException.refused("it found the record " + taken.status()));
                    still[left++] = write;
                    if (taken.status() == ApplyStatus.BEHIND) {
                        renew(write, taken.version());
                    }
                }
            }
        }
        open = Arrays.copyOf(still, left);
        if (left > 0 && !again) {
            // The clocks have come apart: look at them at once.
            engine.attempts().probeSoon().accept(member().index());
        }
        if (!superseded.isEmpty()) {
            engine.replication().metNewer(member(), mode);
        }
        hand(reply.incarnation().id(), stored, superseded, storedPlaces);
    }

    private void renew(int write, Version standing) {
        // While versions are ahead of the clock they only count, and others go on counting until this one arrives.
        Version newer = engine.versions().nextAfter(standing, FIRST_LEAD << (2 * renewals));
        proposals.set(write, proposals.get(write).withVersion(newer));
        again = renewals < MOST_RENEWALS;
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
     * What was taken goes on its way to the others before it is acknowledged, so that a read of this process that comes
     * after it finds it wherever it looks. A call waits for them if the mode or the strategy says so, and a short while
     * if it deletes; but only when all is taken, for what is not needs the time more.
     */
    private void hand(
            String incarnation, List<VersionedRecord> stored, List<VersionedRecord> superseded, List<Integer> places) {
        List<Member> targets = engine.replication().mirrors().targets(candidates[at], mode);
        if (!places.isEmpty() && !targets.isEmpty()) {
            boolean deletes = places.stream()
                    .anyMatch(write -> writes.get(write).content().isTombstone());
            Delivery delivery = new Delivery(deliveryTerms.awaited(targets, deletes), places.size());
            engine.replication().offer(member(), incarnation, stored, mode, false, delivery);
            engine.replication().offer(member(), incarnation, superseded, mode, true, delivery);
            handed = new Handed(targets, places, delivery, handed);
        }
        goOn();
    }

    private void goOn() {
        if (open.length > 0) {
            next();
        } else if (handed == null) {
            result.complete(List.of(outcomes));
        } else {
            Handed last = handed;
            handed = last.before();
            acknowledgeWhenDelivered(last);
        }
    }

    private void acknowledgeWhenDelivered(Handed last) {
        if (last.delivery().end().isDone()) {
            acknowledge(last);
            return;
        }
        Timer timer = engine.time().timeouts().schedule(deliveryTerms.patience(), last.delivery()::expire);
        var unused = last.delivery().end().whenComplete((end, failure) -> {
            timer.cancel();
            acknowledge(last);
        });
    }

    private void acknowledge(Handed delivered) {
        try {
            Set<String> pending = delivered.pending();
            for (int write : delivered.places()) {
                outcomes[write] = ((WriteOutcome.Stored) outcomes[write]).withPending(pending);
            }
            goOn();
        } catch (RuntimeException | Error e) {
            // Without this a step that fails would leave the call without an end.
            rejected(e);
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
