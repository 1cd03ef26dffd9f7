package io.resilientstorage.server.config;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.api.Storage;
import io.resilientstorage.config.PropertySource;
import io.resilientstorage.config.StorageSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * The properties that the storage is built from. The environment overrides the file; where neither names a database,
 * the SQLite file is one. Immutable.
 */
public final class StorageProperties {

    private static final String REDIS = "backends.redis.";
    private static final String DATABASE_NAME = "database";
    private static final String DATABASE = "backends." + DATABASE_NAME + ".";
    private static final String URL = "url";
    private static final String PRIORITY = "priority";
    private static final String ENABLED = "enabled";

    private static final List<String> DATABASE_SCHEMES =
            List.of("jdbc:", "postgresql:", "postgres:", "supabase:", "sqlite:");

    /** Behind every backend that a file may name, and before memory. */
    private static final String LAST_PRIORITY = "998";

    private final Map<String, String> values;
    private final Environment environment;
    private final boolean embedded;

    private StorageProperties(Map<String, String> values, Environment environment, boolean embedded) {
        this.values = Map.copyOf(values);
        this.environment = environment;
        this.embedded = embedded;
    }

    /**
     * Puts the sources together.
     *
     * @param file what the configuration file says
     * @param environment what the environment says
     * @param data where the embedded database would be
     * @throws InvalidSettingException if the data folder is needed and cannot be made
     */
    public static StorageProperties of(Map<String, String> file, Environment environment, DataDirectory data) {
        Map<String, String> values = new LinkedHashMap<>(file);
        environment.redisUrl().ifPresent(url -> values.put(REDIS + URL, url));
        environment.databaseUrl().ifPresent(url -> values.put(DATABASE + URL, url));
        if (values.containsKey(REDIS + URL)) {
            values.putIfAbsent(REDIS + PRIORITY, "1");
        }
        boolean embedded = !values.containsKey(DATABASE + URL)
                && !namesDatabase(values)
                && !"false".equalsIgnoreCase(values.get(DATABASE + ENABLED));
        if (embedded) {
            values.putIfAbsent(DATABASE + PRIORITY, onlyOwnNames(values) ? "2" : LAST_PRIORITY);
            values.put(DATABASE + URL, data.databaseUrl());
        } else if (values.containsKey(DATABASE + URL)) {
            values.putIfAbsent(DATABASE + PRIORITY, "2");
        }
        return new StorageProperties(values, environment, embedded);
    }

    /** The name of the embedded database, if there is one. */
    public Optional<String> embeddedDatabase() {
        return embedded ? Optional.of(DATABASE_NAME) : Optional.empty();
    }

    /** The properties by their names, secrets included. */
    Map<String, String> values() {
        return values;
    }

    /**
     * The settings of the storage, without its backends.
     *
     * @throws InvalidSettingException if one is not legal
     */
    public StorageSettings settings() {
        StorageSettings.Draft draft = new StorageSettings.Draft();
        new PropertySource(values).copyTo(draft);
        return draft.build();
    }

    /**
     * Starts the storage.
     *
     * @throws InvalidSettingException if a setting is not legal; it names the environment's variable where it came from
     *     one
     */
    public Storage open() {
        try {
            return ResilientStorage.builder().properties(values).build();
        } catch (InvalidSettingException e) {
            if (e.setting().equals(REDIS + URL) && environment.redisUrl().isPresent()) {
                throw new InvalidSettingException(Environment.REDIS_URL, "cannot be used: " + e.getMessage());
            }
            if (e.setting().equals(DATABASE + URL) && environment.databaseUrl().isPresent()) {
                throw new InvalidSettingException(Environment.DATABASE_URL, "cannot be used: " + e.getMessage());
            }
            throw e;
        }
    }

    private static boolean namesDatabase(Map<String, String> values) {
        return values.entrySet().stream()
                .filter(entry ->
                        entry.getKey().startsWith("backends.") && entry.getKey().endsWith("." + URL))
                .map(entry -> entry.getValue().strip().toLowerCase(Locale.ROOT))
                .anyMatch(url -> DATABASE_SCHEMES.stream().anyMatch(url::startsWith));
    }

    private static boolean onlyOwnNames(Map<String, String> values) {
        return values.keySet().stream()
                .filter(name -> name.startsWith("backends."))
                .allMatch(name -> name.startsWith(REDIS) || name.startsWith(DATABASE));
    }
}
