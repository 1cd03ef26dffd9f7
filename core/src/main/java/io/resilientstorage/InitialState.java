package io.resilientstorage;

import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.Scope;
import io.resilientstorage.api.Sync;
import io.resilientstorage.event.EventSink;
import io.resilientstorage.routing.BackendView;
import io.resilientstorage.routing.Route;
import io.resilientstorage.routing.RoutingStrategy;
import io.resilientstorage.routing.RoutingView;
import io.resilientstorage.state.BackendState;
import io.resilientstorage.state.RouteChooser;
import io.resilientstorage.state.StateKeeper;
import io.resilientstorage.time.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What is known of the backends before the first probe. */
final class InitialState {

    private InitialState() {}

    static StateKeeper keeper(List<ConfiguredBackend> backends, RoutingStrategy strategy, EventSink events, Time time) {
        List<String> first = first(backends, strategy);
        boolean anyShared = backends.stream().anyMatch(b -> b.traits().scope() == Scope.SHARED);
        List<BackendState> states = new ArrayList<>();
        for (ConfiguredBackend backend : backends) {
            String name = backend.settings().name();
            BackendState.Identity identity = new BackendState.Identity(
                    name,
                    backend.traits().type(),
                    backend.traits().scope(),
                    backend.traits().durability(),
                    backend.settings().priority(),
                    anyShared ? backend.traits().scope() == Scope.SHARED : states.isEmpty(),
                    first.indexOf(name) == 0);
            states.add(BackendState.initial(identity, time.clock().nanos()));
        }
        return new StateKeeper(states, strategy, events, time.clock());
    }

    /** Those that get every write at once as long as nothing fails, in the order in which they do. */
    private static List<String> first(List<ConfiguredBackend> backends, RoutingStrategy strategy) {
        List<BackendView> allWell = backends.stream()
                .map(b -> new BackendView(
                        b.settings().name(),
                        b.settings().priority(),
                        b.traits().scope(),
                        Health.HEALTHY,
                        Circuit.CLOSED,
                        Sync.IN_SYNC,
                        true,
                        true))
                .toList();
        Route route = new RouteChooser(strategy).route(new RoutingView(allWell, Optional.empty()));
        return route.writes().subList(0, route.writeToAll());
    }
}
