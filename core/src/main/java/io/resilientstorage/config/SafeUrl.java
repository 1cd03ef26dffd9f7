package io.resilientstorage.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Takes out of a URL what must not be logged: who logs in, with what, and all that follows the path.
 *
 * <p>A password that was not encoded may contain what ends a host ({@code / ? # ;}) and {@code @} itself. So only the
 * form in which the last {@code @} stands before all of these is taken apart; of every other URL with an {@code @} no
 * more than the scheme is shown.
 */
final class SafeUrl {

    private static final String SCHEME = "(?<scheme>(?:jdbc:)?[a-zA-Z][a-zA-Z0-9+.-]*:)";
    private static final Pattern WITH_LOGIN =
            Pattern.compile(SCHEME + "//[^/?#;]*@(?<place>[^@?#;]*)[^@]*", Pattern.DOTALL);
    private static final Pattern WITHOUT_LOGIN = Pattern.compile("(?<place>[^@?#;]*)[^@]*", Pattern.DOTALL);
    private static final Pattern ANY = Pattern.compile(SCHEME + ".*", Pattern.DOTALL);

    private SafeUrl() {}

    /** The URL without user, password and query. */
    static String of(String url) {
        Matcher without = WITHOUT_LOGIN.matcher(url);
        if (without.matches()) {
            return without.group("place");
        }
        Matcher with = WITH_LOGIN.matcher(url);
        if (with.matches()) {
            return with.group("scheme") + "//" + with.group("place");
        }
        Matcher any = ANY.matcher(url);
        return any.matches() ? any.group("scheme") + "***" : "***";
    }
}
