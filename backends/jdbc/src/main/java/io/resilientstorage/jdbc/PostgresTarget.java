package io.resilientstorage.jdbc;

import io.resilientstorage.api.BackendType;
import io.resilientstorage.api.Durability;
import io.resilientstorage.api.Scope;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.BackendTraits;
import java.time.Duration;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * A PostgreSQL, or several hosts of one.
 *
 * @param url the JDBC URL without user, password and parameters
 * @param properties what the driver is told besides, credentials included
 * @param defaultPoolSize how many connections there are at most, unless the user says otherwise
 * @param prepares whether a statement may be prepared in the server where a connection shows that nothing stands
 *     between
 */
record PostgresTarget(String url, Properties properties, int defaultPoolSize, boolean prepares) implements Target {

    private static final int POOL_SIZE = 10;

    /** Reads {@code postgresql://user:password@host:port,host:port/database?name=value} or a JDBC URL. */
    static PostgresTarget of(String text, PostgresAccess access) {
        SettingNames names = access.names();
        Properties properties = defaults(access.connectTimeout());
        PostgresUrl url = new PostgresUrl(names, text);
        String address = url.into(properties);
        access.username().ifPresent(name -> PGProperty.USER.set(properties, name));
        access.password().ifPresent(secret -> PGProperty.PASSWORD.set(properties, secret.value()));
        PostgresTls tls = new PostgresTls(names, properties);
        tls.settle(url);
        access.caFile().ifPresent(tls::trust);
        severalHosts(address, properties);
        Properties parsed = address.indexOf('@') >= 0 ? null : Driver.parseURL(address, null);
        if (parsed == null) {
            throw names.badUrl("is not of the form postgresql://user:password@host:port/database or a JDBC URL of it");
        }
        if (!url.isSupabase()) {
            return new PostgresTarget(address, properties, POOL_SIZE, !url.names(PGProperty.PREPARE_THRESHOLD));
        }
        tls.require();
        String settled = Supabase.settle(names, address, parsed, properties);
        return new PostgresTarget(settled, properties, Supabase.POOL_SIZE, false);
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
