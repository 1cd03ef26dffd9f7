package io.resilientstorage.redis;

import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendFactory;
import io.resilientstorage.config.BackendSettings;
import java.time.Duration;
import java.util.Set;

/**
 * Makes Redis backends from {@code redis://}, {@code redis-sentinel://} and {@code redis-cluster://} URLs, each with
 * {@code rediss} for TLS. Options: {@code requestQueueSize}, {@code connectTimeout}, {@code durable}, {@code caFile},
 * {@code sentinelUsername}, {@code sentinelPassword}; see {@link RedisBackend.Builder}.
 */
public final class RedisBackendFactory implements BackendFactory {

    private static final Set<String> SCHEMES =
            Set.of("redis", "rediss", "redis-sentinel", "rediss-sentinel", "redis-cluster", "rediss-cluster");

    /** For {@link java.util.ServiceLoader}. */
    public RedisBackendFactory() {}

    @Override
    public Duration defaultAttemptTimeout() {
        return RedisBackend.Builder.DEFAULT_ATTEMPT_TIMEOUT;
    }

    @Override
    public String defaultName(String scheme) {
        return "redis";
    }

    @Override
    public boolean supports(String scheme) {
        return SCHEMES.contains(scheme);
    }

    @Override
    public Backend create(BackendSettings settings) {
        return new RedisBackend(RedisSettings.of(settings));
    }
}
