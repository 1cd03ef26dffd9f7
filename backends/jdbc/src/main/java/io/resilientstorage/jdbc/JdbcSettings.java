package io.resilientstorage.jdbc;

import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.config.SettingKind.OfDuration;
import io.resilientstorage.config.SettingKind.OfNumber;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * The settings of a backend, checked.
 *
 * @param target which database
 * @param poolSize how many connections at most
 * @param tables where its tables are
 */
record JdbcSettings(Target target, int poolSize, Tables tables) {

    static final OfNumber POOL_BOUNDS = new OfNumber(1, 1_000);
    static final OfDuration CONNECT_BOUNDS = new OfDuration(Duration.ofSeconds(1), Duration.ofMinutes(1));

    private static final Pattern NAME = Pattern.compile("[a-z_][a-z0-9_]{0,30}");

    /** Checks them; {@link InvalidSettingException} if one is not legal. */
    static JdbcSettings of(SettingNames names, Target target, int poolSize, Tables tables) {
        POOL_BOUNDS.check(names.option("poolSize"), (long) poolSize);
        checkName(names.option("tablePrefix"), tables.prefix());
        if (!tables.schema().isEmpty()) {
            String schema = names.option("schema");
            checkName(schema, tables.schema());
            if (target instanceof SqliteTarget) {
                throw new InvalidSettingException(schema, "has no meaning for SQLite");
            }
        }
        return new JdbcSettings(target, poolSize, tables);
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
