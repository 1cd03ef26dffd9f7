package io.resilientstorage.testkit.simulator;

import io.resilientstorage.api.AsyncKeyValueStore;
import io.resilientstorage.api.ConditionalResult;
import io.resilientstorage.api.DeleteResult;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.Version;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The calls of one start of a process, as the checker is told of them. */
final class Calls {

    /** A delete has no life at all. */
    private static final Optional<Duration> DELETED = Optional.of(Duration.ZERO);

    private final SimulatedProcess process;
    private final AsyncKeyValueStore<String> store;
    private final Checker checker;

    Calls(SimulatedProcess process, AsyncKeyValueStore<String> store, Checker checker) {
        this.process = process;
        this.store = store;
        this.checker = checker;
    }

    private <T> CompletableFuture<T> watch(Call call, CompletableFuture<T> future, Consumer<T> succeeded) {
        return future.whenComplete((result, failure) -> {
            if (failure != null) {
                checker.failed(call, failure);
            } else {
                checker.succeeded(call, result);
                succeeded.accept(result);
            }
        });
    }

    private static String told(Optional<Duration> ttl) {
        return ttl.map(life -> " for " + life.toMillis() + " ms").orElse("");
    }

    CompletableFuture<Receipt> set(String key, String value, Optional<Duration> ttl) {
        String what = "set " + key + "=" + value + told(ttl);
        Call call = checker.begin(process, what, List.of(key));
        checker.writes(call, key, value, ttl);
        return watch(
                call,
                ttl.isPresent() ? store.set(key, value, ttl.get()) : store.set(key, value),
                receipt -> checker.acknowledged(call, key, ttl, receipt));
    }

    CompletableFuture<Map<String, Receipt>> setAll(Map<String, String> values, Optional<Duration> ttl) {
        String what = "setAll " + values + told(ttl);
        Call call = checker.begin(process, what, values.keySet());
        values.forEach((key, value) -> checker.writes(call, key, value, ttl));
        return watch(
                call,
                ttl.isPresent() ? store.setAll(values, ttl.get()) : store.setAll(values),
                receipts -> receipts.forEach((key, receipt) -> checker.acknowledged(call, key, ttl, receipt)));
    }

    CompletableFuture<DeleteResult> delete(String key) {
        Call call = checker.begin(process, "delete " + key, List.of(key));
        checker.deletes(call, key);
        return watch(call, store.delete(key), result -> checker.acknowledged(call, key, DELETED, result.receipt()));
    }

    CompletableFuture<Map<String, DeleteResult>> deleteAll(Collection<String> keys) {
        Call call = checker.begin(process, "deleteAll " + keys, keys);
        keys.forEach(key -> checker.deletes(call, key));
        return watch(
                call,
                store.deleteAll(keys),
                results ->
                        results.forEach((key, result) -> checker.acknowledged(call, key, DELETED, result.receipt())));
    }

    CompletableFuture<ReadResult<String>> read(String key) {
        Call call = checker.begin(process, "read " + key, List.of(key));
        return watch(call, store.read(key), result -> checker.read(call, key, result));
    }

    CompletableFuture<Map<String, ReadResult<String>>> readAll(Collection<String> keys) {
        Call call = checker.begin(process, "readAll " + keys, keys);
        return watch(
                call,
                store.readAll(keys),
                results -> results.forEach((key, result) -> checker.read(call, key, result)));
    }

    CompletableFuture<ConditionalResult> setIfAbsent(String key, String value, Optional<Duration> ttl) {
        Call call = checker.begin(process, "setIfAbsent " + key + "=" + value + told(ttl), List.of(key));
        checker.writes(call, key, value, ttl);
        return watch(
                call,
                ttl.isPresent() ? store.setIfAbsent(key, value, ttl.get()) : store.setIfAbsent(key, value),
                result -> conditional(call, key, ttl, result));
    }

    CompletableFuture<ConditionalResult> compareAndSet(String key, Version expected, String value) {
        String what = "compareAndSet " + key + History.told(expected) + "=" + value;
        Call call = checker.begin(process, what, List.of(key));
        checker.writes(call, key, value, Optional.empty());
        return watch(
                call,
                store.compareAndSet(key, expected, value),
                result -> conditional(call, key, Optional.empty(), result));
    }

    CompletableFuture<ConditionalResult> touch(String key, Duration ttl) {
        Call call = checker.begin(process, "touch " + key + " for " + ttl.toMillis() + " ms", List.of(key));
        checker.touches(call, key, ttl);
        return watch(call, store.touch(key, ttl), result -> conditional(call, key, Optional.of(ttl), result));
    }

    private void conditional(Call call, String key, Optional<Duration> ttl, ConditionalResult result) {
        if (result instanceof ConditionalResult.Applied applied) {
            checker.acknowledged(call, key, ttl, applied.receipt());
        }
    }
}
