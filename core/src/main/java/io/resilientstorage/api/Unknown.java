package io.resilientstorage.api;

import java.util.Optional;

/**
 * No backend that was reached has the key, and none of them is known to hold every write: the key may exist.
 *
 * @param backend the name of the backend that was asked last
 * @param reason why its miss cannot be believed
 * @param <V> the type of the value
 */
public record Unknown<V>(String backend, String reason) implements ReadResult<V> {

    @Override
    public ReadKind kind() {
        return ReadKind.UNKNOWN;
    }

    @Override
    public Optional<V> value() {
        return Optional.empty();
    }

    @Override
    public boolean stale() {
        return true;
    }
}
