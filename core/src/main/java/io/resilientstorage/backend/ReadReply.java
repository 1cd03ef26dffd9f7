package io.resilientstorage.backend;

import java.util.List;
import java.util.Objects;

/**
 * The answer to a {@link ReadRequest}.
 *
 * @param answers one for each key, in the order of the keys
 * @param incarnation the life of the backend that answered
 * @param evicted whether the backend has dropped live records in this life to make room for others: then a miss may be
 *     one of those, and is not believed
 */
public record ReadReply(List<ReadAnswer> answers, Incarnation incarnation, boolean evicted) {

    /** Copies the list; refuses null. */
    public ReadReply {
        answers = List.copyOf(answers);
        Objects.requireNonNull(incarnation, "incarnation");
    }

    /** The answer of a backend that drops no live records. */
    public ReadReply(List<ReadAnswer> answers, Incarnation incarnation) {
        this(answers, incarnation, false);
    }
}
