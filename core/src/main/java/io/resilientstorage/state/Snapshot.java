package io.resilientstorage.state;

import io.resilientstorage.routing.Route;
import io.resilientstorage.routing.RoutingView;
import java.util.List;
import java.util.Optional;

/**
 * All backend states at one moment, and where calls go. Immutable; backends are named by their index in the order of
 * priority. The arrays are not copied and must not be changed.
 */
public final class Snapshot {

    private final List<BackendState> backends;
    private final Route route;
    private final int[] writes;
    private final int[] reads;

    Snapshot(List<BackendState> backends, Route route) {
        this.backends = List.copyOf(backends);
        this.route = route;
        this.writes = indexes(route.writes());
        this.reads = indexes(route.reads());
    }

    private int[] indexes(List<String> names) {
        return names.stream().mapToInt(this::indexOf).toArray();
    }

    /** The index of a backend, -1 if there is none of this name. */
    public int indexOf(String name) {
        for (int i = 0; i < backends.size(); i++) {
            if (backends.get(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /** Every backend by its index. */
    public List<BackendState> backends() {
        return backends;
    }

    /** One backend. */
    public BackendState backend(int index) {
        return backends.get(index);
    }

    /** The candidates for a write, in their order. */
    public int[] writes() {
        return writes;
    }

    /** The candidates for a read, in their order. */
    public int[] reads() {
        return reads;
    }

    /** How many of the first candidates all get a write. */
    public int writeToAll() {
        return route.writeToAll();
    }

    /** Over how many of the first candidates reads rotate. */
    public int rotation() {
        return route.rotation();
    }

    /** The index of the active backend: the routable one that the next write goes to. */
    public Optional<Integer> active() {
        return writes.length > 0 && backends.get(writes[0]).isRoutable() ? Optional.of(writes[0]) : Optional.empty();
    }

    /** The name of the active backend. */
    public Optional<String> activeName() {
        return active().map(index -> backends.get(index).name());
    }

    /** What a strategy sees of some states. */
    static RoutingView view(List<BackendState> backends, Optional<String> active) {
        return new RoutingView(backends.stream().map(BackendState::view).toList(), active);
    }
}
