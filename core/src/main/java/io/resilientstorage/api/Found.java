package io.resilientstorage.api;

import java.time.Instant;
import java.util.Optional;

/**
 * A value was found.
 *
 * @param found the value itself
 * @param version the record's version, to be used with {@code compareAndSet}; {@link Version#NONE} for a value of
 *     another client
 * @param backend the name of the backend that answered
 * @param stale whether a newer state of the key may exist elsewhere
 * @param expiresAt when the record ends, empty if it does not
 * @param <V> the type of the value
 */
public record Found<V>(V found, Version version, String backend, boolean stale, Optional<Instant> expiresAt)
        implements ReadResult<V> {

    @Override
    public ReadKind kind() {
        return ReadKind.FOUND;
    }

    @Override
    public Optional<V> value() {
        return Optional.of(found);
    }

    /** Tells where the value came from, and never the value. */
    @Override
    public String toString() {
        return "Found[version=" + version + ", backend=" + backend + ", stale=" + stale + ", expiresAt=" + expiresAt
                + "]";
    }
}
