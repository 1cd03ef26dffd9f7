package io.resilientstorage.routing;

/**
 * Chooses the candidates for calls. A pure function: equal views give equal routes. Called when a state changes, not
 * for each call.
 *
 * <p>A strategy that throws, or returns a route that does not fit the view (a backend that is not in it, one that is
 * named twice, a number out of range), is logged, and the order of {@link Candidates} holds instead.
 */
@FunctionalInterface
public interface RoutingStrategy {

    /** The candidates for the calls from now on. */
    Route route(RoutingView view);

    /**
     * Whether two backends of one priority would leave it open where calls go, so that they are refused at the start.
     */
    default boolean needsDistinctPriorities() {
        return false;
    }

    /**
     * Whether it lets several backends answer reads in turn, so that each must get every write: then write mode
     * {@link io.resilientstorage.api.WriteMode#ACTIVE_ONLY} is refused.
     */
    default boolean needsMirrors() {
        return false;
    }
}
