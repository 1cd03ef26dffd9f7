package io.resilientstorage.api;

import java.util.Optional;

/**
 * The answer to a read: {@link Found}, {@link Absent}, or {@link Unknown} when no backend was found that can be
 * believed about a miss.
 *
 * @param <V> the type of the value
 */
public sealed interface ReadResult<V> permits Found, Absent, Unknown {

    /** Which of the three this is, for a {@code switch} on Java 17. */
    ReadKind kind();

    /** The value, empty unless it was found. */
    Optional<V> value();

    /** The name of the backend that answered. */
    String backend();

    /**
     * Whether a newer state of the key may exist elsewhere: the backend that answered missed writes, or serves in place
     * of a better one.
     */
    boolean stale();
}
