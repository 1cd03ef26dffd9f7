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
 * @param timeout how long it may take
 */
public record ApplyRequest(ApplyKind kind, List<Change> changes, int generation, long notAfter, Duration timeout) {

    /** No not-after time. */
    public static final long NO_LIMIT = Long.MAX_VALUE;

    /** Copies the list. */
    public ApplyRequest {
        Objects.requireNonNull(kind, "kind");
        changes = List.copyOf(changes);
        Objects.requireNonNull(timeout, "timeout");
    }
}
