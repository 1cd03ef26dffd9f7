package io.resilientstorage.execution;

import io.resilientstorage.api.AsyncKeyValueStore;
import io.resilientstorage.api.ConditionalResult;
import io.resilientstorage.api.DeleteResult;
import io.resilientstorage.api.KeyValueStore;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.Swap;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.record.RecordKey;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

/**
 * The face for callers that wait: begins each operation as the other face does, and waits for it on the caller's
 * thread.
 *
 * @param <V> the type of the values
 */
final class BlockingStore<V> implements KeyValueStore<V> {

    private final Operations<V> operations;
    private final AsyncKeyValueStore<V> async;
    private final Duration callTimeout;

    BlockingStore(Operations<V> operations, AsyncKeyValueStore<V> async, Duration callTimeout) {
        this.operations = operations;
        this.async = async;
        this.callTimeout = callTimeout;
    }

    @Override
    public AsyncKeyValueStore<V> async() {
        return async;
    }

    private <T> T await(Pending<?, T> pending) {
        return pending.await(callTimeout);
    }

    @Override
    public Receipt set(String key, V value) {
        return await(operations.set(key, value, Optional.empty()));
    }

    @Override
    public Receipt set(String key, V value, Duration ttl) {
        return await(operations.set(key, value, Faces.ttl(ttl)));
    }

    @Override
    public Optional<V> get(String key) {
        String wanted = operations.legal(key);
        ReadAnswer answer = operations.immediate().answer(wanted);
        if (answer == null && operations.awaited().isPresent()) {
            answer = operations.awaited().get().answer(wanted);
        }
        return answer == null ? await(operations.value(operations.placed(wanted))) : operations.value(answer);
    }

    @Override
    public ReadResult<V> read(String key) {
        RecordKey wanted = operations.placed(operations.legal(key));
        ReadOutcome outcome = operations.immediate().outcome(wanted.key());
        if (outcome == null && operations.awaited().isPresent()) {
            outcome = operations.awaited().get().outcome(wanted.key());
        }
        return outcome == null ? await(operations.read(wanted)) : operations.result(outcome, wanted);
    }

    @Override
    public DeleteResult delete(String key) {
        return await(operations.delete(key));
    }

    @Override
    public ConditionalResult setIfAbsent(String key, V value) {
        return await(operations.setIf(key, value, Optional.empty(), Condition.ifAbsent()));
    }

    @Override
    public ConditionalResult setIfAbsent(String key, V value, Duration ttl) {
        return await(operations.setIf(key, value, Faces.ttl(ttl), Condition.ifAbsent()));
    }

    @Override
    public ConditionalResult compareAndSet(String key, Version expected, V value) {
        return await(operations.setIf(key, value, Optional.empty(), Faces.expected(expected)));
    }

    @Override
    public ConditionalResult compareAndSet(String key, Version expected, V value, Duration ttl) {
        return await(operations.setIf(key, value, Faces.ttl(ttl), Faces.expected(expected)));
    }

    @Override
    public ConditionalResult touch(String key, Duration ttl) {
        return await(operations.touch(key, ttl));
    }

    @Override
    public Map<String, V> getAll(Collection<String> keys) {
        return Faces.found(await(operations.readAll(keys)));
    }

    @Override
    public Map<String, ReadResult<V>> readAll(Collection<String> keys) {
        return await(operations.readAll(keys));
    }

    @Override
    public Map<String, Receipt> setAll(Map<String, ? extends V> values) {
        return await(operations.setAll(values, Optional.empty()));
    }

    @Override
    public Map<String, Receipt> setAll(Map<String, ? extends V> values, Duration ttl) {
        return await(operations.setAll(values, Faces.ttl(ttl)));
    }

    @Override
    public Map<String, DeleteResult> deleteAll(Collection<String> keys) {
        return await(operations.deleteAll(keys));
    }

    @Override
    public Map<String, ConditionalResult> setAllIfAbsent(Map<String, ? extends V> values) {
        return await(operations.setAllIfAbsent(values, Optional.empty()));
    }

    @Override
    public Map<String, ConditionalResult> setAllIfAbsent(Map<String, ? extends V> values, Duration ttl) {
        return await(operations.setAllIfAbsent(values, Faces.ttl(ttl)));
    }

    @Override
    public Map<String, ConditionalResult> compareAndSetAll(Map<String, Swap<V>> swaps) {
        return await(operations.compareAndSetAll(swaps, Optional.empty()));
    }

    @Override
    public Map<String, ConditionalResult> compareAndSetAll(Map<String, Swap<V>> swaps, Duration ttl) {
        return await(operations.compareAndSetAll(swaps, Faces.ttl(ttl)));
    }

    @Override
    public Map<String, ConditionalResult> touchAll(Collection<String> keys, Duration ttl) {
        return await(operations.touchAll(keys, ttl));
    }
}
