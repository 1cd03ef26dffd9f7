package io.resilientstorage.execution;

import io.resilientstorage.api.Version;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.attempt.Attempt;
import io.resilientstorage.backend.ReadAnswer;
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

    /**
     * A live value, a miss that is believed, or something unreadable; a miss too where nobody knows. Null if it takes a
     * {@link ReadCall} from the beginning.
     */
    @Nullable
    ReadAnswer answer(String key) {
        return read(key, Wish.ANSWER);
    }

    /** The same with what is known of it. */
    @Nullable
    ReadOutcome outcome(String key) {
        return read(key, Wish.OUTCOME);
    }

    private <T> @Nullable T read(String key, Wish<T> wish) {
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
        Noted noted = engine.knowledge().nothingHeld()
                ? Noted.NOTHING
                : Noted.of(engine.knowledge(), member.index(), new RecordKey(namespace, key));
        gate.begin();
        try {
            return ask(key, snapshot, member, permit, noted, wish);
        } finally {
            gate.end();
        }
    }

    private <T> T ask(String key, Snapshot snapshot, Member member, Permit permit, Noted noted, Wish<T> wish) {
        long begun = engine.time().clock().nanos();
        long nanos = TimeShare.nanos(engine, snapshot, snapshot.reads(), 0, engine.callTimeoutNanos());
        Duration own = member.settings().attemptTimeout();
        Duration timeout = own.toNanos() == nanos ? own : Duration.ofNanos(nanos);
        CompletableFuture<ReadReply> asked = asked(key, member, timeout);
        gate.await(asked, timeout);
        T settled = settled(asked, snapshot, member, noted, wish);
        if (settled != null) {
            Attempt.succeeded(engine.attempts(), member, permit, begun);
            return settled;
        }
        Deadline deadline = engine.deadlineHere(begun, gate);
        ReadCall rest = ReadCall.asked(engine, new RecordKey(namespace, key), mode, snapshot, noted, deadline);
        Attempt.resume(engine.attempts(), member, permit, begun, nanos, asked, rest);
        return new Pending<>(gate.counted(rest.result()), outcomes -> wish.of(outcomes.get(0)))
                .await(deadline.timeout());
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
    private <T> @Nullable T settled(
            CompletableFuture<ReadReply> asked, Snapshot snapshot, Member member, Noted noted, Wish<T> wish) {
        if (!asked.isDone() || asked.isCompletedExceptionally()) {
            return null;
        }
        try {
            ReadReply reply = asked.join();
            if (Objects.isNull(reply) || reply.answers().size() != 1) {
                return null;
            }
            BackendState state = ReadJudge.state(engine, member, snapshot, reply);
            if (ReadJudge.showsLoss(reply.answers().get(0), noted)) {
                return null;
            }
            // It may have begun to wait for that backend after the look whether anything does.
            ReadAnswer answer = ReadJudge.overlaid(engine, reply.answers().get(0), noted);
            if (answer instanceof ReadAnswer.Hit hit && ReadJudge.isLive(engine, hit.record(), Version.NONE)) {
                return wish.found(hit, engine, member, state, mode);
            }
            if (ReadJudge.isDoubtful(engine, answer, member, state, reply.missTrust(), mode, noted)) {
                return null;
            }
            ReadOutcome outcome =
                    ReadJudge.judge(engine, answer, member, state, Version.NONE, reply.missTrust(), mode, noted);
            return outcome instanceof ReadOutcome.Unknown ? null : wish.of(outcome);
        } catch (ClassCastException e) {
            // A backend that plays tricks with its types: the call that goes on meets it too, and says so.
            return null;
        }
    }

    /** What a caller wants to know. */
    private interface Wish<T> {

        Wish<ReadAnswer> ANSWER = new Wish<>() {
            @Override
            public ReadAnswer found(
                    ReadAnswer.Hit hit, Engine engine, Member member, BackendState state, WriteMode mode) {
                return hit;
            }

            @Override
            public ReadAnswer of(ReadOutcome outcome) {
                if (outcome instanceof ReadOutcome.Found found) {
                    return new ReadAnswer.Hit(found.record());
                }
                return outcome instanceof ReadOutcome.Unreadable unreadable
                        ? new ReadAnswer.Unreadable(unreadable.problem())
                        : ReadAnswer.Miss.NOTHING;
            }
        };

        Wish<ReadOutcome> OUTCOME = new Wish<>() {
            @Override
            public ReadOutcome found(
                    ReadAnswer.Hit hit, Engine engine, Member member, BackendState state, WriteMode mode) {
                return ReadJudge.found(engine, hit.record(), member, state, mode);
            }

            @Override
            public ReadOutcome of(ReadOutcome outcome) {
                return outcome;
            }
        };

        /** Of a live record that the first candidate has. */
        T found(ReadAnswer.Hit hit, Engine engine, Member member, BackendState state, WriteMode mode);

        /** Of anything else, or of what other candidates say. */
        T of(ReadOutcome outcome);
    }
}
