package io.resilientstorage.api;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A resilient storage. It is itself the namespace {@value #DEFAULT_NAMESPACE} with text values.
 *
 * <p>Safe for use by several threads. One process needs one of them.
 */
public interface Storage extends KeyValueStore<String>, AutoCloseable {

    /** The namespace that the storage itself is. */
    String DEFAULT_NAMESPACE = "default";

    /** A namespace with text values. See {@link #namespace(String, Codec, NamespaceOptions)}. */
    KeyValueStore<String> namespace(String name);

    /** A namespace with values of another type. See {@link #namespace(String, Codec, NamespaceOptions)}. */
    <V> KeyValueStore<V> namespace(String name, Codec<V> codec);

    /**
     * A namespace. Equal keys in different namespaces are different keys. Costs nothing to make, and may be made again.
     *
     * @param name 1 to 64 of the characters a to z, 0 to 9, dot, dash and underscore
     * @param codec how values become bytes
     * @param options what the namespace demands
     * @throws InvalidRequestException if the name is not legal, or begins with an underscore as the library's own do
     * @throws InvalidSettingException if the mode is {@link WriteMode#ACTIVE_ONLY} and the strategy lets several
     *     backends answer
     * @throws NamespaceDisagreementException if this process uses the namespace in another write mode already
     */
    <V> KeyValueStore<V> namespace(String name, Codec<V> codec, NamespaceOptions options);

    /**
     * Forgets what the processes have agreed on for a namespace: its write mode and {@code maxValueBytes}. Its records
     * stay. Who writes there next says anew what holds. For operators, and only while no process uses the namespace in
     * the old way: one that runs on goes on in the way that it knows.
     *
     * @return whether there was an agreement, and where it was deleted
     * @throws InvalidRequestException if the name is not legal
     */
    DeleteResult forgetAgreement(String namespace);

    /** The locks of the namespace {@value #DEFAULT_NAMESPACE}. */
    Locks locks();

    /**
     * The locks of a namespace. Costs nothing to make, and may be made again.
     *
     * @param namespace 1 to 64 of the characters a to z, 0 to 9, dot, dash and underscore
     * @throws InvalidRequestException if the name is not legal, or begins with an underscore as the library's own do
     */
    Locks locks(String namespace);

    /** How every backend is. A snapshot; no backend is touched. */
    HealthStatus healthStatus();

    /** The name of the backend that the next write would go to; empty if there is none. */
    Optional<String> activeBackend();

    /**
     * Takes a backend out of service until {@link #bringOnline}: it is neither read nor written nor probed. Calls under
     * way end as they do.
     *
     * @throws InvalidRequestException if there is no backend of this name
     */
    void takeOffline(String backend);

    /**
     * Puts a backend back into service. It is UNHEALTHY until it has been probed, which is done at once, and becomes
     * active by the strategy.
     *
     * @throws InvalidRequestException if there is no backend of this name
     */
    void bringOnline(String backend);

    /** Lets the best backend that is routable and in sync become active now, without waiting for the failback delay. */
    void failback();

    /**
     * Hands events to a listener from now on, in their order, on a thread that is apart from the engine. A listener
     * that throws is logged; one that is slow loses events of its own, with an {@link StorageEvent.EventsDropped} in
     * their place.
     */
    Subscription onEvent(Consumer<? super StorageEvent> listener);

    /** Closes with the time-out from the settings ({@code closeTimeout}). Closing again does nothing. */
    @Override
    void close();

    /**
     * Takes no more calls, lets those under way end, and closes every backend.
     *
     * @param patience how long to wait at most for calls under way
     * @return whether all calls ended in time
     */
    boolean close(Duration patience);

    /** A listener's place in the list. */
    interface Subscription extends AutoCloseable {
        /** Hands it no more events. */
        @Override
        void close();
    }
}
