package io.resilientstorage.breaker;

import org.jspecify.annotations.Nullable;

/**
 * A call that a circuit breaker guards.
 *
 * @param <T> what it returns
 * @param <E> the checked exception that it throws; a lambda that throws none needs none
 */
@FunctionalInterface
public interface GuardedCall<T extends @Nullable Object, E extends Exception> {

    /**
     * Makes the call.
     *
     * @throws E as the call does
     */
    T run() throws E;
}
