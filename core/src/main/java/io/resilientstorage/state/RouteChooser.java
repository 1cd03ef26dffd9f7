package io.resilientstorage.state;

import io.resilientstorage.routing.PriorityStrategy;
import io.resilientstorage.routing.Route;
import io.resilientstorage.routing.RoutingStrategy;
import io.resilientstorage.routing.RoutingView;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the strategy, and does not let one that is broken break the engine. Safe for use by several threads. */
public final class RouteChooser {

    private static final Logger LOG = LoggerFactory.getLogger(RouteChooser.class);

    private final RoutingStrategy strategy;
    private final RoutingStrategy substitute = new PriorityStrategy();

    /** Asks this strategy. */
    public RouteChooser(RoutingStrategy strategy) {
        this.strategy = strategy;
    }

    Snapshot snapshot(List<BackendState> backends, Optional<String> active) {
        RoutingView view = Snapshot.view(backends, active);
        return new Snapshot(backends, route(view));
    }

    /** The strategy's route, or that of the common order if the strategy fails or its route does not fit the view. */
    public Route route(RoutingView view) {
        try {
            Route route = strategy.route(view);
            List<String> known = view.backends().stream().map(b -> b.name()).toList();
            if (isSound(route, known)) {
                return route;
            }
            LOG.error("The strategy {} returned {}, which does not fit the backends {}", strategy, route, known);
        } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
            LOG.error("The strategy {} failed", strategy, e);
        }
        return substitute.route(view);
    }

    private static boolean isSound(Route route, List<String> known) {
        return known.containsAll(route.writes())
                && known.containsAll(route.reads())
                && new HashSet<>(route.writes()).size() == route.writes().size()
                && new HashSet<>(route.reads()).size() == route.reads().size()
                && route.writeToAll() >= Math.min(1, route.writes().size())
                && route.writeToAll() <= route.writes().size()
                && route.rotation() >= 0
                && route.rotation() <= route.reads().size();
    }
}
