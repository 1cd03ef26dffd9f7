package io.resilientstorage.server.http;

import io.resilientstorage.api.InvalidRequestException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A query that has one parameter, or nothing. A name that is not known is refused: a misspelt one must not be lost. */
final class OneParameter {

    static final String QUERY = "query";

    private OneParameter() {}

    /**
     * The parameter's value, decoded; empty without a query.
     *
     * @param name the parameter's name
     * @param form how the query must be, for the error
     * @param query the query as the caller sent it
     * @throws InvalidRequestException if it is not legal
     */
    static Optional<String> of(String name, String form, @Nullable String query) {
        if (query == null || query.isEmpty()) {
            return Optional.empty();
        }
        int equals = query.indexOf('=');
        if (query.indexOf('&') >= 0
                || equals < 0
                || !PercentText.decode(QUERY, query.substring(0, equals)).equals(name)) {
            throw new InvalidRequestException(QUERY, form);
        }
        return Optional.of(PercentText.decode(name, query.substring(equals + 1)));
    }
}
