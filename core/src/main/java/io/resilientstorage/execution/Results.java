package io.resilientstorage.execution;

import io.resilientstorage.api.Absent;
import io.resilientstorage.api.Codec;
import io.resilientstorage.api.ConditionalResult;
import io.resilientstorage.api.DeleteResult;
import io.resilientstorage.api.Found;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.StorageException;
import io.resilientstorage.api.Unknown;
import io.resilientstorage.api.UnreadableValueException;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BiFunction;

/** Makes of the engine's outcomes what callers see. */
final class Results {

    private Results() {}

    static <V> ReadResult<V> read(ReadOutcome outcome, RecordKey key, Codec<V> codec) {
        if (outcome instanceof ReadOutcome.Found found) {
            VersionedRecord record = found.record();
            Optional<Instant> expiresAt = record.expiresAt() == VersionedRecord.NEVER
                    ? Optional.empty()
                    : Optional.of(Instant.ofEpochMilli(record.expiresAt()));
            return new Found<>(
                    value(record, codec).orElseThrow(), record.version(), found.backend(), found.stale(), expiresAt);
        }
        if (outcome instanceof ReadOutcome.Absent absent) {
            return new Absent<>(absent.backend());
        }
        if (outcome instanceof ReadOutcome.Unknown unknown) {
            return new Unknown<>(unknown.backend(), unknown.reason());
        }
        throw unreadable(key.namespace(), ((ReadOutcome.Unreadable) outcome).problem());
    }

    /** What is thrown for a key whose value cannot be read. */
    static UnreadableValueException unreadable(String namespace, String problem) {
        return new UnreadableValueException(
                "the value of a key in namespace '" + namespace + "' cannot be read: " + problem);
    }

    /** The value of a record that has one. */
    static <V> Optional<V> value(VersionedRecord record, Codec<V> codec) {
        Content.Value value = (Content.Value) record.content();
        Optional<V> text = text(value, codec);
        return text.isPresent() ? text : Optional.of(decode(value, record.key(), codec));
    }

    private static <V> V decode(Content.Value value, RecordKey key, Codec<V> codec) {
        try {
            return Objects.requireNonNull(codec.decode(value.bytes()), "it returned null");
        } catch (StorageException e) {
            throw e;
        } catch (RuntimeException e) {
            throw new UnreadableValueException(
                    "the value of a key in namespace '" + key.namespace() + "' was refused by its codec: "
                            + e.getMessage(),
                    e);
        }
    }

    /** A text that was never turned into bytes, if the codec is the one whose values are texts. */
    @SuppressWarnings("unchecked") // The values of that codec are texts.
    private static <V> Optional<V> text(Content.Value value, Codec<V> codec) {
        return codec == Codec.string() ? (Optional<V>) value.text() : Optional.empty();
    }

    static Receipt receipt(WriteOutcome outcome) {
        return ((WriteOutcome.Stored) outcome).receipt();
    }

    static DeleteResult deleted(WriteOutcome outcome) {
        WriteOutcome.Stored stored = (WriteOutcome.Stored) outcome;
        return new DeleteResult(stored.metLive(), stored.receipt());
    }

    static ConditionalResult conditional(WriteOutcome outcome) {
        if (outcome instanceof WriteOutcome.Stored stored) {
            return new ConditionalResult.Applied(stored.receipt(), stored.exact());
        }
        WriteOutcome.NotApplied not = (WriteOutcome.NotApplied) outcome;
        return new ConditionalResult.NotApplied(not.current(), not.backend(), not.exact());
    }

    static <O, T> Map<String, T> byKey(List<RecordKey> keys, List<O> outcomes, BiFunction<RecordKey, O, T> result) {
        Map<String, T> results = new LinkedHashMap<>();
        for (int i = 0; i < outcomes.size(); i++) {
            results.put(keys.get(i).key(), result.apply(keys.get(i), outcomes.get(i)));
        }
        return results;
    }
}
