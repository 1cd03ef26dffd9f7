package io.resilientstorage.jdbc;

import io.resilientstorage.api.InvalidSettingException;
import java.util.regex.Pattern;

/**
 * The settings of a backend, checked.
 *
 * @param target which database
 * @param poolSize how many connections at most
 * @param tables where its tables are
 */
record JdbcSettings(Target target, int poolSize, Tables tables) {

    static final int MAX_POOL_SIZE = 1_000;

    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,30}");

    JdbcSettings {
        if (poolSize < 1 || poolSize > MAX_POOL_SIZE) {
            throw new InvalidSettingException("poolSize", "must be from 1 to " + MAX_POOL_SIZE + ", not " + poolSize);
        }
        checkName("tablePrefix", tables.prefix());
        if (!tables.schema().isEmpty()) {
            checkName("schema", tables.schema());
            if (target instanceof SqliteTarget) {
                throw new InvalidSettingException("schema", "has no meaning for SQLite");
            }
        }
    }

    private static void checkName(String setting, String name) {
        if (!NAME.matcher(name).matches()) {
            throw new InvalidSettingException(
                    setting,
                    "must be 1 to 31 characters of a to z, 0 to 9 and underscore, and not begin with a digit: '" + name
                            + "'");
        }
    }
}
