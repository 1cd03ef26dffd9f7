package io.resilientstorage.jdbc;

import io.resilientstorage.api.BackendType;
import io.resilientstorage.api.Durability;
import io.resilientstorage.api.Scope;
import io.resilientstorage.backend.BackendContext;
import io.resilientstorage.backend.BackendTraits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.sql.Statement;
import org.sqlite.JDBC;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteErrorCode;
import org.sqlite.SQLiteException;

/**
 * A SQLite file.
 *
 * @param url the JDBC URL
 * @param file where it is
 */
record SqliteTarget(String url, Path file) implements Target {

    private static final String JDBC_PREFIX = "jdbc:sqlite:";
    private static final String PREFIX = "sqlite:";
    private static final int POOL_SIZE = 4;
    private static final int BUSY_MILLIS = 250;

    /** Reads {@code sqlite:PATH}, {@code sqlite:///PATH} or a JDBC URL. */
    static SqliteTarget of(SettingNames names, String url) {
        if (url.startsWith(JDBC_PREFIX)) {
            String address = url.substring(JDBC_PREFIX.length());
            int query = address.indexOf('?');
            String path = query < 0 ? address : address.substring(0, query);
            refuseMemory(names, address);
            return new SqliteTarget(
                    url, path(names, path.startsWith("file:") ? path.substring("file:".length()) : path));
        }
        String path = PercentCode.decode(names.url(), url.substring(PREFIX.length()));
        if (path.startsWith("//") && !path.startsWith("///")) {
            throw names.badUrl("names a host, which SQLite has none of: write sqlite:PATH or sqlite:///ABSOLUTE/PATH");
        }
        if (path.indexOf('?') >= 0) {
            throw names.badUrl("has parameters; only a JDBC URL of SQLite can have them");
        }
        refuseMemory(names, path);
        Path file = path(names, path.startsWith("///") ? path.substring(2) : path);
        return new SqliteTarget(JDBC_PREFIX + file, file);
    }

    private static void refuseMemory(SettingNames names, String address) {
        if (address.startsWith(":") || address.contains("mode=memory") || address.contains(":memory:")) {
            throw names.badUrl("must name a file: what SQLite keeps in memory is neither durable nor shared");
        }
    }

    private static Path path(SettingNames names, String text) {
        if (text.isBlank()) {
            throw names.badUrl("names no file");
        }
        try {
            return Path.of(text).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw names.badUrl("has no legal path: " + e.getReason());
        }
    }

    @Override
    public BackendTraits traits() {
        return new BackendTraits(BackendType.DATABASE, Scope.HOST, Durability.DURABLE, true);
    }

    @Override
    public int defaultPoolSize() {
        return POOL_SIZE;
    }

    @Override
    public int writers(int poolSize) {
        return 1;
    }

    @Override
    public Dialect dialect(BackendContext context, Tables tables) {
        return new SqliteDialect(
                this, tables, context.referenceClock(), context.time().randomness());
    }

    /** Makes a connection, and the file if there is none. */
    SQLiteConnection connect() throws SQLException {
        Path folder = file.getParent();
        if (folder != null && !Files.isDirectory(folder)) {
            throw new SQLiteException(
                    "there is no folder " + folder + " for the SQLite file " + file.getFileName(),
                    SQLiteErrorCode.SQLITE_CANTOPEN);
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(BUSY_MILLIS);
        try {
            SQLiteConnection connection = JDBC.createConnection(url, config.toProperties());
            try (Statement statement = connection.createStatement()) {
                // Each commit is on the disk before it is acknowledged, whatever the URL says.
                statement.execute("pragma synchronous = full");
            }
            return connection;
        } catch (SQLiteException e) {
            throw new SQLiteException("cannot open the SQLite file " + file + ": " + e.getMessage(), e.getResultCode());
        }
    }

    /** Tells the file that stands there now from another one in its place. */
    String mark() throws SQLException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            Object key = attributes.fileKey();
            return key == null ? attributes.creationTime().toString() : key.toString();
        } catch (IOException gone) {
            return "gone";
        }
    }
}
