package io.resilientstorage.jdbc;

import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendFactory;
import io.resilientstorage.config.BackendSettings;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes backends from the URLs of PostgreSQL ({@code postgresql://}, {@code postgres://}, {@code jdbc:postgresql:}), of
 * one at Supabase ({@code supabase://}) and of SQLite ({@code sqlite:}, {@code jdbc:sqlite:}).
 *
 * <p>Its options, all of them optional:
 *
 * <table>
 *   <caption>Options</caption>
 *   <tr><th>name</th><th>meaning</th><th>default</th></tr>
 *   <tr><td>{@code poolSize}</td><td>connections at most, 1 to 1000</td><td>10 (PostgreSQL), 4 (SQLite,
 *       Supabase)</td></tr>
 *   <tr><td>{@code connectTimeout}</td><td>how long making a connection may take, 1 s to 60 s, in whole seconds;
 *       PostgreSQL only</td><td>2 s</td></tr>
 *   <tr><td>{@code caFile}</td><td>the certificates to trust, in PEM format; PostgreSQL only</td><td>what the URL
 *       says</td></tr>
 *   <tr><td>{@code schema}</td><td>the schema of the tables, made if it is missing; PostgreSQL only</td><td>the
 *       connection's own</td></tr>
 *   <tr><td>{@code tablePrefix}</td><td>what the tables' names begin with</td><td>{@code resilient_storage_}</td></tr>
 * </table>
 */
public final class JdbcBackendFactory implements BackendFactory {

    private static final Set<String> SCHEMES =
            Set.of("postgresql", "postgres", "supabase", "jdbc:postgresql", "jdbc:sqlite", "sqlite");
    private static final Set<String> OPTIONS =
            new TreeSet<>(Set.of("poolSize", "connectTimeout", "caFile", "schema", "tablePrefix"));

    /** For {@link java.util.ServiceLoader}. */
    public JdbcBackendFactory() {}

    @Override
    public boolean supports(String scheme) {
        return SCHEMES.contains(scheme);
    }

    @Override
    public String defaultName(String scheme) {
        if (scheme.equals("supabase")) {
            return scheme;
        }
        return scheme.endsWith("sqlite") ? "sqlite" : "postgresql";
    }

    /**
     * Makes a backend. Touches no server.
     *
     * @throws InvalidSettingException if a setting is not legal, or an option is unknown
     */
    @Override
    public Backend create(BackendSettings settings) {
        SettingNames names = SettingNames.ofBackend(settings.name());
        JdbcBackend.Builder builder = JdbcBackend.builder(settings.url(), names);
        settings.username().ifPresent(builder::username);
        settings.password().ifPresent(builder::password);
        settings.options().forEach((name, value) -> {
            String setting = names.option(name);
            String text = value.strip();
            switch (name) {
                case "poolSize" ->
                    builder.poolSize(JdbcSettings.POOL_BOUNDS
                            .check(setting, JdbcSettings.POOL_BOUNDS.parse(setting, text))
                            .intValue());
                case "connectTimeout" -> builder.connectTimeout(JdbcSettings.CONNECT_BOUNDS.parse(setting, text));
                case "caFile" -> builder.caFile(path(setting, text));
                case "schema" -> builder.schema(value);
                case "tablePrefix" -> builder.tablePrefix(value);
                default ->
                    throw new InvalidSettingException(setting, "is not known; known are " + String.join(", ", OPTIONS));
            }
        });
        return builder.build();
    }

    private static Path path(String setting, String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException e) {
            throw new InvalidSettingException(setting, "is no legal path: " + e.getReason());
        }
    }
}
