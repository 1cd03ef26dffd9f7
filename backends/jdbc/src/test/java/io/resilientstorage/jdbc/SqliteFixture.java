package io.resilientstorage.jdbc;

import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.testkit.contract.BackendFixture;
import io.resilientstorage.testkit.contract.RestartableBackend;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;

/** A SQLite file of its own. */
final class SqliteFixture implements BackendFixture {

    private final Path folder;
    private final Path file;
    private final RestartableBackend backend;

    SqliteFixture() throws IOException {
        folder = Files.createTempDirectory("resilient-storage-sqlite");
        file = folder.resolve("storage.db");
        backend = new RestartableBackend(this::make);
    }

    /**
     * A file has no server that could restart. What is a new life of it is another file in its place, as when a volume
     * was moved; so the data is in a copy each time.
     */
    private Backend make() {
        try {
            if (Files.exists(file)) {
                Path copy = Files.copy(file, folder.resolve("copy.db"));
                Files.move(copy, file, StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return JdbcBackend.builder("sqlite:" + file).build();
    }

    @Override
    public Backend backend() {
        return backend;
    }

    @Override
    public void restartServer() {
        backend.restart();
    }

    @Override
    public void writeForeign(RecordKey key, int generation, byte[] value) throws SQLException {
        write(key, generation, StoredRow.FORMAT, value);
    }

    @Override
    public boolean writeNewerFormat(RecordKey key, int generation) throws SQLException {
        write(key, generation, StoredRow.FORMAT + 1, new byte[] {1});
        return true;
    }

    private void write(RecordKey key, int generation, int format, byte[] value) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                PreparedStatement statement = connection.prepareStatement("insert into resilient_storage_records"
                        + " (generation, namespace, key, version_time, version_writer, format, value, expires_at,"
                        + " position) select ?, ?, ?, 0, 0, ?, ?, ?, position from resilient_storage_meta")) {
            statement.setInt(1, generation);
            statement.setString(2, key.namespace());
            statement.setBytes(3, key.key().getBytes(StandardCharsets.UTF_8));
            statement.setInt(4, format);
            statement.setBytes(5, value);
            statement.setLong(6, Long.MAX_VALUE);
            statement.executeUpdate();
        }
    }

    @Override
    public void empty() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("delete from resilient_storage_records");
            statement.execute("delete from resilient_storage_hints");
        }
    }

    @Override
    public void useUpTokens(String space, int left) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            statement.execute("update resilient_storage_authorities set counter = " + (FencingToken.COUNTERS - left)
                    + " where space = '" + space + "'");
        }
    }

    @Override
    public void close() throws IOException {
        List<Path> files;
        try (Stream<Path> list = Files.list(folder)) {
            files = list.toList();
        }
        for (Path left : files) {
            Files.delete(left);
        }
        Files.delete(folder);
    }
}
