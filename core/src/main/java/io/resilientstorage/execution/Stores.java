package io.resilientstorage.execution;

import io.resilientstorage.api.Codec;
import io.resilientstorage.api.DeleteResult;
import io.resilientstorage.api.KeyValueStore;
import io.resilientstorage.api.NamespaceOptions;
import io.resilientstorage.config.StorageSettings;
import io.resilientstorage.namespace.Agreement;
import io.resilientstorage.namespace.Agreements;
import java.time.Duration;

/** Makes stores of namespaces. Safe for use by several threads. */
public final class Stores {

    private final Engine engine;
    private final CallGate gate;
    private final RequestRules rules;
    private final Callbacks callbacks;
    private final Agreements agreements;

    /**
     * Stores on an engine.
     *
     * @param callbacks where the callbacks of users run
     * @param agreements what the processes hold alike for each namespace
     */
    public Stores(Engine engine, CallGate gate, StorageSettings settings, Callbacks callbacks, Agreements agreements) {
        this.engine = engine;
        this.gate = gate;
        this.rules = new RequestRules(settings);
        this.callbacks = callbacks;
        this.agreements = agreements;
    }

    /** The store of a namespace. See {@link io.resilientstorage.api.Storage#namespace} for what it refuses. */
    public <V> KeyValueStore<V> store(String namespace, Codec<V> codec, NamespaceOptions options) {
        RequestRules.notNull("codec", codec);
        RequestRules.notNull("options", options);
        Agreement agreement = agreements.of(RequestRules.namespace(namespace), options);
        return new BlockingStore<>(
                operations(namespace, codec, options, agreement, true),
                new AsyncStore<>(operations(namespace, codec, options, agreement, false), callbacks),
                callTimeout());
    }

    private <V> Operations<V> operations(
            String namespace, Codec<V> codec, NamespaceOptions options, Agreement agreement, boolean callersWait) {
        return new Operations<>(engine, gate, rules, namespace, codec, options, agreement, callersWait);
    }

    /** Deletes the record of what was agreed on for a namespace. */
    public DeleteResult forgetAgreement(String namespace) {
        Operations<String> records = operations(
                TermsRecord.NAMESPACE,
                Codec.string(),
                NamespaceOptions.DEFAULT,
                agreements.ofOwnRecords(TermsRecord.NAMESPACE),
                true);
        DeleteResult deleted = records.delete(RequestRules.namespace(namespace)).await(callTimeout());
        agreements.forget(namespace);
        return deleted;
    }

    private Duration callTimeout() {
        return Duration.ofNanos(engine.callTimeoutNanos());
    }
}
