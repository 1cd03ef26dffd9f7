package io.resilientstorage.execution;

import io.resilientstorage.api.Sync;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.attempt.Attempts;
import io.resilientstorage.config.Settings;
import io.resilientstorage.config.StorageSettings;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.HybridClock;
import io.resilientstorage.replication.Replication;
import io.resilientstorage.state.BackendState;
import io.resilientstorage.state.Snapshot;
import io.resilientstorage.state.StateKeeper;
import io.resilientstorage.time.ReferenceClock;
import io.resilientstorage.time.Time;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/**
 * What all calls of one storage share. Immutable but for the parts that guard themselves.
 *
 * @param members every backend by its index
 * @param attempts what all attempts share
 * @param replication brings the others what one has taken
 * @param versions makes versions
 * @param knowledge what this process knows beside what backends answer
 * @param reference the shared clock
 * @param callTimeoutNanos how long one call may take
 * @param turn counts reads where they rotate
 * @param hedging what hedged reads share; empty where they are off
 */
public record Engine(
        List<Member> members,
        Attempts attempts,
        Replication replication,
        HybridClock versions,
        Knowledge knowledge,
        ReferenceClock reference,
        long callTimeoutNanos,
        AtomicInteger turn,
        Optional<Hedging> hedging) {

    /**
     * An engine with the time-out from the settings.
     *
     * @param knowledge what reads see of what this process knows; all of it where it changes nothing
     */
    public static Engine of(
            List<Member> members,
            Attempts attempts,
            Replication replication,
            HybridClock versions,
            UnaryOperator<Knowledge> knowledge,
            ReferenceClock reference,
            StorageSettings settings) {
        return new Engine(
                List.copyOf(members),
                attempts,
                replication,
                versions,
                knowledge.apply(new OwnKnowledge(replication.overlay(), versions)),
                reference,
                settings.get(Settings.CALL_TIMEOUT).toNanos(),
                new AtomicInteger(),
                settings.get(Settings.HEDGED_READS)
                        ? Optional.of(new Hedging(members, attempts.time()))
                        : Optional.empty());
    }

    /** The states. */
    StateKeeper keeper() {
        return attempts.keeper();
    }

    /** Time and threads. */
    Time time() {
        return attempts.time();
    }

    /** Whether a backend is known to have every acknowledged write of a namespace of this mode. */
    boolean isTrusted(int index, BackendState state, WriteMode mode) {
        return state.sync() == Sync.IN_SYNC && replication.mirrors().isTrusted(index, mode);
    }

    /** The deadline of a call that begins now and that nobody waits for. */
    Deadline deadline() {
        return Deadline.in(time().clock(), callTimeoutNanos);
    }

    /** The deadline of a call that began at a time (monotonic nanoseconds) and that this thread waits for. */
    Deadline deadlineHere(long begun, CallGate gate) {
        return Deadline.awaitedHere(time().clock(), callTimeoutNanos, begun, gate);
    }

    /** The candidates for a read, rotated where the strategy says so. */
    int[] readers(Snapshot snapshot) {
        int[] reads = snapshot.reads();
        int rotation = snapshot.rotation();
        if (rotation < 2) {
            return reads;
        }
        int shift = Math.floorMod(turn.getAndIncrement(), rotation);
        int[] rotated = reads.clone();
        for (int i = 0; i < rotation; i++) {
            rotated[i] = reads[(i + shift) % rotation];
        }
        return rotated;
    }
}
