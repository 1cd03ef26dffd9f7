package io.resilientstorage.backend;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * Some records to be stored. Each is stored, or not, by itself: a batch is no transaction.
 *
 * @param kind where the records come from
 * @param changes the records, each key once
 * @param generation the key generation, see {@link ReadRequest#generation()}
 * @param notAfter milliseconds since 1970 on the backend's own clock after which nothing of this may be stored any
 *     more, so that nothing arrives late from a hung connection; {@link #NO_LIMIT} for none. The backend checks it in
 *     the same atomic step.
 * @param mostBehind by how many milliseconds a DIRECT record may be older than what stands, and still be stored over
 *     it; {@link #NO_LIMIT} for any, {@link #NEVER_OLDER} if it may not be older at all. What is further behind was
 *     sent so long before what stands that it may have been given up since. Looked at in the same atomic step, see
 *     {@link ApplyStatus#BEHIND}.
 * @param timeout how long it may take
 */
public record ApplyRequest(
        ApplyKind kind, List<Change> changes, int generation, long notAfter, long mostBehind, Duration timeout) {

    /** No not-after time, or none that is too far behind. */
    public static final long NO_LIMIT = Long.MAX_VALUE;

    /** A DIRECT record is stored under the version that it was offered with, or is {@link ApplyStatus#BEHIND}. */
    public static final long NEVER_OLDER = -1;

    /** Copies the list. */
    public ApplyRequest {
        Objects.requireNonNull(kind, "kind");
        changes = List.copyOf(changes);
        Objects.requireNonNull(timeout, "timeout");
    }

    /** With no record too far behind. */
    public ApplyRequest(ApplyKind kind, List<Change> changes, int generation, long notAfter, Duration timeout) {
        this(kind, changes, generation, notAfter, NO_LIMIT, timeout);
    }
}
