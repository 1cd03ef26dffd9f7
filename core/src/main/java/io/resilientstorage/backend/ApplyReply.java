package io.resilientstorage.backend;

import java.util.List;
import java.util.Objects;

/**
 * The answer to an {@link ApplyRequest}.
 *
 * @param results one for each change, in the order of the changes
 * @param incarnation the life of the backend that took them
 */
public record ApplyReply(List<ApplyResult> results, Incarnation incarnation) {

    /** Copies the list; refuses null. */
    public ApplyReply {
        results = List.copyOf(results);
        Objects.requireNonNull(incarnation, "incarnation");
    }
}
