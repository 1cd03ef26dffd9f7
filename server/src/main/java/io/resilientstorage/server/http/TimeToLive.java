package io.resilientstorage.server.http;

import io.resilientstorage.api.InvalidRequestException;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The query of a PUT: {@code ttl=SECONDS}, or nothing. */
final class TimeToLive {

    private static final String NAME = "ttl";

    private static final Duration MAX = Duration.ofDays(36_500);

    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,10}");

    private TimeToLive() {}

    /**
     * Reads the query. A name that is not known is refused: a misspelt {@code ttl} must not store a value for ever.
     *
     * @param query the query as the caller sent it
     * @throws InvalidRequestException if it is not legal
     */
    static Optional<Duration> of(@Nullable String query) {
        if (query == null || query.isEmpty()) {
            return Optional.empty();
        }
        String[] parts = query.split("&", -1);
        int equals = query.indexOf('=');
        if (parts.length > 1
                || equals < 0
                || !PercentText.decode("query", query.substring(0, equals)).equals(NAME)) {
            throw new InvalidRequestException("query", "must be ttl=SECONDS, once, or nothing");
        }
        String text = PercentText.decode(NAME, query.substring(equals + 1));
        long seconds = SECONDS.matcher(text).matches() ? Long.parseLong(text) : 0;
        if (seconds < 1 || seconds > MAX.toSeconds()) {
            throw new InvalidRequestException(
                    NAME, "must be whole seconds from 1 to " + MAX.toSeconds() + " (100 years)");
        }
        return Optional.of(Duration.ofSeconds(seconds));
    }
}
