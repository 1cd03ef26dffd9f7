package io.resilientstorage.execution;

import io.resilientstorage.api.Codec;
import io.resilientstorage.api.KeyValueStore;
import io.resilientstorage.api.NamespaceOptions;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.config.Settings;
import io.resilientstorage.config.StorageSettings;
import java.time.Duration;

/** Makes stores of namespaces. Safe for use by several threads. */
public final class Stores {

    private final Engine engine;
    private final CallGate gate;
    private final RequestRules rules;
    private final Callbacks callbacks;
    private final WriteMode mode;

    /**
     * Stores on an engine.
     *
     * @param callbacks where the callbacks of users run
     */
    public Stores(Engine engine, CallGate gate, StorageSettings settings, Callbacks callbacks) {
        this.engine = engine;
        this.gate = gate;
        this.rules = new RequestRules(settings);
        this.callbacks = callbacks;
        this.mode = settings.get(Settings.WRITE_MODE);
    }

    /** The store of a namespace; {@link io.resilientstorage.api.InvalidRequestException} if the name is not legal. */
    public <V> KeyValueStore<V> store(String namespace, Codec<V> codec, NamespaceOptions options) {
        RequestRules.notNull("codec", codec);
        RequestRules.notNull("options", options);
        Operations<V> operations = new Operations<>(
                engine,
                gate,
                rules,
                RequestRules.namespace(namespace),
                codec,
                options,
                options.writeMode().orElse(mode));
        return new BlockingStore<>(
                operations, new AsyncStore<>(operations, callbacks), Duration.ofNanos(engine.callTimeoutNanos()));
    }
}
