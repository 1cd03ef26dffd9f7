package io.resilientstorage.jdbc;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
import org.postgresql.PGProperty;

/**
 * Takes a URL of PostgreSQL apart: one of libpq
 * ({@code postgresql://user:password@host:port,host:port/database?name=value}, or with the scheme {@code supabase:}),
 * or one of JDBC.
 */
final class PostgresUrl {

    private static final String JDBC_PREFIX = "jdbc:postgresql:";
    private static final String SUPABASE_PREFIX = "supabase:";

    /** The names of libpq for what the driver has another name for. */
    private static final Map<String, String> LIBPQ_NAMES = Map.ofEntries(
            Map.entry("application_name", "ApplicationName"),
            Map.entry("channel_binding", "channelBinding"),
            Map.entry("connect_timeout", "connectTimeout"),
            Map.entry("gssencmode", "gssEncMode"),
            Map.entry("keepalives", "tcpKeepAlive"),
            Map.entry("require_auth", "requireAuth"),
            Map.entry("sslnegotiation", "sslNegotiation"),
            Map.entry("target_session_attrs", "targetServerType"));

    /** What libpq knows and the driver does not. */
    private static final Set<String> LIBPQ_ONLY = Set.of(
            "client_encoding",
            "fallback_application_name",
            "hostaddr",
            "keepalives_count",
            "keepalives_idle",
            "keepalives_interval",
            "krbsrvname",
            "load_balance_hosts",
            "passfile",
            "requirepeer",
            "service",
            "sslcertmode",
            "sslcompression",
            "sslcrl",
            "sslcrldir",
            "sslsni",
            "ssl_max_protocol_version",
            "ssl_min_protocol_version",
            "tcp_user_timeout");

    private static final Map<String, String> SESSION_ATTRIBUTES = Map.of(
            "any", "any",
            "read-write", "primary",
            "primary", "primary",
            "standby", "secondary",
            "prefer-standby", "preferSecondary");

    private final SettingNames names;
    private final String bare;
    private final String query;

    PostgresUrl(SettingNames names, String url) {
        int question = url.indexOf('?');
        this.names = names;
        this.bare = question < 0 ? url : url.substring(0, question);
        this.query = question < 0 ? "" : url.substring(question + 1);
    }

    /** Whether such a URL is one of PostgreSQL. */
    static boolean isOne(String url) {
        return url.startsWith("postgresql:")
                || url.startsWith("postgres:")
                || url.startsWith(SUPABASE_PREFIX)
                || url.startsWith(JDBC_PREFIX);
    }

    /** Whether it is one of JDBC, whose parameters mean what they mean to the driver. */
    boolean isJdbc() {
        return bare.startsWith(JDBC_PREFIX);
    }

    /** Whether it is said to be at Supabase. */
    boolean isSupabase() {
        return bare.startsWith(SUPABASE_PREFIX);
    }

    /** Whether it says something of a property of the driver. */
    boolean names(PGProperty property) {
        return parameters()
                .anyMatch(parameter -> decoded(parameter.split("=", 2)[0]).equals(property.getName()));
    }

    private Stream<String> parameters() {
        return Arrays.stream(query.split("&", -1)).filter(parameter -> !parameter.isEmpty());
    }

    /** Puts user, password and parameters into the properties, and returns the JDBC URL of what is left. */
    String into(Properties properties) {
        String address = isJdbc() ? bare : fromLibpq(properties);
        parameters().forEach(parameter -> {
            int equals = parameter.indexOf('=');
            String value = equals < 0 ? "" : parameter.substring(equals + 1);
            put(decoded(equals < 0 ? parameter : parameter.substring(0, equals)), decoded(value), properties);
        });
        return address;
    }

    private String fromLibpq(Properties properties) {
        String address = bare.substring(bare.indexOf(':') + 1);
        if (!address.startsWith("//")) {
            throw names.badUrl("must have two slashes behind the scheme");
        }
        address = address.substring(2);
        int slash = address.indexOf('/');
        String authority = slash < 0 ? address : address.substring(0, slash);
        String database = slash < 0 ? "" : address.substring(slash + 1);
        int at = authority.lastIndexOf('@');
        if (at >= 0) {
            credentials(authority.substring(0, at), properties);
        }
        return JDBC_PREFIX + "//" + authority.substring(at + 1) + "/" + database;
    }

    private void credentials(String text, Properties properties) {
        int colon = text.indexOf(':');
        String user = PercentCode.decode(names.url(), colon < 0 ? text : text.substring(0, colon));
        if (!user.isEmpty()) {
            PGProperty.USER.set(properties, user);
        }
        if (colon >= 0) {
            PGProperty.PASSWORD.set(properties, PercentCode.decode(names.url(), text.substring(colon + 1)));
        }
    }

    /** To the driver a plus sign in a URL is a space; to libpq it is a plus sign. */
    private String decoded(String text) {
        return PercentCode.decode(names.url(), isJdbc() ? text.replace('+', ' ') : text);
    }

    private void put(String name, String value, Properties properties) {
        if (name.equals("pgbouncer") || name.equals("supa")) {
            // What other tools read in the URLs that managed services hand out; a pooler is always reckoned with here.
            return;
        }
        String known = LIBPQ_NAMES.getOrDefault(name, name);
        if (PGProperty.forName(known) == null) {
            // What nobody knows may be the rest of a password with a question mark in it.
            String shown = LIBPQ_ONLY.contains(name) ? "the parameter '" + name + "'" : "a parameter";
            throw names.badUrl("has " + shown + " that the driver does not know; a password must be percent-encoded");
        }
        properties.setProperty(known, translated(name, value));
    }

    private String translated(String name, String value) {
        if (name.equals("keepalives")) {
            return Boolean.toString(!value.equals("0"));
        }
        if (name.equals("target_session_attrs")) {
            String type = SESSION_ATTRIBUTES.get(value.toLowerCase(Locale.ROOT));
            if (type == null) {
                throw names.badUrl("has target_session_attrs '" + value + "'; it must be one of "
                        + SESSION_ATTRIBUTES.keySet().stream().sorted().toList());
            }
            return type;
        }
        return value;
    }
}
