package io.resilientstorage.state;

import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.api.Sync;
import io.resilientstorage.event.EventSink;
import io.resilientstorage.routing.RoutingStrategy;
import io.resilientstorage.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.UnaryOperator;

/**
 * The only writer of the {@link Snapshot}. Probes, circuit breakers, recovery and operators report here; calls read
 * {@link #current()}.
 *
 * <p>Changes are made one after the other under a lock that is never held across I/O or foreign code, save the
 * strategy, which is a pure function. Events are put into the sink under the same lock, so that their order is the
 * order of the changes. Observers are told after the lock was given back, so they may report again; they look at
 * {@link #current()}, which may be newer than the change they are told of.
 */
public final class StateKeeper {

    private static final String NOT_PROBED = "not probed since it was brought online";

    private final ReentrantLock lock = new ReentrantLock();
    private final RouteChooser chooser;
    private final EventSink events;
    private final Clock clock;
    private final ActiveHistory history;
    private final List<Runnable> observers = new CopyOnWriteArrayList<>();
    private volatile Snapshot current;
    private final long[] syncSince;
    private boolean serving;

    /** A keeper of these backends, in the order of their priorities. */
    public StateKeeper(List<BackendState> backends, RoutingStrategy strategy, EventSink events, Clock clock) {
        this.chooser = new RouteChooser(strategy);
        this.events = events;
        this.clock = clock;
        this.history = new ActiveHistory(events, clock);
        this.current = chooser.snapshot(backends, Optional.empty());
        this.syncSince = new long[backends.size()];
        Arrays.fill(syncSince, clock.nanos());
    }

    /** The states of this moment. */
    public Snapshot current() {
        return current;
    }

    /** How often the active backend has changed since the start. */
    public long switches() {
        return history.switches();
    }

    /** Has an observer told of every change, on the thread that made it. Observers must be quick and must not throw. */
    public void observe(Runnable observer) {
        observers.add(observer);
    }

    /**
     * Ends the start: until now the best backend was active as soon as it was known; from now on the strategy may stay
     * where it is.
     */
    public void serve() {
        lock.lock();
        try {
            serving = true;
            history.begin(current);
        } finally {
            lock.unlock();
        }
        tellObservers();
    }

    /** A probe's verdict. */
    public void health(int index, Health health, Optional<String> cause) {
        change(index, state -> withHealth(state, health, cause));
    }

    /** A call was refused: a backend that was HEALTHY is DEGRADED. */
    public void refused(int index, String cause) {
        change(
                index,
                state -> state.health() == Health.HEALTHY
                        ? withHealth(state, Health.DEGRADED, Optional.of(cause))
                        : state);
    }

    private BackendState withHealth(BackendState state, Health health, Optional<String> cause) {
        if (state.health() != health) {
            Duration lasted = Duration.ofNanos(clock.nanos() - state.healthSince());
            publish(new StorageEvent.HealthChanged(now(), state.name(), state.health(), health, cause, lasted));
        }
        return state.withHealth(health, cause, clock.nanos());
    }

    /** A circuit's transition. */
    public void circuit(int index, Circuit from, Circuit to, Optional<String> cause, Duration lasted) {
        change(index, state -> {
            publish(new StorageEvent.CircuitChanged(now(), state.name(), from, to, cause, lasted));
            return state.withCircuit(to, cause);
        });
    }

    /**
     * A reply names the life of the backend that gave it. If that is another one than before, the backend is not in
     * sync any more. Whoever looks at {@link #current()} after this sees that, also if another thread was the first to
     * report the new life.
     */
    public void seen(int index, String incarnation) {
        if (current.backend(index).isIncarnation(incarnation)) {
            return;
        }
        change(index, state -> {
            if (state.isIncarnation(incarnation)) {
                return state;
            }
            state.incarnation()
                    .ifPresent(former ->
                            publish(new StorageEvent.IncarnationChanged(now(), state.name(), former, incarnation)));
            return state.withIncarnation(incarnation);
        });
    }

    /** The backend was found without a WARM sentinel: it has lost its content. */
    public void cold(int index) {
        if (current.backend(index).identity().mirrored()
                && current.backend(index).sync() != Sync.COLD) {
            change(index, state -> state.withSync(Sync.COLD));
        }
    }

    /** Recovery's word that the backend lacks something. */
    public void outOfSync(int index) {
        if (current.backend(index).sync() == Sync.IN_SYNC) {
            change(index, state -> state.withSync(Sync.CATCHING_UP));
        }
    }

    /**
     * Recovery's word on whether the backend has everything.
     *
     * @param seen what recovery drew that from; a state that has changed since is left alone, for recovery is told of
     *     the change
     */
    public void sync(int index, BackendState seen, Sync sync) {
        if (current.backend(index).sync() != sync) {
            boolean allowed = sync != Sync.IN_SYNC || seen.isRoutable();
            change(index, state -> allowed && state.equals(seen) ? state.withSync(sync) : state);
        }
    }

    /** Recovery's word on whether the backend has been healthy for the failback delay. */
    public void readyForFailback(int index, boolean ready) {
        if (current.backend(index).readyForFailback() != ready) {
            change(index, state -> state.withReadyForFailback(ready));
        }
    }

    /**
     * An operator's word. Nobody has probed a backend that was offline: what was known of its health is worth nothing.
     */
    public void online(int index, boolean online) {
        change(index, state -> {
            if (state.online() == online) {
                return state;
            }
            if (!online) {
                publish(new StorageEvent.TakenOffline(now(), state.name()));
                return state.withOnline(false);
            }
            publish(new StorageEvent.BroughtOnline(now(), state.name()));
            return withHealth(state.withOnline(true), Health.UNHEALTHY, Optional.of(NOT_PROBED));
        });
    }

    private void change(int index, UnaryOperator<BackendState> change) {
        lock.lock();
        try {
            List<BackendState> states = new ArrayList<>(current.backends());
            BackendState before = states.get(index);
            BackendState after = change.apply(before);
            if (after.equals(before)) {
                return;
            }
            states.set(index, after);
            if (after.sync() != before.sync()) {
                tellSync(index, before, after);
            }
            Snapshot former = current;
            current = chooser.snapshot(states, serving ? former.activeName() : Optional.empty());
            if (serving) {
                history.compare(former, current);
            }
        } finally {
            lock.unlock();
        }
        tellObservers();
    }

    private void tellSync(int index, BackendState before, BackendState after) {
        Duration lasted = Duration.ofNanos(clock.nanos() - syncSince[index]);
        syncSince[index] = clock.nanos();
        Optional<String> cause = after.sync() == Sync.IN_SYNC ? Optional.empty() : after.lastError();
        publish(new StorageEvent.SyncChanged(now(), after.name(), before.sync(), after.sync(), cause, lasted));
    }

    private void publish(StorageEvent event) {
        if (serving) {
            events.publish(event);
        }
    }

    private void tellObservers() {
        observers.forEach(Runnable::run);
    }

    private Instant now() {
        return Instant.ofEpochMilli(clock.wallMillis());
    }
}
