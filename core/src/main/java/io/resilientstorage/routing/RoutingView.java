package io.resilientstorage.routing;

import java.util.List;
import java.util.Optional;

/**
 * What a strategy sees.
 *
 * @param backends every enabled backend, by priority, those of one priority in the order in which they were configured
 * @param active the name of the backend that is active now, empty at the start and when none is routable
 */
public record RoutingView(List<BackendView> backends, Optional<String> active) {

    /** Copies the list. */
    public RoutingView {
        backends = List.copyOf(backends);
    }
}
