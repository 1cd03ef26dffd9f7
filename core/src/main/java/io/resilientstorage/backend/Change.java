package io.resilientstorage.backend;

import io.resilientstorage.record.VersionedRecord;
import java.util.Objects;
import java.util.Set;

/**
 * One record to be stored.
 *
 * @param record the record
 * @param condition what must hold for that
 * @param hintsFor the names of the backends that still have to get the record: a hint for each is stored in the same
 *     atomic step, if and only if the record is. Always empty for a backend without {@link Backend#hints()}.
 */
public record Change(VersionedRecord record, Condition condition, Set<String> hintsFor) {

    /** Copies the set. */
    public Change {
        Objects.requireNonNull(record, "record");
        Objects.requireNonNull(condition, "condition");
        hintsFor = Set.copyOf(hintsFor);
    }

    /** A change with no condition and no hints. */
    public static Change of(VersionedRecord record) {
        return new Change(record, Condition.none(), Set.of());
    }
}
