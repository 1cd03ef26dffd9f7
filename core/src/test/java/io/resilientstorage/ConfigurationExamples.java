package io.resilientstorage;

import io.resilientstorage.config.Settings;
import java.time.Duration;

/** The code of docs/configuration.md. */
final class ConfigurationExamples {

    private static final Duration SHORT = Duration.ofMillis(200);

    private ConfigurationExamples() {}

    static StorageBuilder builder(String secret) {
        StorageBuilder builder = ResilientStorage.builder()
                .callTimeout(Duration.ofSeconds(1))
                .set(Settings.HEALTH_CHECK_TIMEOUT, Duration.ofMillis(500))
                .backend(
                        "rediss://cache.example:6379",
                        b -> b.name("redis").password(secret).attemptTimeout(SHORT))
                .backend("postgresql://app@db.example/app", b -> b.name("database"));
        return builder;
    }
}
