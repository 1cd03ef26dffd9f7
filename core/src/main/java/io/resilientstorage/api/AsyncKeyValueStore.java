package io.resilientstorage.api;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Keys and values of one namespace, for callers that do not wait. Each method means what its namesake in
 * {@link KeyValueStore} says.
 *
 * <p>Safe for use by several threads. Nothing is thrown: every error completes the future, with the
 * {@link StorageException} itself as its cause. Each future completes within the call time-out. What depends on it runs
 * on threads of the storage that are there for this, never on those of a backend's client, so it may block, at the cost
 * of other callbacks only. Cancelling a future does not cancel the call.
 *
 * @param <V> the type of the values
 */
public interface AsyncKeyValueStore<V> {

    /** See {@link KeyValueStore#set(String, Object)}. */
    CompletableFuture<Receipt> set(String key, V value);

    /** See {@link KeyValueStore#set(String, Object, Duration)}. */
    CompletableFuture<Receipt> set(String key, V value, Duration ttl);

    /** See {@link KeyValueStore#get(String)}. */
    CompletableFuture<Optional<V>> get(String key);

    /** See {@link KeyValueStore#read(String)}. */
    CompletableFuture<ReadResult<V>> read(String key);

    /** See {@link KeyValueStore#delete(String)}. */
    CompletableFuture<DeleteResult> delete(String key);

    /** See {@link KeyValueStore#setIfAbsent(String, Object)}. */
    CompletableFuture<ConditionalResult> setIfAbsent(String key, V value);

    /** See {@link KeyValueStore#setIfAbsent(String, Object, Duration)}. */
    CompletableFuture<ConditionalResult> setIfAbsent(String key, V value, Duration ttl);

    /** See {@link KeyValueStore#compareAndSet(String, Version, Object)}. */
    CompletableFuture<ConditionalResult> compareAndSet(String key, Version expected, V value);

    /** See {@link KeyValueStore#compareAndSet(String, Version, Object, Duration)}. */
    CompletableFuture<ConditionalResult> compareAndSet(String key, Version expected, V value, Duration ttl);

    /** See {@link KeyValueStore#touch(String, Duration)}. */
    CompletableFuture<ConditionalResult> touch(String key, Duration ttl);

    /** See {@link KeyValueStore#getAll(Collection)}. */
    CompletableFuture<Map<String, V>> getAll(Collection<String> keys);

    /** See {@link KeyValueStore#readAll(Collection)}. */
    CompletableFuture<Map<String, ReadResult<V>>> readAll(Collection<String> keys);

    /** See {@link KeyValueStore#setAll(Map)}. */
    CompletableFuture<Map<String, Receipt>> setAll(Map<String, ? extends V> values);

    /** See {@link KeyValueStore#setAll(Map, Duration)}. */
    CompletableFuture<Map<String, Receipt>> setAll(Map<String, ? extends V> values, Duration ttl);

    /** See {@link KeyValueStore#deleteAll(Collection)}. */
    CompletableFuture<Map<String, DeleteResult>> deleteAll(Collection<String> keys);

    /** See {@link KeyValueStore#setAllIfAbsent(Map)}. */
    CompletableFuture<Map<String, ConditionalResult>> setAllIfAbsent(Map<String, ? extends V> values);

    /** See {@link KeyValueStore#setAllIfAbsent(Map, Duration)}. */
    CompletableFuture<Map<String, ConditionalResult>> setAllIfAbsent(Map<String, ? extends V> values, Duration ttl);

    /** See {@link KeyValueStore#compareAndSetAll(Map)}. */
    CompletableFuture<Map<String, ConditionalResult>> compareAndSetAll(Map<String, Swap<V>> swaps);

    /** See {@link KeyValueStore#compareAndSetAll(Map, Duration)}. */
    CompletableFuture<Map<String, ConditionalResult>> compareAndSetAll(Map<String, Swap<V>> swaps, Duration ttl);

    /** See {@link KeyValueStore#touchAll(Collection, Duration)}. */
    CompletableFuture<Map<String, ConditionalResult>> touchAll(Collection<String> keys, Duration ttl);
}
