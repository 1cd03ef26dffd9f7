package io.resilientstorage.namespace;

import io.resilientstorage.api.WriteMode;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What all processes must hold alike for a namespace.
 *
 * @param writeMode who gets a write besides the backend that takes it
 * @param maxValueBytes how large one value may be
 */
public record Terms(WriteMode writeMode, long maxValueBytes) {

    /** Names the form of the text. A reader refuses a form that it does not know. */
    private static final String FORMAT = "1";

    private static final Pattern TEXT =
            Pattern.compile(FORMAT + " writeMode=([A-Z_]{1,32}) maxValueBytes=([0-9]{1,18})");

    /** As it stands in the shared record. */
    public String text() {
        return FORMAT + " " + this;
    }

    /** Whether a text from the shared record says the same. */
    boolean isSaidBy(String text) {
        return text.equals(text());
    }

    /** A text from the shared record for people. */
    static String forPeople(String text) {
        Matcher matcher = TEXT.matcher(text);
        return matcher.matches()
                ? "writeMode=" + matcher.group(1) + " maxValueBytes=" + matcher.group(2)
                : "something that this version of the library does not understand";
    }

    @Override
    public String toString() {
        return String.format(Locale.ROOT, "writeMode=%s maxValueBytes=%d", writeMode, maxValueBytes);
    }
}
