package io.resilientstorage.health;

import io.resilientstorage.api.BackendStatus;
import io.resilientstorage.api.HealthStatus;
import io.resilientstorage.api.OverallStatus;
import io.resilientstorage.member.Member;
import io.resilientstorage.state.BackendState;
import io.resilientstorage.state.Snapshot;
import io.resilientstorage.state.StateKeeper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Tells users how the storage is. */
public final class HealthReport {

    private final List<Member> members;
    private final StateKeeper keeper;
    private final IntFunction<Backlog> backlogs;

    /**
     * A report on these backends.
     *
     * @param backlogs what the backend of an index still has to get; answers at once
     */
    public HealthReport(List<Member> members, StateKeeper keeper, IntFunction<Backlog> backlogs) {
        this.members = List.copyOf(members);
        this.keeper = keeper;
        this.backlogs = backlogs;
    }

    /** How it is now. */
    public HealthStatus status() {
        Snapshot snapshot = keeper.current();
        Map<String, BackendStatus> backends = new LinkedHashMap<>();
        boolean allWell = true;
        for (Member member : members) {
            BackendState state = snapshot.backend(member.index());
            allWell &= state.isWell() && state.online();
            backends.put(member.name(), status(member, state));
        }
        OverallStatus status = allWell ? OverallStatus.HEALTHY : OverallStatus.DEGRADED;
        return new HealthStatus(status, snapshot.activeName(), backends, keeper.switches());
    }

    private BackendStatus status(Member member, BackendState state) {
        Backlog backlog = backlogs.apply(member.index());
        return new BackendStatus(
                state.identity().type(),
                state.identity().scope(),
                state.identity().durability(),
                state.identity().priority(),
                state.health(),
                state.circuit(),
                state.sync(),
                !state.online(),
                member.breaker().consecutiveFailures(),
                backlog.pending(),
                backlog.parked(),
                backlog.recovery(),
                state.lastError());
    }
}
