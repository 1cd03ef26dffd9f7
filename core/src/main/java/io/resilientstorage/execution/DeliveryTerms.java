package io.resilientstorage.execution;

import io.resilientstorage.api.Sync;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.member.Member;
import io.resilientstorage.state.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Which other backends a write waits for before it is acknowledged, and how long: for those in sync until its deadline,
 * if the mode or the strategy says so; a short while for those that serve, if it deletes; else for none.
 *
 * @param engine the engine of the call
 * @param mode who gets the write
 * @param snapshot what was known when the call began
 * @param deadline of the call
 */
record DeliveryTerms(Engine engine, WriteMode mode, Snapshot snapshot, Deadline deadline) {

    /** How long a delete waits for the other backends: they may be slow, and the hint is kept. */
    private static final Duration DELETE_PATIENCE = Duration.ofMillis(100);

    /** Whom to wait for, by their places. */
    Set<Integer> awaited(List<Member> targets, boolean deletes) {
        if (!(isSync() || deletes) || deadline.remainingNanos() <= 0) {
            return Set.of();
        }
        Snapshot now = engine.keeper().current();
        return targets.stream()
                .map(Member::index)
                .filter(index -> isSync()
                        ? now.backend(index).sync() == Sync.IN_SYNC
                        : now.backend(index).isRoutable())
                .collect(Collectors.toSet());
    }

    Duration patience() {
        Duration left = Duration.ofNanos(Math.max(0, deadline.remainingNanos()));
        return isSync() || left.compareTo(DELETE_PATIENCE) < 0 ? left : DELETE_PATIENCE;
    }

    private boolean isSync() {
        return mode == WriteMode.MIRROR_SYNC || snapshot.writeToAll() > 1;
    }
}
