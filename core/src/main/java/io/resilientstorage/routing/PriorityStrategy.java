package io.resilientstorage.routing;

/** For each call the best routable backend: no memory of which one was active, hence no failback delay. */
public final class PriorityStrategy implements RoutingStrategy {

    @Override
    public Route route(RoutingView view) {
        return Candidates.route(view, Candidates.routable(view));
    }
}
