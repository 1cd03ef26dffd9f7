package io.resilientstorage;

import io.resilientstorage.api.AsyncKeyValueStore;
import io.resilientstorage.api.Codec;
import io.resilientstorage.api.ConditionalResult;
import io.resilientstorage.api.DeleteResult;
import io.resilientstorage.api.HealthStatus;
import io.resilientstorage.api.InvalidRequestException;
import io.resilientstorage.api.KeyValueStore;
import io.resilientstorage.api.Locks;
import io.resilientstorage.api.NamespaceOptions;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.Storage;
import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.api.Swap;
import io.resilientstorage.api.Version;
import io.resilientstorage.config.Settings;
import io.resilientstorage.config.StorageSettings;
import io.resilientstorage.event.EventDispatcher;
import io.resilientstorage.execution.RequestRules;
import io.resilientstorage.execution.Stores;
import io.resilientstorage.health.HealthReport;
import io.resilientstorage.health.Prober;
import io.resilientstorage.lock.LockEngine;
import io.resilientstorage.recovery.FailbackWatch;
import io.resilientstorage.state.StateKeeper;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Key/value storage that goes on while its backends fail: calls go to the best backend that can serve, and down the
 * list when it fails.
 *
 * <pre>{@code
 * try (var storage = ResilientStorage.builder()
 *         .backend("redis://localhost:6379")
 *         .backend("postgresql://app@localhost/app")
 *         .build()) {
 *     storage.set("user:42", "Ada", Duration.ofHours(1));
 *     Optional<String> name = storage.get("user:42");
 * }
 * }</pre>
 *
 * <p>Safe for use by several threads. It is itself the namespace {@code default} with text values.
 */
public final class ResilientStorage implements Storage {

    private final KeyValueStore<String> texts;
    private final StorageSettings settings;
    private final Stores stores;
    private final LockEngine locks;
    private final StateKeeper keeper;
    private final HealthReport report;
    private final List<Prober> probers;
    private final FailbackWatch failback;
    private final EventDispatcher events;
    private final Shutdown shutdown;

    ResilientStorage(
            StorageSettings settings,
            Stores stores,
            LockEngine locks,
            StateKeeper keeper,
            HealthReport report,
            List<Prober> probers,
            FailbackWatch failback,
            EventDispatcher events,
            Shutdown shutdown) {
        this.texts = stores.store(DEFAULT_NAMESPACE, Codec.string(), NamespaceOptions.DEFAULT);
        this.settings = settings;
        this.stores = stores;
        this.locks = locks;
        this.keeper = keeper;
        this.report = report;
        this.probers = probers;
        this.failback = failback;
        this.events = events;
        this.shutdown = shutdown;
    }

    /** A builder with all defaults. */
    public static StorageBuilder builder() {
        return new StorageBuilder();
    }

    @Override
    public KeyValueStore<String> namespace(String name) {
        return namespace(name, Codec.string());
    }

    @Override
    public <V> KeyValueStore<V> namespace(String name, Codec<V> codec) {
        return namespace(name, codec, NamespaceOptions.DEFAULT);
    }

    @Override
    public <V> KeyValueStore<V> namespace(String name, Codec<V> codec, NamespaceOptions options) {
        return stores.store(name, codec, options);
    }

    @Override
    public DeleteResult forgetAgreement(String namespace) {
        return stores.forgetAgreement(namespace);
    }

    @Override
    public Locks locks() {
        return locks.locks(DEFAULT_NAMESPACE);
    }

    @Override
    public Locks locks(String namespace) {
        return locks.locks(RequestRules.namespace(namespace));
    }

    @Override
    public HealthStatus healthStatus() {
        return report.status();
    }

    @Override
    public Optional<String> activeBackend() {
        return keeper.current().activeName();
    }

    @Override
    public void takeOffline(String backend) {
        keeper.online(index(backend), false);
    }

