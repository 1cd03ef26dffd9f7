package io.resilientstorage.jdbc;

import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendFactory;
import io.resilientstorage.config.BackendSettings;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes backends from the URLs of PostgreSQL ({@code postgresql://}, {@code postgres://}, {@code jdbc:postgresql:}) and
 * SQLite ({@code sqlite:}, {@code jdbc:sqlite:}).
 *
 * <p>Its options, all of them optional:
 *
 * <table>
 *   <caption>Options</caption>
 *   <tr><th>name</th><th>meaning</th><th>default</th></tr>
 *   <tr><td>{@code poolSize}</td><td>connections at most, 1 to 1000</td><td>10 (PostgreSQL), 4 (SQLite)</td></tr>
 *   <tr><td>{@code connectTimeout}</td><td>how long making a connection may take, 1 s to 60 s, in whole seconds;
 *       PostgreSQL only</td><td>2 s</td></tr>
 *   <tr><td>{@code schema}</td><td>the schema of the tables, made if it is missing; PostgreSQL only</td><td>the
 *       connection's own</td></tr>
 *   <tr><td>{@code tablePrefix}</td><td>what the tables' names begin with</td><td>{@code resilient_storage_}</td></tr>
 * </table>
 */
public final class JdbcBackendFactory implements BackendFactory {

    private static final Set<String> SCHEMES =
            Set.of("postgresql", "postgres", "jdbc:postgresql", "jdbc:sqlite", "sqlite");
    private static final Set<String> OPTIONS = Set.of("poolSize", "connectTimeout", "schema", "tablePrefix");
    private static final Pattern SHORT_DURATION = Pattern.compile("(\\d{1,9})(ms|s|m)");

    /** For {@link java.util.ServiceLoader}. */
    public JdbcBackendFactory() {}

    @Override
    public boolean supports(String scheme) {
        return SCHEMES.contains(scheme);
    }

    @Override
    public String defaultName(String scheme) {
        return scheme.endsWith("sqlite") ? "sqlite" : "postgresql";
    }

    /**
     * Makes a backend. Touches no server.
     *
     * @throws InvalidSettingException if a setting is not legal, or an option is unknown
     */
    @Override
    public Backend create(BackendSettings settings) {
        JdbcBackend.Builder builder = JdbcBackend.builder(settings.url());
        settings.username().ifPresent(builder::username);
        settings.password().ifPresent(builder::password);
        settings.options().forEach((name, value) -> {
            switch (name) {
                case "poolSize" -> builder.poolSize(number(name, value));
                case "connectTimeout" -> builder.connectTimeout(duration(name, value));
                case "schema" -> builder.schema(value);
                case "tablePrefix" -> builder.tablePrefix(value);
                default ->
                    throw new InvalidSettingException(
                            name,
                            "is unknown to SQL backends; they know "
                                    + OPTIONS.stream().sorted().toList());
            }
        });
        return builder.build();
    }

    private static int number(String name, String value) {
        try {
            return Integer.parseInt(value.strip());
        } catch (NumberFormatException e) {
            throw new InvalidSettingException(name, "must be a whole number, not '" + value + "'");
        }
    }

    private static Duration duration(String name, String value) {
        Matcher matcher = SHORT_DURATION.matcher(value.strip());
        if (matcher.matches()) {
            long amount = Long.parseLong(matcher.group(1));
            return switch (matcher.group(2)) {
                case "ms" -> Duration.ofMillis(amount);
                case "s" -> Duration.ofSeconds(amount);
                default -> Duration.ofMinutes(amount);
            };
        }
        try {
            return Duration.parse(value.strip());
        } catch (DateTimeParseException e) {
            throw new InvalidSettingException(name, "must be a duration such as 2s or PT2S, not '" + value + "'");
        }
    }
}
