package io.resilientstorage;

import static io.resilientstorage.api.InvalidSettingException.requireNonNull;

import io.resilientstorage.api.LockPolicy;
import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.config.BackendOptions;
import io.resilientstorage.config.PropertySource;
import io.resilientstorage.config.Setting;
import io.resilientstorage.config.Settings;
import io.resilientstorage.config.StorageSettings;
import io.resilientstorage.config.Strategy;
import io.resilientstorage.execution.Knowledge;
import io.resilientstorage.routing.RoutingStrategy;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Collects the settings of a storage. Every method checks its argument and throws
 * {@link io.resilientstorage.api.InvalidSettingException}, which names the setting, the value's problem and the bound.
 * Not for use by several threads.
 */
public final class StorageBuilder {

    /** A backend as the user gave it: by a URL in its options, or as an object. */
    record Entry(Optional<Backend> object, BackendOptions options) {}

    private final StorageSettings.Draft draft = new StorageSettings.Draft();
    private final List<Entry> entries = new ArrayList<>();
    private final List<Consumer<? super StorageEvent>> listeners = new ArrayList<>();
    private Optional<RoutingStrategy> strategy = Optional.empty();
    private Optional<Time> time = Optional.empty();

    StorageBuilder() {}

    /**
     * Adds a backend by its URL. The scheme says of which kind: {@code redis:}, {@code postgresql:}, {@code sqlite:},
     * {@code memory:}.
     */
    public StorageBuilder backend(String url) {
        return backend(url, options -> {});
    }

    /** Adds a backend by its URL, with options. */
    public StorageBuilder backend(String url, Consumer<? super BackendOptions> options) {
        BackendOptions collected = new BackendOptions().url(url);
        requireNonNull("backends.options", options).accept(collected);
        entries.add(new Entry(Optional.empty(), collected));
        return this;
    }

    /** Adds a backend of the user's own. The storage opens and closes it. */
    public StorageBuilder backend(Backend backend) {
        return backend(backend, options -> {});
    }

    /** Adds a backend of the user's own, with options. The storage opens and closes it. */
    public StorageBuilder backend(Backend backend, Consumer<? super BackendOptions> options) {
        BackendOptions collected = new BackendOptions();
        requireNonNull("backends.options", options).accept(collected);
        entries.add(new Entry(Optional.of(requireNonNull("backends", backend)), collected));
        return this;
    }

    /** How backends are chosen for a call. */
    public StorageBuilder strategy(Strategy value) {
        return set(Settings.STRATEGY, value);
    }

    /** How backends are chosen for a call, by a user's own strategy. */
    public StorageBuilder strategy(RoutingStrategy value) {
        strategy = Optional.of(requireNonNull(Settings.STRATEGY.name(), value));
        return this;
    }

    /** How long one call may take, all its attempts together. */
    public StorageBuilder callTimeout(Duration value) {
        return set(Settings.CALL_TIMEOUT, value);
    }

    /** Who gets a write besides the backend that takes it, where a namespace does not say otherwise. */
    public StorageBuilder writeMode(WriteMode value) {
        return set(Settings.WRITE_MODE, value);
    }

    /** How many calls may wait for an answer. */
    public StorageBuilder maxWaitingCalls(int value) {
        return set(Settings.MAX_WAITING_CALLS, (long) value);
    }

    /** How large one value may be, in bytes. */
    public StorageBuilder maxValueBytes(int value) {
        return set(Settings.MAX_VALUE_BYTES, (long) value);
    }

    /** How often a healthy backend is probed. */
    public StorageBuilder healthCheckInterval(Duration value) {
        return set(Settings.HEALTH_CHECK_INTERVAL, value);
    }

    /** How many calls must fail in a row for a circuit to open. */
    public StorageBuilder circuitBreakerThreshold(int value) {
        return set(Settings.CIRCUIT_BREAKER_THRESHOLD, (long) value);
    }

    /** The longest time that a circuit stays open. */
    public StorageBuilder circuitBreakerReset(Duration value) {
        return set(Settings.CIRCUIT_BREAKER_RESET, value);
    }

    /** How long a circuit stays open at first. */
    public StorageBuilder circuitBreakerInitialReset(Duration value) {
        return set(Settings.CIRCUIT_BREAKER_INITIAL_RESET, value);
    }

    /** How long a better backend must have been healthy before it becomes active again. */
    public StorageBuilder failbackDelay(Duration value) {
        return set(Settings.FAILBACK_DELAY, value);
    }

    /** Whether memory is added as the last backend where none of its kind is configured. */
    public StorageBuilder memory(boolean value) {
        return set(Settings.MEMORY, value);
    }

    /** Who may grant locks. */
    public StorageBuilder lockPolicy(LockPolicy value) {
        return set(Settings.LOCKS_POLICY, value);
    }

    /** The longest time that a lock is granted for at once. */
    public StorageBuilder lockMaxTtl(Duration value) {
        return set(Settings.LOCKS_MAX_TTL, value);
    }

    /** Whether a lock is granted only once the other backend has a copy. */
    public StorageBuilder lockMirrored(boolean value) {
        return set(Settings.LOCKS_MIRRORED, value);
    }

    /** Sets any of {@link Settings}. */
    public <T> StorageBuilder set(Setting<T> setting, T value) {
        draft.set(requireNonNull("setting", setting), value);
        if (setting.equals(Settings.STRATEGY)) {
            strategy = Optional.empty();
        }
        return this;
    }

    /**
     * Sets what the properties say: settings by their names ({@code healthCheckInterval=30s}), backends as
     * {@code backends.NAME.FIELD} ({@code backends.redis.url=redis://cache:6379}). Unknown names are refused. What is
     * set later, here or by a method, replaces what was set before.
     */
    public StorageBuilder properties(Map<String, String> properties) {
        PropertySource source = new PropertySource(properties);
        source.copyTo(draft);
        if (properties.containsKey(Settings.STRATEGY.name())) {
            strategy = Optional.empty();
        }
        source.backends().values().forEach(options -> entries.add(new Entry(Optional.empty(), options)));
        return this;
    }

    /** Hands events to a listener, from the first one on. See {@link io.resilientstorage.api.Storage#onEvent}. */
    public StorageBuilder onEvent(Consumer<? super StorageEvent> listener) {
        listeners.add(requireNonNull("listener", listener));
        return this;
    }

    /** Takes time, threads and chance from here, for simulations. The storage does not close it. */
    public StorageBuilder time(Time value) {
        time = Optional.of(requireNonNull("time", value));
        return this;
    }

    /**
     * Starts the storage. Waits at most {@code startTimeout} for the first probes; a backend that is down is tried
     * again in the background.
     *
     * @throws io.resilientstorage.api.InvalidSettingException if the settings contradict each other, or no module knows
     *     a URL's scheme
     */
    public ResilientStorage build() {
        return build(UnaryOperator.identity());
    }

    /**
     * Starts the storage with something between its reads and what the process knows.
     *
     * @param knowledge gives reads what they are to see, from what there is
     */
    ResilientStorage build(UnaryOperator<Knowledge> knowledge) {
        return new Assembly(settings(), entries, listeners, strategy, time, knowledge).start();
    }

    /** What was set so far, with defaults for the rest. */
    StorageSettings settings() {
        return draft.build();
    }
}