    @Override
    public void bringOnline(String backend) {
        int index = index(backend);
        boolean wasOffline = !keeper.current().backend(index).online();
        keeper.online(index, true);
        if (wasOffline) {
            probers.get(index).broughtOnline();
        } else {
            probers.get(index).probeSoon();
        }
    }

    @Override
    public void failback() {
        failback.force();
    }

    private int index(String backend) {
        int index = backend == null ? -1 : keeper.current().indexOf(backend);
        if (index < 0) {
            throw new InvalidRequestException(
                    "backend",
                    "is '" + backend + "', and must be one of "
                            + keeper.current().backends().stream()
                                    .map(b -> b.name())
                                    .toList());
        }
        return index;
    }

    @Override
    public Subscription onEvent(Consumer<? super StorageEvent> listener) {
        return events.subscribe(listener);
    }

    @Override
    public void close() {
        close(settings.get(Settings.CLOSE_TIMEOUT));
    }

    @Override
    public boolean close(Duration patience) {
        return shutdown.run(patience);
    }

    @Override
    public AsyncKeyValueStore<String> async() {
        return texts.async();
    }

    @Override
    public Receipt set(String key, String value) {
        return texts.set(key, value);
    }

    @Override
    public Receipt set(String key, String value, Duration ttl) {
        return texts.set(key, value, ttl);
    }

    @Override
    public Optional<String> get(String key) {
        return texts.get(key);
    }

    @Override
    public ReadResult<String> read(String key) {
        return texts.read(key);
    }

    @Override
    public DeleteResult delete(String key) {
        return texts.delete(key);
    }

    @Override
    public ConditionalResult setIfAbsent(String key, String value) {
        return texts.setIfAbsent(key, value);
    }

    @Override
    public ConditionalResult setIfAbsent(String key, String value, Duration ttl) {
        return texts.setIfAbsent(key, value, ttl);
    }

    @Override
    public ConditionalResult compareAndSet(String key, Version expected, String value) {
        return texts.compareAndSet(key, expected, value);
    }

    @Override
    public ConditionalResult compareAndSet(String key, Version expected, String value, Duration ttl) {
        return texts.compareAndSet(key, expected, value, ttl);
    }

    @Override
    public ConditionalResult touch(String key, Duration ttl) {
        return texts.touch(key, ttl);
    }

    @Override
    public Map<String, String> getAll(Collection<String> keys) {
        return texts.getAll(keys);
    }

    @Override
    public Map<String, ReadResult<String>> readAll(Collection<String> keys) {
        return texts.readAll(keys);
    }

    @Override
    public Map<String, Receipt> setAll(Map<String, ? extends String> values) {
        return texts.setAll(values);
    }

    @Override
    public Map<String, Receipt> setAll(Map<String, ? extends String> values, Duration ttl) {
        return texts.setAll(values, ttl);
    }

    @Override
    public Map<String, DeleteResult> deleteAll(Collection<String> keys) {
        return texts.deleteAll(keys);
    }

    @Override
    public Map<String, ConditionalResult> setAllIfAbsent(Map<String, ? extends String> values) {
        return texts.setAllIfAbsent(values);
    }

    @Override
    public Map<String, ConditionalResult> setAllIfAbsent(Map<String, ? extends String> values, Duration ttl) {
        return texts.setAllIfAbsent(values, ttl);
    }

    @Override
    public Map<String, ConditionalResult> compareAndSetAll(Map<String, Swap<String>> swaps) {
        return texts.compareAndSetAll(swaps);
    }

    @Override
    public Map<String, ConditionalResult> compareAndSetAll(Map<String, Swap<String>> swaps, Duration ttl) {
        return texts.compareAndSetAll(swaps, ttl);
    }

    @Override
    public Map<String, ConditionalResult> touchAll(Collection<String> keys, Duration ttl) {
        return texts.touchAll(keys, ttl);
    }
}
