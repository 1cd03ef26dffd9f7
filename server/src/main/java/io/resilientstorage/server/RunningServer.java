package io.resilientstorage.server;

import static io.resilientstorage.server.config.Environment.STORAGE_TOKEN;

import io.resilientstorage.api.Storage;
import io.resilientstorage.config.Settings;
import io.resilientstorage.config.StorageSettings;
import io.resilientstorage.server.config.Environment;
import io.resilientstorage.server.config.StorageProperties;
import io.resilientstorage.server.http.HttpServer;
import io.resilientstorage.server.http.HttpSettings;
import java.time.Duration;
import java.util.Locale;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A storage and the HTTP server before it, started and stopped together. Safe for use by several threads. */
final class RunningServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(RunningServer.class);

    /**
     * How long a start waits for the embedded database at most. It is no remote server that may be down: on a busy
     * machine it only takes its time, and what is written to memory meanwhile would not survive a restart.
     */
    private static final Duration OWN_FILE_PATIENCE = Duration.ofSeconds(10);

    private final Storage storage;
    private final HttpServer http;
    private boolean closed;

    private RunningServer(Storage storage, HttpServer http) {
        this.storage = storage;
        this.http = http;
    }

    /**
     * Takes the port, opens the storage, and serves. The port comes first, since it fails at once where it is taken.
     *
     * @throws io.resilientstorage.api.InvalidSettingException if a setting is not legal
     * @throws io.resilientstorage.server.http.BindFailedException if the port cannot be had
     */
    static RunningServer start(String host, int port, StorageProperties properties, Environment environment) {
        StorageSettings settings = properties.settings();
        HttpServer http = HttpServer.bind(host, port);
        try {
            Storage storage = properties.open();
            RunningServer server = new RunningServer(storage, http);
            try {
                properties
                        .embeddedDatabase()
                        .ifPresent(database -> HealthWait.until(storage, database, OWN_FILE_PATIENCE));
                http.start(storage, httpSettings(settings, environment));
                if (environment.token().isEmpty() && !http.isLoopbackOnly()) {
                    LOG.warn("Everybody who reaches this machine can read and write: {} is not set", STORAGE_TOKEN);
                }
                return server;
            } catch (RuntimeException | Error e) {
                storage.close();
                throw e;
            }
        } catch (RuntimeException | Error e) {
            http.stop();
            throw e;
        }
    }

    private static HttpSettings httpSettings(StorageSettings settings, Environment environment) {
        return new HttpSettings(
                Math.toIntExact(settings.get(Settings.MAX_VALUE_BYTES)),
                settings.get(Settings.LOCKS_MAX_TTL),
                environment.token(),
                settings.get(Settings.CLOSE_TIMEOUT),
                ProductVersion.text());
    }

    String url() {
        return http.url();
    }

    /** The backends by priority, with their health. */
    String backends() {
        return storage.healthStatus().backends().entrySet().stream()
                .map(entry ->
                        entry.getKey() + " " + entry.getValue().health().name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
    }

    void awaitStop() {
        http.awaitStop();
    }

    /** Takes no more calls, lets those under way end, and closes the storage, each within {@code closeTimeout}. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        LOG.info("Stopping");
        try {
            http.stop();
        } finally {
            storage.close();
        }
        LOG.info("Stopped");
    }
}
