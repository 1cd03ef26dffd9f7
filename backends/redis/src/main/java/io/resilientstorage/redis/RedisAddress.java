package io.resilientstorage.redis;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.resilientstorage.api.InvalidSettingException;
import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Where Redis is.
 *
 * @param kind how it is run
 * @param endpoints the server, the sentinels, or some nodes of the Cluster
 * @param database the number of the database
 * @param tls whether connections are encrypted
 * @param master what the sentinels call the master, else empty
 */
record RedisAddress(Kind kind, List<Endpoint> endpoints, int database, boolean tls, String master) {

    /** The ways to run Redis. */
    enum Kind {
        /** One server. */
        STANDALONE,
        /** A master and its replicas, watched by sentinels. */
        SENTINEL,
        /** Several masters that share the keys. */
        CLUSTER
    }

    private static final int DEFAULT_PORT = 6379;
    private static final int DEFAULT_SENTINEL_PORT = 26_379;
    private static final int MAX_PORT = 65_535;
    private static final int MAX_DATABASE = 1_000_000;
    private static final int MAX_ENDPOINTS = 64;
    private static final String LOGIN = "[[user]:password@]";
    private static final String FORM = "redis://" + LOGIN + "host[:port][/database], redis-sentinel://" + LOGIN
            + "host[:port][,host[:port]...][/database]?sentinelMasterId=NAME, or redis-cluster://" + LOGIN
            + "host[:port][,host[:port]...], each with rediss in place of redis for TLS";
    private static final String HOST = "(?:\\[[0-9a-fA-F:.]+]|[^\\s:/?#@,\\[\\]]+)(?::\\d{1,9})?";
    private static final Pattern URL = Pattern.compile("(?<scheme>rediss?)(?:-(?<kind>sentinel|cluster))?://"
            + "(?:(?<login>[^/?#]*)@)?(?<hosts>" + HOST + "(?:," + HOST + ")*)(?:/(?<database>\\d{0,9}))?"
            + "(?:(?:\\?sentinelMasterId=|#)(?<master>[a-zA-Z0-9._-]{1,100}))?");

    /** Copies the list. */
    RedisAddress {
        endpoints = List.copyOf(endpoints);
    }

    /**
     * What a URL says.
     *
     * @param address where Redis is
     * @param login what stands before the {@code @}, still encoded
     */
    record Parsed(RedisAddress address, Optional<String> login) {}

    /** Reads a URL. What it throws never tells the URL: there may be a password in it. */
    static Parsed parse(String setting, String url) {
        Matcher match = URL.matcher(url);
        if (!match.matches()) {
            throw new InvalidSettingException(setting, "is not of the form " + FORM);
        }
        Kind kind = match.group("kind") == null
                ? Kind.STANDALONE
                : Kind.valueOf(match.group("kind").toUpperCase(Locale.ROOT));
        List<Endpoint> endpoints = endpoints(setting, kind, match.group("hosts"));
        int database = number(setting, "database", match.group("database"), 0, 0, MAX_DATABASE);
        String master = match.group("master") == null ? "" : match.group("master");
        refuseWhatDoesNotFit(setting, kind, endpoints, database, master);
        boolean tls = match.group("scheme").equals("rediss");
        return new Parsed(
                new RedisAddress(kind, endpoints, database, tls, master), Optional.ofNullable(match.group("login")));
    }

    private static void refuseWhatDoesNotFit(
            String setting, Kind kind, List<Endpoint> endpoints, int database, String master) {
        if (kind == Kind.STANDALONE && endpoints.size() > 1) {
            throw new InvalidSettingException(
                    setting,
                    "has several hosts, and must be redis-sentinel:// or redis-cluster:// for them, or have one");
        }
        if (endpoints.size() > MAX_ENDPOINTS) {
            throw new InvalidSettingException(
                    setting, "has " + endpoints.size() + " hosts, and may have " + MAX_ENDPOINTS + " at most");
        }
        if (kind == Kind.SENTINEL && master.isEmpty()) {
            throw new InvalidSettingException(
                    setting, "does not say what the sentinels call the master: ?sentinelMasterId=NAME");
        }
        if (kind != Kind.SENTINEL && !master.isEmpty()) {
            throw new InvalidSettingException(setting, "names a master, and only redis-sentinel:// has such a name");
        }
        if (kind == Kind.CLUSTER && database != 0) {
            throw new InvalidSettingException(setting, "has database " + database + ", and a Cluster has none but 0");
        }
    }

    private static List<Endpoint> endpoints(String setting, Kind kind, String hosts) {
        List<Endpoint> endpoints = new ArrayList<>();
        for (String host : hosts.split(",", -1)) {
            int colon = host.endsWith("]") ? -1 : host.lastIndexOf(':');
            String port = colon < 0 ? "" : host.substring(colon + 1);
            endpoints.add(new Endpoint(
                    (colon < 0 ? host : host.substring(0, colon)).replaceAll("[\\[\\]]", ""),
                    number(
                            setting,
                            "port",
                            port,
                            kind == Kind.SENTINEL ? DEFAULT_SENTINEL_PORT : DEFAULT_PORT,
                            1,
                            MAX_PORT)));
        }
        return endpoints;
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
        String scheme = (tls ? "rediss" : "redis")
                + (kind == Kind.STANDALONE ? "" : "-" + kind.name().toLowerCase(Locale.ROOT));
        return scheme + "://" + endpoints.stream().map(Endpoint::toString).collect(Collectors.joining(","))
                + (database == 0 ? "" : "/" + database) + (master.isEmpty() ? "" : "?sentinelMasterId=" + master);
    }
}
