package io.resilientstorage.jdbc;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sets the parameters of a statement, one after the other: plain ones for one item, arrays for several. */
final class PostgresParameters {

    private final PreparedStatement statement;
    private int next = 1;

    PostgresParameters(PreparedStatement statement) {
        this.statement = statement;
    }

    PostgresParameters number(long value) throws SQLException {
        statement.setLong(next++, value);
        return this;
    }

    PostgresParameters number(int value) throws SQLException {
        statement.setInt(next++, value);
        return this;
    }

    PostgresParameters text(String value) throws SQLException {
        statement.setString(next++, value);
        return this;
    }

    PostgresParameters bytes(byte[] value) throws SQLException {
        statement.setBytes(next++, value);
        return this;
    }

    <T> PostgresParameters texts(List<T> items, boolean plain, Function<T, String> value) throws SQLException {
        return set("text", Types.VARCHAR, new String[items.size()], items, plain, value::apply);
    }

    <T> PostgresParameters bytes(List<T> items, boolean plain, Function<T, byte @Nullable []> value)
            throws SQLException {
        return set("bytea", Types.BINARY, new byte[items.size()][], items, plain, value::apply);
    }

    <T> PostgresParameters numbers(List<T> items, boolean plain, Function<T, @Nullable Long> value)
            throws SQLException {
        return set("bigint", Types.BIGINT, new @Nullable Long[items.size()], items, plain, value::apply);
    }

    private <T> PostgresParameters set(
            String type,
            int code,
            @Nullable Object[] array,
            List<T> items,
            boolean plain,
            Function<T, @Nullable Object> value)
            throws SQLException {
        if (plain) {
            statement.setObject(next++, value.apply(items.get(0)), code);
            return this;
        }
        for (int i = 0; i < array.length; i++) {
            array[i] = value.apply(items.get(i));
        }
        statement.setArray(next++, statement.getConnection().createArrayOf(type, array));
        return this;
    }
}
