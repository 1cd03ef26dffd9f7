package io.resilientstorage.config;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them: {@code 250ms}, {@code 30s}, {@code 5m}, {@code 24h}, {@code 7d}, or ISO 8601. Never a
 * bare number.
 */
public final class DurationText {

    private record Unit(String name, Duration length) {}

    private static final List<Unit> UNITS = List.of(
            new Unit("d", Duration.ofDays(1)),
            new Unit("h", Duration.ofHours(1)),
            new Unit("m", Duration.ofMinutes(1)),
            new Unit("s", Duration.ofSeconds(1)),
            new Unit("ms", Duration.ofMillis(1)));

    private static final Pattern SIMPLE = Pattern.compile("(\\d{1,15})\\s*(d|h|m|s|ms)");

    /** What has more digits than that in its smallest unit is written in ISO 8601. */
    private static final Duration LONGEST_SIMPLE = Duration.ofMillis(999_999_999_999_999L);

    static final String EXAMPLES = "250ms, 30s, 5m, 24h or PT30S";

    private DurationText() {}

    /** Reads a duration; empty if the text is none, has no unit, or is longer than a {@link Duration} can be. */
    public static Optional<Duration> parse(String text) {
        Matcher simple = SIMPLE.matcher(text.toLowerCase(Locale.ROOT));
        try {
            if (simple.matches()) {
                long count = Long.parseLong(simple.group(1));
                return UNITS.stream()
                        .filter(unit -> unit.name().equals(simple.group(2)))
                        .findFirst()
                        .map(unit -> unit.length().multipliedBy(count));
            }
            return Optional.of(Duration.parse(text));
        } catch (DateTimeParseException | ArithmeticException e) {
            return Optional.empty();
        }
    }

    /** The shortest text for a duration that {@link #parse} reads. */
    public static String format(Duration duration) {
        if (duration.isZero()) {
            return "0s";
        }
        if (!duration.isNegative() && duration.compareTo(LONGEST_SIMPLE) <= 0) {
            for (Unit unit : UNITS) {
                long count = duration.dividedBy(unit.length());
                if (count > 0 && unit.length().multipliedBy(count).equals(duration)) {
                    return count + unit.name();
                }
            }
        }
        return duration.toString();
    }
}
