package io.resilientstorage.backend;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The mark that recovery, and nobody else, leaves in a backend, among its records and lost together with them: by it
 * one sees whether a backend that comes back is what it was.
 *
 * @param id a random text that names this life of the content: letters, digits and {@code -}
 * @param warmth whether the backend has everything up to its watermark
 * @param watermark the position in the durable mirror's order of commits up to which the backend has everything. For
 *     the mirror's own sentinel 0; while that is COLD because the mirror went back to an earlier state, the position
 *     where it was found to end
 * @param mirror the id of the mirror's own sentinel, to whose content the watermark belongs; empty if there is no
 *     mirror. In the mirror's own, while its watermark is not 0, the id that it had before.
 */
public record Sentinel(String id, Warmth warmth, long watermark, String mirror) {

    private static final Pattern ID = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final Pattern TEXT =
            Pattern.compile("1([WC]) ([A-Za-z0-9-]{1,64}) (\\d{1,19}) ([A-Za-z0-9-]{0,64})");

    /** Refuses null, other characters in an id, and a negative watermark. */
    public Sentinel {
        Objects.requireNonNull(warmth, "warmth");
        if (!ID.matcher(id).matches()
                || !(mirror.isEmpty() || ID.matcher(mirror).matches())) {
            throw new IllegalArgumentException(
                    "an id is 1 to 64 letters, digits and -, not '" + id + "', '" + mirror + "'");
        }
        if (watermark < 0) {
            throw new IllegalArgumentException("the watermark must not be negative, and is " + watermark);
        }
    }

    /**
     * The form in which backends store it. It begins with {@code 1W} if the sentinel is WARM, with {@code 1C} if not.
     */
    public String text() {
        return "1" + (warmth == Warmth.WARM ? 'W' : 'C') + " " + id + " " + watermark + " " + mirror;
    }

    /**
     * Reads the stored form.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static Sentinel parse(String text) {
        Matcher parts = TEXT.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("no sentinel of this format: '" + text + "'");
        }
        return new Sentinel(
                parts.group(2),
                parts.group(1).equals("W") ? Warmth.WARM : Warmth.COLD,
                Long.parseLong(parts.group(3)),
                parts.group(4));
    }

    /** The same with another watermark. */
    public Sentinel withWatermark(long position) {
        return new Sentinel(id, warmth, position, mirror);
    }
}
