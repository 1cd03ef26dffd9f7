package io.resilientstorage.server.config;

import java.util.Map;
import java.util.Optional;

/**
 * What the environment says.
 *
 * @param redisUrl {@value #REDIS_URL}, empty if it is not set or blank
 * @param databaseUrl {@value #DATABASE_URL}, empty if it is not set or blank
 * @param token {@value #STORAGE_TOKEN}, empty if it is not set
 */
public record Environment(Optional<String> redisUrl, Optional<String> databaseUrl, Optional<BearerToken> token) {

    /** Where Redis is. */
    public static final String REDIS_URL = "REDIS_URL";

    /** Where the database is. */
    public static final String DATABASE_URL = "DATABASE_URL";

    /** What callers must send. */
    public static final String STORAGE_TOKEN = "STORAGE_TOKEN";

    /**
     * Picks what concerns the server.
     *
     * @throws io.resilientstorage.api.InvalidSettingException if the token is not legal
     */
    public static Environment of(Map<String, String> variables) {
        return new Environment(
                text(variables, REDIS_URL),
                text(variables, DATABASE_URL),
                Optional.ofNullable(variables.get(STORAGE_TOKEN)).map(BearerToken::of));
    }

    /** Never tells a secret. */
    @Override
    public String toString() {
        return "Environment[redisUrl=" + redisUrl.isPresent() + ", databaseUrl=" + databaseUrl.isPresent() + ", token="
                + token.isPresent() + "]";
    }

    private static Optional<String> text(Map<String, String> variables, String name) {
        return Optional.ofNullable(variables.get(name)).map(String::strip).filter(text -> !text.isEmpty());
    }
}
