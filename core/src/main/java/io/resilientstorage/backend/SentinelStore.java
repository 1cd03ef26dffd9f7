package io.resilientstorage.backend;

import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * The place of a backend's {@link Sentinel}. It is lost whenever records are: a flush, an empty restart or an old
 * snapshot takes the sentinel with them. Where a backend has this, each read that misses a key looks at the sentinel in
 * the same atomic step, see {@link MissTrust#COLD}.
 */
public interface SentinelStore {

    /** The sentinel that stands. */
    CompletionStage<SentinelReply> read();

    /**
     * Puts a sentinel in the place of another, in one atomic step, in this life of the backend alone: what is known of
     * a backend is not known of one that has gone back to a snapshot since, although the same sentinel may stand there.
     *
     * @param life the life that the backend must have, as {@link #read} told it
     * @param expected what must stand there, empty for nothing
     * @param next what is to stand there
     * @return whether it was put there
     */
    CompletionStage<Boolean> compareAndSet(Incarnation life, Optional<Sentinel> expected, Sentinel next);
}
