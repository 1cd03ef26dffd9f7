package io.resilientstorage.execution;

import io.resilientstorage.config.Settings;
import io.resilientstorage.config.StorageSettings;
import io.resilientstorage.member.Member;
import io.resilientstorage.record.HybridClock;
import io.resilientstorage.state.Snapshot;
import io.resilientstorage.state.StateKeeper;
import io.resilientstorage.time.PauseMonitor;
import io.resilientstorage.time.ReferenceClock;
import io.resilientstorage.time.Time;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;

/**
 * What all calls of one storage share. Immutable but for the parts that guard themselves.
 *
 * @param members every backend by its index
 * @param keeper the states
 * @param versions makes versions
 * @param reference the shared clock
 * @param time time and threads
 * @param pauses tells whether the process itself was stopped
 * @param probeSoon asks for a probe of the backend of an index
 * @param callWasSlow tells the prober of the backend of an index that a call was slow
 * @param callTimeoutNanos how long one call may take
 * @param turn counts reads where they rotate
 * @param hedging what hedged reads share; empty where they are off
 */
public record Engine(
        List<Member> members,
        StateKeeper keeper,
        HybridClock versions,
        ReferenceClock reference,
        Time time,
        PauseMonitor pauses,
        IntConsumer probeSoon,
        IntConsumer callWasSlow,
        long callTimeoutNanos,
        AtomicInteger turn,
        Optional<Hedging> hedging) {

    /** The key generation; recovery will make new ones. */
    static final int GENERATION = 0;

    /** An engine with the time-out from the settings. */
    public static Engine of(
            List<Member> members,
            StateKeeper keeper,
            HybridClock versions,
            ReferenceClock reference,
            Time time,
            PauseMonitor pauses,
            IntConsumer probeSoon,
            IntConsumer callWasSlow,
            StorageSettings settings) {
        return new Engine(
                List.copyOf(members),
                keeper,
                versions,
                reference,
                time,
                pauses,
                probeSoon,
                callWasSlow,
                settings.get(Settings.CALL_TIMEOUT).toNanos(),
                new AtomicInteger(),
                settings.get(Settings.HEDGED_READS) ? Optional.of(new Hedging(members, time)) : Optional.empty());
    }

    /** The deadline of a call that begins now. */
    Deadline deadline() {
        return Deadline.in(time.clock(), callTimeoutNanos);
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
