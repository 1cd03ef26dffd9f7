package io.resilientstorage.e2e;

import io.resilientstorage.api.Health;

/**
 * Something that goes wrong with a server and right again.
 *
 * @param name what it is
 * @param health what health says of the backend meanwhile
 * @param cause a pattern of what health says is the cause
 * @param begin makes it go wrong
 * @param end makes it go right
 * @param <S> the kind of server
 */
record ServerFault<S>(String name, Health health, String cause, Step<S> begin, Step<S> end) {

    /** What is done to a server. */
    @FunctionalInterface
    interface Step<S> {
        void on(S server) throws Exception;
    }

    /** It serves nothing. */
    static <S> ServerFault<S> unavailable(String name, String cause, Step<S> begin, Step<S> end) {
        return new ServerFault<>(name, Health.UNHEALTHY, cause, begin, end);
    }

    /** It serves and refuses part of its work. */
    static <S> ServerFault<S> refusing(String name, String cause, Step<S> begin, Step<S> end) {
        return new ServerFault<>(name, Health.DEGRADED, cause, begin, end);
    }

    @Override
    public String toString() {
        return name;
    }
}
