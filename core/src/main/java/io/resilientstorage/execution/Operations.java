package io.resilientstorage.execution;

import io.resilientstorage.api.Codec;
import io.resilientstorage.api.ConditionalResult;
import io.resilientstorage.api.DeleteResult;
import io.resilientstorage.api.InvalidRequestException;
import io.resilientstorage.api.NamespaceOptions;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.StorageException;
import io.resilientstorage.api.Swap;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.backend.Condition;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.namespace.Agreement;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Every operation of one namespace, once, for both faces: checks the arguments, lets the call through the gate, begins
 * it, and says how its result is made. What is wrong with the arguments is thrown here, before any backend is touched.
 *
 * @param <V> the type of the values
 */
final class Operations<V> {

    private final Engine engine;
    private final ImmediateRead immediate;
    private final Optional<AwaitedRead> awaited;
    private final CallGate gate;
    private final RequestRules rules;
    private final String namespace;
    private final Codec<V> codec;
    private final NamespaceOptions options;
    private final Agreement agreement;
    private final boolean callersWait;

    /**
     * The operations of a namespace.
     *
     * @param callersWait whether who begins an operation does nothing else until it has ended, so that its steps may
     *     wait on that thread
     */
    Operations(
            Engine engine,
            CallGate gate,
            RequestRules rules,
            String namespace,
            Codec<V> codec,
            NamespaceOptions options,
            Agreement agreement,
            boolean callersWait) {
        this.engine = engine;
        this.immediate = new ImmediateRead(engine, namespace, agreement.mine().writeMode());
        this.awaited = Optional.of(
                new AwaitedRead(engine, gate, namespace, agreement.mine().writeMode()));
        this.gate = gate;
        this.rules = rules;
        this.namespace = namespace;
        this.codec = codec;
        this.options = options;
        this.agreement = agreement;
        this.callersWait = callersWait;
    }

    /** Who gets a write besides the backend that takes it. */
    WriteMode mode() {
        return agreement.mine().writeMode();
    }

    // ---- one key

    /** Reads that need no waiting. */
    ImmediateRead immediate() {
        gate.enter();
        return immediate;
    }

    /** The value of a hit; empty for a miss. */
    Optional<V> value(ReadAnswer answer) {
        if (answer instanceof ReadAnswer.Hit hit) {
            return Results.value(hit.record(), codec);
        }
        if (answer instanceof ReadAnswer.Unreadable unreadable) {
            throw Results.unreadable(namespace, unreadable.problem());
        }
        return Optional.empty();
    }

    ReadResult<V> result(ReadOutcome outcome, RecordKey wanted) {
        return Results.read(outcome, wanted, codec);
    }

    /** Reads whose caller waits. */
    Optional<AwaitedRead> awaited() {
        return agreement.isRefused() ? Optional.empty() : awaited;
    }

    /** The value of a key, empty if none is found. */
    Pending<?, Optional<V>> value(RecordKey wanted) {
        return new Pending<>(
                enterRead(deadline -> ReadCall.begin(engine, List.of(wanted), mode(), deadline)),
                outcomes -> outcomes.get(0) instanceof ReadOutcome.Found found
                        ? Results.value(found.record(), codec)
                        : Results.read(outcomes.get(0), wanted, codec).value());
    }

    Pending<?, ReadResult<V>> read(String key) {
        return read(recordKey(key));
    }

    Pending<?, ReadResult<V>> read(RecordKey wanted) {
        return new Pending<>(
                enterRead(deadline -> ReadCall.begin(engine, List.of(wanted), mode(), deadline)),
                outcomes -> Results.read(outcomes.get(0), wanted, codec));
    }

    Pending<?, Receipt> set(String key, V value, Optional<Duration> ttl) {
        return write(stored(key, value, ttl, Condition.none()), (write, outcome) -> Results.receipt(outcome));
    }

    Pending<?, DeleteResult> delete(String key) {
        return write(deleted(key), (write, outcome) -> Results.deleted(outcome));
    }

    Pending<?, ConditionalResult> setIf(String key, V value, Optional<Duration> ttl, Condition condition) {
        return write(stored(key, value, ttl, condition), (write, outcome) -> Results.conditional(outcome));
    }

    Pending<?, ConditionalResult> touch(String key, Duration ttl) {
        RecordKey wanted = recordKey(key);
        RequestRules.ttl(ttl);
        return new Pending<>(
                enterWrite(deadline ->
                        TouchCall.begin(engine, List.of(wanted), ttl, options.exactConditions(), mode(), deadline)),
                outcomes -> outcomes.get(0));
    }

    // ---- batches

    Pending<?, Map<String, ReadResult<V>>> readAll(Collection<String> keys) {
        List<RecordKey> wanted = recordKeys(keys);
        return new Pending<>(
                wanted.isEmpty() ? done() : enterRead(deadline -> ReadCall.begin(engine, wanted, mode(), deadline)),
                outcomes -> Results.byKey(wanted, outcomes, (k, o) -> Results.read(o, k, codec)));
    }

    Pending<?, Map<String, Receipt>> setAll(Map<String, ? extends V> values, Optional<Duration> ttl) {
        return writeAll(storedAll(values, ttl, Condition.none()), Results::receipt);
    }

    Pending<?, Map<String, DeleteResult>> deleteAll(Collection<String> keys) {
        List<Write> writes = rules.keys(keys).stream().map(this::deleted).toList();
        return writeAll(writes, Results::deleted);
    }

