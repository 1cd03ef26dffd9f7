package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.resilientstorage.api.InvalidSettingException;
import java.net.URLDecoder;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where one server is.
 *
 * @param host a name or an address
 * @param port its port
 * @param database the number of the database
 * @param tls whether the connection is encrypted
 */
record RedisAddress(String host, int port, int database, boolean tls) {

    private static final int DEFAULT_PORT = 6379;
    private static final int MAX_PORT = 65_535;
    private static final int MAX_DATABASE = 1_000_000;
    private static final String FORM = "redis://[[user]:password@]host[:port][/database], or rediss:// for TLS";
    private static final Pattern URL = Pattern.compile("(?<scheme>rediss?)://(?:(?<login>[^/?#]*)@)?"
            + "(?<host>\\[[0-9a-fA-F:.]+]|[^\\s:/?#@\\[\\]]+)(?::(?<port>\\d{1,9}))?(?:/(?<database>\\d{0,9}))?");

    /**
     * What a URL says.
     *
     * @param address where the server is
     * @param login what stands before the {@code @}, still encoded
     */
    record Parsed(RedisAddress address, Optional<String> login) {}

    /** Reads a URL. What it throws never tells the URL: there may be a password in it. */
    static Parsed parse(String setting, String url) {
        Matcher match = URL.matcher(url);
        if (!match.matches()) {
            throw new InvalidSettingException(setting, "is not of the form " + FORM);
        }
        int port = number(setting, "port", match.group("port"), DEFAULT_PORT, 1, MAX_PORT);
        int database = number(setting, "database", match.group("database"), 0, 0, MAX_DATABASE);
        String host = match.group("host").replaceAll("[\\[\\]]", "");
        boolean tls = match.group("scheme").equals("rediss");
        return new Parsed(new RedisAddress(host, port, database, tls), Optional.ofNullable(match.group("login")));
    }

    /** Takes percent signs out of a part of a URL. */
    static String decoded(String setting, String part) {
        try {
            return URLDecoder.decode(part.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException e) {
            // Without its cause, which tells the part.
            throw new InvalidSettingException(setting, "has a percent sign in user or password that encodes nothing");
        }
    }

    private static int number(String setting, String what, String digits, int otherwise, int min, int max) {
        if (digits == null || digits.isEmpty()) {
            return otherwise;
        }
        int number = Integer.parseInt(digits);
        if (number < min || number > max) {
            throw new InvalidSettingException(
                    setting, "has " + what + " " + number + ", and it must be " + min + " to " + max);
        }
        return number;
    }

    /** As in a log. */
    @Override
    public String toString() {
        return (tls ? "rediss://" : "redis://") + (host.contains(":") ? "[" + host + "]" : host) + ":" + port
                + (database == 0 ? "" : "/" + database);
    }
}
