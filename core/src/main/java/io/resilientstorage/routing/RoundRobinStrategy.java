package io.resilientstorage.routing;

import io.resilientstorage.api.Sync;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Reads rotate over the shared backends that are in sync; writes go to all routable shared ones. Where there is none,
 * as {@link PriorityStrategy}.
 *
 * <p>Writes begin at the same backend for every process, the best by priority alone, so that conditions are judged in
 * one place.
 */
public final class RoundRobinStrategy implements RoutingStrategy {

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
        int rotation = (int) all.stream().filter(b -> b.sync() == Sync.IN_SYNC).count();
        Route plain = Candidates.route(view, writes);
        return new Route(plain.writes(), plain.reads(), all.size(), rotation);
    }
}
