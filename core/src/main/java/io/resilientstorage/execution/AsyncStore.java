package io.resilientstorage.execution;

import io.resilientstorage.api.AsyncKeyValueStore;
import io.resilientstorage.api.ConditionalResult;
import io.resilientstorage.api.DeleteResult;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.Swap;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.Condition;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * The face for callers that do not wait.
 *
 * @param <V> the type of the values
 */
final class AsyncStore<V> implements AsyncKeyValueStore<V> {

    private final Operations<V> operations;
    private final Callbacks callbacks;

    AsyncStore(Operations<V> operations, Callbacks callbacks) {
        this.operations = operations;
        this.callbacks = callbacks;
    }

    private <T> CompletableFuture<T> future(Supplier<Pending<?, T>> begin) {
        try {
            callbacks.gate().enter();
            CompletableFuture<T> future = begin.get().future(callbacks.workers());
            if (!future.isDone()) {
                callbacks.gate().count(future);
            }
            return future;
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public CompletableFuture<Receipt> set(String key, V value) {
        return future(() -> operations.set(key, value, Optional.empty()));
    }

    @Override
    public CompletableFuture<Receipt> set(String key, V value, Duration ttl) {
        return future(() -> operations.set(key, value, Faces.ttl(ttl)));
    }

    @Override
    public CompletableFuture<Optional<V>> get(String key) {
        return future(() -> operations.value(operations.placed(operations.legal(key))));
    }

    @Override
    public CompletableFuture<ReadResult<V>> read(String key) {
        return future(() -> operations.read(key));
    }

    @Override
    public CompletableFuture<DeleteResult> delete(String key) {
        return future(() -> operations.delete(key));
    }

    @Override
    public CompletableFuture<ConditionalResult> setIfAbsent(String key, V value) {
        return future(() -> operations.setIf(key, value, Optional.empty(), Condition.ifAbsent()));
    }

    @Override
    public CompletableFuture<ConditionalResult> setIfAbsent(String key, V value, Duration ttl) {
        return future(() -> operations.setIf(key, value, Faces.ttl(ttl), Condition.ifAbsent()));
    }

    @Override
    public CompletableFuture<ConditionalResult> compareAndSet(String key, Version expected, V value) {
        return future(() -> operations.setIf(key, value, Optional.empty(), Faces.expected(expected)));
    }

    @Override
    public CompletableFuture<ConditionalResult> compareAndSet(String key, Version expected, V value, Duration ttl) {
        return future(() -> operations.setIf(key, value, Faces.ttl(ttl), Faces.expected(expected)));
    }

    @Override
    public CompletableFuture<ConditionalResult> touch(String key, Duration ttl) {
        return future(() -> operations.touch(key, ttl));
    }

    @Override
    public CompletableFuture<Map<String, V>> getAll(Collection<String> keys) {
        return future(() -> operations.readAll(keys).map(Faces::found));
    }

    @Override
    public CompletableFuture<Map<String, ReadResult<V>>> readAll(Collection<String> keys) {
        return future(() -> operations.readAll(keys));
    }

    @Override
    public CompletableFuture<Map<String, Receipt>> setAll(Map<String, ? extends V> values) {
        return future(() -> operations.setAll(values, Optional.empty()));
    }

    @Override
    public CompletableFuture<Map<String, Receipt>> setAll(Map<String, ? extends V> values, Duration ttl) {
        return future(() -> operations.setAll(values, Faces.ttl(ttl)));
    }

    @Override
    public CompletableFuture<Map<String, DeleteResult>> deleteAll(Collection<String> keys) {
        return future(() -> operations.deleteAll(keys));
    }

    @Override
    public CompletableFuture<Map<String, ConditionalResult>> setAllIfAbsent(Map<String, ? extends V> values) {
        return future(() -> operations.setAllIfAbsent(values, Optional.empty()));
    }

    @Override
    public CompletableFuture<Map<String, ConditionalResult>> setAllIfAbsent(
            Map<String, ? extends V> values, Duration ttl) {
        return future(() -> operations.setAllIfAbsent(values, Faces.ttl(ttl)));
    }

    @Override
    public CompletableFuture<Map<String, ConditionalResult>> compareAndSetAll(Map<String, Swap<V>> swaps) {
        return future(() -> operations.compareAndSetAll(swaps, Optional.empty()));
    }

    @Override
    public CompletableFuture<Map<String, ConditionalResult>> compareAndSetAll(
            Map<String, Swap<V>> swaps, Duration ttl) {
        return future(() -> operations.compareAndSetAll(swaps, Faces.ttl(ttl)));
    }

    @Override
    public CompletableFuture<Map<String, ConditionalResult>> touchAll(Collection<String> keys, Duration ttl) {
        return future(() -> operations.touchAll(keys, ttl));
    }
}
