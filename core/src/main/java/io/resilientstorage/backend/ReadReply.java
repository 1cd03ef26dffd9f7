package io.resilientstorage.backend;

import java.util.List;
import java.util.Objects;

/**
 * The answer to a {@link ReadRequest}.
 *
 * @param answers one for each key, in the order of the keys
 * @param incarnation the life of the backend that answered
 * @param missTrust how far the misses among the answers are to be believed
 */
public record ReadReply(List<ReadAnswer> answers, Incarnation incarnation, MissTrust missTrust) {

    /** Copies the list; refuses null. */
    public ReadReply {
        answers = List.copyOf(answers);
        Objects.requireNonNull(incarnation, "incarnation");
        Objects.requireNonNull(missTrust, "missTrust");
    }

    /** The answer of a backend that drops no live records and keeps no sentinel. */
    public ReadReply(List<ReadAnswer> answers, Incarnation incarnation) {
        this(answers, incarnation, MissTrust.BELIEVED);
    }
}
