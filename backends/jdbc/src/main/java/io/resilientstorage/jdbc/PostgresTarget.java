package io.resilientstorage.jdbc;

import io.resilientstorage.api.BackendType;
import io.resilientstorage.api.Durability;
import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.api.Scope;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.BackendTraits;
import io.resilientstorage.config.Secret;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * A PostgreSQL, or several hosts of one.
 *
 * @param url the JDBC URL without user, password and parameters
 * @param properties what the driver is told besides, credentials included
 */
record PostgresTarget(String url, Properties properties) implements Target {

    private static final String JDBC_PREFIX = "jdbc:postgresql:";
    private static final int POOL_SIZE = 10;
    private static final Pattern NAME = Pattern.compile("[A-Za-z_]{1,40}");

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

    private static final Map<String, String> SESSION_ATTRIBUTES = Map.of(
            "any", "any",
            "read-write", "primary",
            "primary", "primary",
            "standby", "secondary",
            "prefer-standby", "preferSecondary");

    /** Reads {@code postgresql://user:password@host:port,host:port/database?name=value} or a JDBC URL. */
    static PostgresTarget of(
            String url, Optional<String> username, Optional<Secret> password, Duration connectTimeout) {
        Properties properties = defaults(connectTimeout);
        int query = url.indexOf('?');
        String bare = query < 0 ? url : url.substring(0, query);
        boolean jdbc = bare.startsWith(JDBC_PREFIX);
        String address = jdbc ? bare : fromLibpq(bare, properties);
        parameters(query < 0 ? "" : url.substring(query + 1), jdbc, properties);
        username.ifPresent(name -> PGProperty.USER.set(properties, name));
        password.ifPresent(secret -> PGProperty.PASSWORD.set(properties, secret.value()));
        severalHosts(address, properties);
        if (address.indexOf('@') >= 0 || Driver.parseURL(address, null) == null) {
            throw new InvalidSettingException(
                    "url", "is not of the form postgresql://user:password@host:port/database or a JDBC URL of it");
        }
        return new PostgresTarget(address, properties);
    }

    private static Properties defaults(Duration connectTimeout) {
        Properties properties = new Properties();
        long seconds = Math.max(1, connectTimeout.plusMillis(999).toSeconds());
        PGProperty.CONNECT_TIMEOUT.set(properties, Long.toString(seconds));
        // For the answers while it connects; afterwards each call sets its own.
        PGProperty.SOCKET_TIMEOUT.set(properties, Long.toString(seconds));
        // A pooler in transaction mode gives each transaction another server session: nothing may be kept in one.
        PGProperty.PREPARE_THRESHOLD.set(properties, "0");
        PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "13");
        PGProperty.APPLICATION_NAME.set(properties, "resilient-storage");
        PGProperty.TCP_KEEP_ALIVE.set(properties, "true");
        // Details of an error can have keys and values in them.
        PGProperty.LOG_SERVER_ERROR_DETAIL.set(properties, "false");
        return properties;
    }

    /** The JDBC URL for a URL of libpq; its user and password go to the properties. */
    private static String fromLibpq(String url, Properties properties) {
        String address = url.substring(url.indexOf(':') + 1);
        if (!address.startsWith("//")) {
            throw new InvalidSettingException("url", "must have two slashes behind the scheme");
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

    private static void credentials(String text, Properties properties) {
        int colon = text.indexOf(':');
        String user = PercentCode.decode("url", colon < 0 ? text : text.substring(0, colon));
        if (!user.isEmpty()) {
            PGProperty.USER.set(properties, user);
        }
        if (colon >= 0) {
            PGProperty.PASSWORD.set(properties, PercentCode.decode("url", text.substring(colon + 1)));
        }
    }

    private static void parameters(String query, boolean jdbc, Properties properties) {
        for (String parameter : query.split("&", -1)) {
            if (parameter.isEmpty()) {
                continue;
            }
            int equals = parameter.indexOf('=');
            String value = equals < 0 ? "" : parameter.substring(equals + 1);
            parameter(
                    decoded(equals < 0 ? parameter : parameter.substring(0, equals), jdbc),
                    decoded(value, jdbc),
                    properties);
        }
    }

    /** To the driver a plus sign in a URL is a space; to libpq it is a plus sign. */
    private static String decoded(String text, boolean jdbc) {
        return PercentCode.decode("url", jdbc ? text.replace('+', ' ') : text);
    }

    private static void parameter(String name, String value, Properties properties) {
        if (name.equals("pgbouncer") || name.equals("supa")) {
            // What other tools read in the URLs that managed services hand out; a pooler is always reckoned with here.
            return;
        }
        String known = LIBPQ_NAMES.getOrDefault(name, name);
        if (PGProperty.forName(known) == null) {
            // What is no name at all may be the rest of a password with a question mark in it.
            String shown = NAME.matcher(name).matches() ? "the parameter '" + name + "'" : "a parameter";
            throw new InvalidSettingException(
                    "url", "has " + shown + " that the driver does not know; a password must be percent-encoded");
        }
        properties.setProperty(known, translated(name, value));
    }

    private static String translated(String name, String value) {
        if (name.equals("keepalives")) {
            return Boolean.toString(!value.equals("0"));
        }
        if (name.equals("target_session_attrs")) {
            String type = SESSION_ATTRIBUTES.get(value.toLowerCase(Locale.ROOT));
            if (type == null) {
                throw new InvalidSettingException(
                        "url",
                        "has target_session_attrs '" + value + "'; it must be one of "
                                + SESSION_ATTRIBUTES.keySet().stream().sorted().toList());
            }
            return type;
        }
        return value;
    }

    /** Of several hosts, the one that can be written to, looked for anew at each connection. */
    private static void severalHosts(String address, Properties properties) {
        if (address.indexOf(',') >= 0 && PGProperty.TARGET_SERVER_TYPE.getOrNull(properties) == null) {
            PGProperty.TARGET_SERVER_TYPE.set(properties, "primary");
        }
        if (PGProperty.HOST_RECHECK_SECONDS.getOrNull(properties) == null) {
            PGProperty.HOST_RECHECK_SECONDS.set(properties, "1");
        }
    }

    @Override
    public BackendTraits traits() {
        return new BackendTraits(BackendType.DATABASE, Scope.SHARED, Durability.DURABLE, true);
    }

    @Override
    public int defaultPoolSize() {
        return POOL_SIZE;
    }

    @Override
    public int writers(int poolSize) {
        return poolSize;
    }

    @Override
    public Dialect dialect(BackendContext context, Tables tables) {
        return new PostgresDialect(this, tables);
    }

    /** Tells where it is, and nothing else. */
    @Override
    public String toString() {
        return url;
    }
}