    Pending<?, Map<String, ConditionalResult>> setAllIfAbsent(Map<String, ? extends V> values, Optional<Duration> ttl) {
        return writeAll(storedAll(values, ttl, Condition.ifAbsent()), Results::conditional);
    }

    Pending<?, Map<String, ConditionalResult>> compareAndSetAll(Map<String, Swap<V>> swaps, Optional<Duration> ttl) {
        RequestRules.notNull("swaps", swaps);
        rules.batchSize(swaps.size());
        List<Write> writes = new ArrayList<>();
        swaps.forEach((key, swap) -> {
            RequestRules.notNull("swap", swap);
            RequestRules.notNull("expected", swap.expected());
            writes.add(stored(key, swap.value(), ttl, Condition.ifVersion(swap.expected())));
        });
        return writeAll(writes, Results::conditional);
    }

    Pending<?, Map<String, ConditionalResult>> touchAll(Collection<String> keys, Duration ttl) {
        List<RecordKey> wanted = recordKeys(keys);
        RequestRules.ttl(ttl);
        return new Pending<>(
                wanted.isEmpty()
                        ? done()
                        : enterWrite(deadline ->
                                TouchCall.begin(engine, wanted, ttl, options.exactConditions(), mode(), deadline)),
                outcomes -> Results.byKey(wanted, outcomes, (k, o) -> o));
    }

    // ---- the way in

    private <T> Pending<?, T> write(Write write, BiFunction<Write, WriteOutcome, T> finish) {
        return new Pending<>(
                enterWrite(deadline ->
                        WriteCall.begin(engine, List.of(write), options.exactConditions(), mode(), deadline)),
                outcomes -> finish.apply(write, outcomes.get(0)));
    }

    private <T> Pending<?, Map<String, T>> writeAll(List<Write> writes, Function<WriteOutcome, T> finish) {
        List<RecordKey> keys = writes.stream().map(Write::key).toList();
        return new Pending<>(
                writes.isEmpty()
                        ? done()
                        : enterWrite(deadline ->
                                WriteCall.begin(engine, writes, options.exactConditions(), mode(), deadline)),
                outcomes -> Results.byKey(keys, outcomes, (key, outcome) -> finish.apply(outcome)));
    }

    /** Reads do not ask whether all processes agree, but those of a process that is known not to are refused. */
    private <R> CompletableFuture<R> enterRead(Entrance<R> begin) {
        return enter(agreement.isRefused() ? permitted(begin) : begin);
    }

    private <R> CompletableFuture<R> enterWrite(Entrance<R> begin) {
        return enter(agreement.stands() ? begin : permitted(begin));
    }

    private <R> Entrance<R> permitted(Entrance<R> begin) {
        return deadline -> agreement.permit().thenCompose(yes -> begin.go(deadline));
    }

    private <R> CompletableFuture<R> enter(Entrance<R> begin) {
        gate.enter();
        return gate.counted(callersWait ? beginHere(begin) : begin.go(engine.deadline()));
    }

    private <R> CompletableFuture<R> beginHere(Entrance<R> begin) {
        gate.begin();
        try {
            return begin.go(engine.deadlineHere(engine.time().clock().nanos(), gate));
        } finally {
            gate.end();
        }
    }

    /** Begins a call. */
    private interface Entrance<R> {
        CompletableFuture<R> go(Deadline deadline);
    }

    private <R> CompletableFuture<List<R>> done() {
        gate.enter();
        return CompletableFuture.completedFuture(List.of());
    }

    // ---- arguments

    /** The key, if it is legal. */
    String legal(String key) {
        return rules.key(key);
    }

    /** A key that is legal, in its namespace. */
    RecordKey placed(String legal) {
        return new RecordKey(namespace, legal);
    }

    private RecordKey recordKey(String key) {
        return placed(legal(key));
    }

    private List<RecordKey> recordKeys(Collection<String> keys) {
        return rules.keys(keys).stream()
                .map(key -> new RecordKey(namespace, key))
                .toList();
    }

    private Write deleted(String key) {
        return new Write(recordKey(key), Content.tombstone(), VersionedRecord.NEVER, Condition.none());
    }

    private Write stored(String key, V value, Optional<Duration> ttl, Condition condition) {
        RecordKey wanted = recordKey(key);
        RequestRules.notNull("value", value);
        long expiresAt = ttl.map(RequestRules::ttl)
                .map(life -> engine.reference().millis() + life.toMillis())
                .orElse(VersionedRecord.NEVER);
        return new Write(wanted, content(value), expiresAt, condition);
    }

    private List<Write> storedAll(Map<String, ? extends V> values, Optional<Duration> ttl, Condition condition) {
        RequestRules.notNull("values", values);
        rules.batchSize(values.size());
        Map<String, Write> writes = new LinkedHashMap<>();
        values.forEach((key, value) -> writes.put(key, stored(key, value, ttl, condition)));
        return List.copyOf(writes.values());
    }

    /** A text is kept as it is: only a backend outside this process needs its bytes. */
    private Content content(V value) {
        if (value instanceof String text && codec == Codec.string()) {
            int length = RequestRules.utf8Bytes("value", text);
            rules.valueLength(length);
            return Content.text(text, length);
        }
        byte[] encoded = encode(value);
        rules.valueLength(encoded.length);
        return Content.value(encoded);
    }

    private byte[] encode(V value) {
        try {
            return Objects.requireNonNull(codec.encode(value), "it returned null");
        } catch (StorageException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new InvalidRequestException("value", "was refused by its codec: " + e.getMessage(), e);
        }
    }
}
