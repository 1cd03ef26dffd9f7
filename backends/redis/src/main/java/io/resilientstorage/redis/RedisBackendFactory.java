package io.resilientstorage.redis;

import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.BackendFactory;
import io.resilientstorage.config.BackendSettings;
import java.time.Duration;

/**
 * Makes Redis backends from {@code redis://} and {@code rediss://} URLs. Options: {@code requestQueueSize},
 * {@code connectTimeout}, {@code durable}, {@code caFile}; see {@link RedisBackend.Builder}.
 */
public final class RedisBackendFactory implements BackendFactory {

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
        return scheme.equals("redis") || scheme.equals("rediss");
    }

    @Override
    public Backend create(BackendSettings settings) {
        return new RedisBackend(RedisSettings.of(settings));
    }
}
