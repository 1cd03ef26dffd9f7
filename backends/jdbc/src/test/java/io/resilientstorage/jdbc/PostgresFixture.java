package io.resilientstorage.jdbc;

import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.testkit.contract.BackendFixture;
import io.resilientstorage.testkit.servers.PostgresProcess;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.function.Function;

/** A PostgreSQL of its own, and what stands in front of it. */
final class PostgresFixture implements BackendFixture {

    /** What makes the backend that is to be tested. */
    @FunctionalInterface
    interface Front extends AutoCloseable {
        Backend backend();

        @Override
        default void close() {}
    }

    private final PostgresProcess postgres;
    private final Front front;

    PostgresFixture() {
        this(server -> () -> JdbcBackend.builder(server.url()).build());
    }

    PostgresFixture(Function<PostgresProcess, Front> front) {
        this.postgres = PostgresProcess.start();
        this.front = front.apply(postgres);
    }

    @Override
    public Backend backend() {
        return front.backend();
    }

    @Override
    public void restartServer() {
        postgres.kill();
        postgres.begin();
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
        try (Connection connection = postgres.connect();
                PreparedStatement statement = connection.prepareStatement("insert into resilient_storage_records"
                        + " values (?, ?, ?, 0, 0, ?, ?, ?, null, pg_current_xact_id()::text::bigint)")) {
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
    public void empty() {
        postgres.execute("truncate resilient_storage_records, resilient_storage_hints");
    }

    @Override
    public void useUpTokens(String space, int left) {
        postgres.execute("update resilient_storage_authorities set first_token ="
                + " (select last_value + 1 from resilient_storage_lock_tokens) - " + (FencingToken.COUNTERS - left)
                + " where space = '" + space + "'");
    }

    @Override
    public void close() {
        front.close();
        postgres.close();
    }
}
