package io.resilientstorage.execution;

import io.resilientstorage.api.Version;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.attempt.Attempt;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.breaker.Permit;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.state.BackendState;
import io.resilientstorage.state.Snapshot;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The read of one key whose caller waits, as far as its first candidate settles it: that one is asked and waited for
 * where the caller stands, without a timer, a future or an object for what is under way. Whatever it does not settle (a
 * failure, no answer in time, a miss that is not believed) goes on as a {@link ReadCall} that has asked its first
 * candidate, so nobody is asked twice.
 *
 * <p>It says the same as a {@link ReadCall} would. Rotated and hedged reads are left to that, and reads of a backend
 * that still has to get something.
 */
final class AwaitedRead {

    private final Engine engine;
    private final CallGate gate;
    private final String namespace;
    private final WriteMode mode;

    AwaitedRead(Engine engine, CallGate gate, String namespace, WriteMode mode) {
        this.engine = engine;
        this.gate = gate;
        this.namespace = namespace;
        this.mode = mode;
    }

    /** What the read finds out; null if it takes a {@link ReadCall} from the beginning. */
    @Nullable
    ReadOutcome outcome(String key) {
        Snapshot snapshot = engine.keeper().current();
        int[] candidates = snapshot.reads();
        if (candidates.length == 0
                || snapshot.rotation() > 1
                || engine.hedging().isPresent()) {
            return null;
        }
        Member member = engine.members().get(candidates[0]);
        // Before the backend is asked, as in a ReadCall.
        if (!engine.knowledge().nothingPending(member.index())
                || !(member.breaker().tryAcquire() instanceof Permit permit)) {
            return null;
        }
        gate.begin();
        try {
            return ask(key, snapshot, member, permit);
        } finally {
            gate.end();
        }
    }

    private ReadOutcome ask(String key, Snapshot snapshot, Member member, Permit permit) {
        long begun = engine.time().clock().nanos();
        long nanos = TimeShare.nanos(engine, snapshot, snapshot.reads(), 0, engine.callTimeoutNanos());
        Duration own = member.settings().attemptTimeout();
        Duration timeout = own.toNanos() == nanos ? own : Duration.ofNanos(nanos);
        CompletableFuture<ReadReply> asked = asked(key, member, timeout);
        gate.await(asked, timeout);
        ReadOutcome settled = settled(asked, snapshot, member);
        if (settled != null) {
            Attempt.succeeded(engine.attempts(), member, permit, begun);
            return settled;
        }
        Deadline deadline = engine.deadlineHere(begun, gate);
        ReadCall rest = ReadCall.asked(engine, new RecordKey(namespace, key), mode, snapshot, deadline);
        Attempt.resume(engine.attempts(), member, permit, begun, nanos, asked, rest);
        return new Pending<>(gate.counted(rest.result()), outcomes -> outcomes.get(0)).await(deadline.timeout());
    }

    private CompletableFuture<ReadReply> asked(String key, Member member, Duration timeout) {
        try {
            return member.backend()
                    .readOne(namespace, key, Member.GENERATION, timeout)
                    .toCompletableFuture();
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** What the reply says of the key; null if there is none, or if others are to be asked. */
    private @Nullable ReadOutcome settled(CompletableFuture<ReadReply> asked, Snapshot snapshot, Member member) {
        if (!asked.isDone() || asked.isCompletedExceptionally()) {
            return null;
        }
        try {
            ReadReply reply = asked.join();
            if (Objects.isNull(reply) || reply.answers().size() != 1) {
                return null;
            }
            BackendState state = ReadJudge.state(engine, member, snapshot, reply);
            ReadOutcome outcome = ReadJudge.judge(
                    engine, reply.answers().get(0), member, state, Version.NONE, reply.missTrust(), mode, null);
            return outcome instanceof ReadOutcome.Unknown ? null : outcome;
        } catch (ClassCastException e) {
            // A backend that plays tricks with its types: the call that goes on meets it too, and says so.
            return null;
        }
    }
}
