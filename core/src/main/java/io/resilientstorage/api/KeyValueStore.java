package io.resilientstorage.api;

import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * Keys and values of one namespace, for callers that wait for the answer.
 *
 * <p>Safe for use by several threads. Every method answers within the call time-out and throws, unless it says
 * otherwise:
 *
 * <ul>
 *   <li>{@link InvalidRequestException} for an argument that is not legal, before any backend is touched;
 *   <li>{@link AllBackendsFailedException} when no backend could serve, {@link DeadlineExceededException} when none
 *       answered in time;
 *   <li>{@link OverloadedException} at a documented bound; {@link StorageClosedException} after {@code close()};
 *   <li>{@link UnreadableValueException} when what stands under the key cannot be read;
 *   <li>{@link CallInterruptedException} when the calling thread is interrupted; its interrupt flag is set again.
 * </ul>
 *
 * <p>A key is text of 1 to 512 bytes of UTF-8, any code point. A time to live is from 1 ms to 100 years. A batch is no
 * transaction: each key of it is stored, or not, by itself, and when the batch throws, some of it may be stored.
 *
 * @param <V> the type of the values
 */
public interface KeyValueStore<V> {

    /** The same namespace, for callers that do not wait. */
    AsyncKeyValueStore<V> async();

    /** Stores a value that does not expire. */
    Receipt set(String key, V value);

    /** Stores a value that ends after a time to live. */
    Receipt set(String key, V value, Duration ttl);

    /** The value, or empty if it is absent or unknown. {@link #read} tells these apart. */
    Optional<V> get(String key);

    /** The value with its source, its version and whether it may be stale. */
    ReadResult<V> read(String key);

    /** Deletes a key. Succeeds also if there is none. */
    DeleteResult delete(String key);

    /** Stores a value that does not expire, if there is none. */
    ConditionalResult setIfAbsent(String key, V value);

    /** Stores a value that ends after a time to live, if there is none. */
    ConditionalResult setIfAbsent(String key, V value, Duration ttl);

    /** Stores a value that does not expire, if the one that stands has the expected version. */
    ConditionalResult compareAndSet(String key, Version expected, V value);

    /** Stores a value that ends after a time to live, if the one that stands has the expected version. */
    ConditionalResult compareAndSet(String key, Version expected, V value, Duration ttl);

    /** Gives the value that stands a new time to live, counted from now. Not applied if there is none. */
    ConditionalResult touch(String key, Duration ttl);

    /** The values that were found, by key. */
    Map<String, V> getAll(Collection<String> keys);

    /** What {@link #read} says of each key. */
    Map<String, ReadResult<V>> readAll(Collection<String> keys);

    /** Stores values that do not expire. */
    Map<String, Receipt> setAll(Map<String, ? extends V> values);

    /** Stores values that end after a time to live. */
    Map<String, Receipt> setAll(Map<String, ? extends V> values, Duration ttl);

    /** Deletes keys. */
    Map<String, DeleteResult> deleteAll(Collection<String> keys);

    /** {@link #setIfAbsent(String, Object)} for each. */
    Map<String, ConditionalResult> setAllIfAbsent(Map<String, ? extends V> values);

    /** {@link #setIfAbsent(String, Object, Duration)} for each. */
    Map<String, ConditionalResult> setAllIfAbsent(Map<String, ? extends V> values, Duration ttl);

    /** {@link #compareAndSet(String, Version, Object)} for each. */
    Map<String, ConditionalResult> compareAndSetAll(Map<String, Swap<V>> swaps);

    /** {@link #compareAndSet(String, Version, Object, Duration)} for each. */
    Map<String, ConditionalResult> compareAndSetAll(Map<String, Swap<V>> swaps, Duration ttl);

    /** {@link #touch} for each. */
    Map<String, ConditionalResult> touchAll(Collection<String> keys, Duration ttl);
}
