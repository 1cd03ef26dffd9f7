package io.resilientstorage.routing;

import io.resilientstorage.api.Sync;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Reads rotate over the shared backends that are in sync, over DEGRADED ones only where none is HEALTHY; writes go to
 * all routable shared ones. Where there is none, as {@link PriorityStrategy}.
 *
 * <p>Writes begin at the same backend for every process, the best by priority alone, so that conditions are judged in
 * one place.
 */
public final class RoundRobinStrategy implements RoutingStrategy {

    @Override
    public boolean needsMirrors() {
        return true;
    }

    @Override
    public Route route(RoutingView view) {
        List<BackendView> order = Candidates.routable(view);
        List<BackendView> all = view.backends().stream()
                .filter(b -> b.isRoutable() && Candidates.isShared(b))
                .toList();
        if (all.isEmpty()) {
            return Candidates.route(view, order);
        }
        List<BackendView> writes = new ArrayList<>(all);
        order.stream().filter(Predicate.not(all::contains)).forEach(writes::add);
        List<BackendView> readers = order.stream()
                .filter(b -> Candidates.isShared(b) && b.sync() == Sync.IN_SYNC)
                .toList();
        int rotation = (int) readers.stream()
                .filter(b -> Candidates.tier(b) == Candidates.tier(readers.get(0)))
                .count();
        return new Route(
                Candidates.route(view, writes).writes(),
                Candidates.names(Candidates.reads(view, order)),
                all.size(),
                rotation);
    }
}
