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
     * Reads the query.
     *
     * @param query the query as the caller sent it
     * @throws InvalidRequestException if it is not legal
     */
    static Optional<Duration> of(@Nullable String query) {
        Optional<String> text = OneParameter.of(NAME, "must be ttl=SECONDS, once, or nothing", query);
        return text.map(TimeToLive::parse);
    }

    private static Duration parse(String text) {
        long seconds = SECONDS.matcher(text).matches() ? Long.parseLong(text) : 0;
        if (seconds < 1 || seconds > MAX.toSeconds()) {
            throw new InvalidRequestException(
                    NAME, "must be whole seconds from 1 to " + MAX.toSeconds() + " (100 years)");
        }
        return Duration.ofSeconds(seconds);
    }
}
