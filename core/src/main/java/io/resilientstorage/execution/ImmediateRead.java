package io.resilientstorage.execution;

import io.resilientstorage.api.WriteMode;
import io.resilientstorage.backend.ImmediateReads;
import io.resilientstorage.backend.MissTrust;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.breaker.Permit;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.state.BackendState;
import io.resilientstorage.state.Snapshot;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The read of one key whose first candidate is inside this process: it is done where the caller stands, without a
 * deadline, a timer, or an object for what is under way. Whatever needs more than that one answer (a miss that is not
 * believed, something older than what other backends still have to get, something unreadable, a failure) is left to
 * {@link ReadCall}, which asks from the beginning.
 *
 * <p>It says the same as a {@link ReadCall} would. How long it took is not measured: such a backend cannot be slow, and
 * a look at the clock costs as much as all the rest.
 */
final class ImmediateRead {

    private final Engine engine;
    private final String namespace;
    private final WriteMode mode;

    ImmediateRead(Engine engine, String namespace, WriteMode mode) {
        this.engine = engine;
        this.namespace = namespace;
        this.mode = mode;
    }

    /** A live value, or a miss that is believed; null if it takes a {@link ReadCall}. */
    @Nullable
    ReadAnswer answer(String key) {
        Member member = first();
        return member == null ? null : answer(key, member);
    }

    /** The same with what is known of it; null if it takes a {@link ReadCall}. */
    @Nullable
    ReadOutcome outcome(String key) {
        Member member = first();
        ReadAnswer answer = member == null ? null : answer(key, member);
        if (member == null || answer == null) {
            return null;
        }
        BackendState state = engine.keeper().current().backend(member.index());
        return answer instanceof ReadAnswer.Hit hit
                ? ReadJudge.found(engine, hit.record(), member, state, mode)
                : new ReadOutcome.Absent(state.name());
    }

    /** The first candidate. */
    private @Nullable Member first() {
        Snapshot snapshot = engine.keeper().current();
        int[] candidates = snapshot.reads();
        return candidates.length == 0 || snapshot.rotation() > 1
                ? null
                : engine.members().get(candidates[0]);
    }

    private @Nullable ReadAnswer answer(String key, Member member) {
        Optional<ImmediateReads> reads = member.immediateReads();
        if (reads.isEmpty()
                || !engine.knowledge().nothingPending(member.index())
                || !(member.breaker().tryAcquire() instanceof Permit permit)) {
            return null;
        }
        ReadAnswer answer;
        try {
            answer = reads.get().read(namespace, key, Member.GENERATION);
        } catch (RuntimeException e) {
            // The call that asks again meets it too, and does with it what is to be done.
            return null;
        }
        permit.successAfterNanos(0);
        if (answer instanceof ReadAnswer.Hit hit) {
            // It is live, for such a backend judges by the same clock as this would; and its version was seen when this
            // process wrote it, for nobody else writes here.
            return isNewest(hit.record()) ? answer : null;
        }
        BackendState state = engine.keeper().current().backend(member.index());
        boolean absent = answer instanceof ReadAnswer.Miss
                && ReadJudge.believes(
                        engine,
                        member,
                        state,
                        MissTrust.unlessEvicted(reads.get().evicted()),
                        mode);
        return absent ? answer : null;
    }

    /** Whether this process holds nothing newer for others: then it has written that elsewhere since. */
    private boolean isNewest(VersionedRecord record) {
        if (engine.knowledge().nothingHeld()) {
            return true;
        }
        VersionedRecord held = engine.knowledge().held(record.key());
        return held == null || !held.version().isNewerThan(record.version());
    }
}
