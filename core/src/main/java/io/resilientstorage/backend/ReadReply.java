package io.resilientstorage.backend;

import java.util.List;
import java.util.Objects;

/**
 * The answer to a {@link ReadRequest}.
 *
 * @param answers one for each key, in the order of the keys
 * @param incarnation the life of the backend that answered
 */
public record ReadReply(List<ReadAnswer> answers, Incarnation incarnation) {

    /** Copies the list; refuses null. */
    public ReadReply {
        answers = List.copyOf(answers);
        Objects.requireNonNull(incarnation, "incarnation");
    }
}
