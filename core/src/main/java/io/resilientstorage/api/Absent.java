package io.resilientstorage.api;

import java.util.Optional;

/**
 * There is no such key, and the backend that says so can be believed.
 *
 * @param backend the name of the backend that answered
 * @param <V> the type of the value
 */
public record Absent<V>(String backend) implements ReadResult<V> {

    @Override
    public ReadKind kind() {
        return ReadKind.ABSENT;
    }

    @Override
    public Optional<V> value() {
        return Optional.empty();
    }

    @Override
    public boolean stale() {
        return false;
    }
}
