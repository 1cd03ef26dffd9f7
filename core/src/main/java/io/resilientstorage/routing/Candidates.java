package io.resilientstorage.routing;

import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.Scope;
import io.resilientstorage.api.Sync;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The order that all strategies share. Tiers first: shared backends that are HEALTHY, shared ones that are DEGRADED,
 * then those that this host or this process has alone, again HEALTHY before DEGRADED. Within a tier by priority.
 *
 * <p>Last of all stand backends that probes call UNHEALTHY while their circuit is still closed: asking them is better
 * than giving up.
 */
public final class Candidates {

    private Candidates() {}

    /** The tier of a backend; lower is better. */
    public static int tier(BackendView backend) {
        int scope = backend.scope() == Scope.SHARED ? 0 : 2;
        return backend.health() == Health.HEALTHY ? scope : scope + 1;
    }

    /** The candidates for a write that are routable, best first. */
    public static List<BackendView> routable(RoutingView view) {
        return select(view, BackendView::isRoutable).toList();
    }

    /** The candidates that are not routable, but may be asked when nothing else is left. */
    public static List<BackendView> lastResort(RoutingView view) {
        return select(view, b -> b.online() && b.circuit() == Circuit.CLOSED && b.health() == Health.UNHEALTHY)
                .toList();
    }

    /**
     * The candidates for a read: those in sync in the order of the writes, then shared ones that are not in sync, then
     * private ones, then the last resort.
     *
     * @param writes the candidates for a write, in their order
     */
    public static List<BackendView> reads(RoutingView view, List<BackendView> writes) {
        List<BackendView> resort = lastResort(view);
        return Stream.of(
                        writes.stream().filter(b -> isShared(b) && b.sync() == Sync.IN_SYNC),
                        writes.stream().filter(b -> isShared(b) && b.sync() != Sync.IN_SYNC),
                        writes.stream().filter(b -> !isShared(b)),
                        resort.stream())
                .flatMap(s -> s)
                .distinct()
                .toList();
    }

    /** The names of some backends. */
    public static List<String> names(List<BackendView> backends) {
        return backends.stream().map(BackendView::name).toList();
    }

    /** A route in which one backend takes a write and reads do not rotate. */
    static Route route(RoutingView view, List<BackendView> writes) {
        List<BackendView> all =
                Stream.concat(writes.stream(), lastResort(view).stream()).toList();
        return Route.of(names(all), names(reads(view, writes)));
    }

    static boolean isShared(BackendView backend) {
        return backend.scope() == Scope.SHARED;
    }

    private static Stream<BackendView> select(RoutingView view, Predicate<BackendView> filter) {
        return view.backends().stream()
                .filter(filter)
                .sorted(Comparator.comparingInt(Candidates::tier).thenComparingInt(BackendView::priority));
    }
}
