package io.resilientstorage.routing;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Stays on the active backend until it is not routable, or another tier serves better: a HEALTHY one while the active
 * one is DEGRADED, a shared one while the active one is private. Within a tier it goes back up only to a backend that
 * is in sync and ready for failback.
 */
public final class FailoverStrategy implements RoutingStrategy {

    @Override
    public Route route(RoutingView view) {
        List<BackendView> order = Candidates.routable(view);
        Optional<BackendView> active = view.active()
                .flatMap(name ->
                        order.stream().filter(b -> b.name().equals(name)).findFirst());
        if (active.isEmpty()) {
            return Candidates.route(view, order);
        }
        BackendView first = choose(order, active.get());
        List<BackendView> writes = new ArrayList<>(order);
        writes.remove(first);
        writes.add(0, first);
        return Candidates.route(view, writes);
    }

    private static BackendView choose(List<BackendView> order, BackendView active) {
        for (BackendView candidate : order) {
            boolean better = Candidates.tier(candidate) < Candidates.tier(active);
            if (better
                    || candidate.equals(active)
                    || (candidate.readyForFailback() && candidate.isRoutableForReads())) {
                return candidate;
            }
        }
        return active;
    }

    @Override
    public boolean needsDistinctPriorities() {
        return true;
    }
}
