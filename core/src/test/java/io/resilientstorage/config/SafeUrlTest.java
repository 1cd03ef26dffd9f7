package io.resilientstorage.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SafeUrlTest {

    @ParameterizedTest
    @CsvSource({
        "redis://cache:6379, redis://cache:6379",
        "redis://cache:6379/3, redis://cache:6379/3",
        "redis://user:hunter2@cache:6379/3, redis://cache:6379/3",
        "redis://:hunter2@cache, redis://cache",
        "rediss://hunter2@[::1]:6379, rediss://[::1]:6379",
        "redis://user:hun@ter2@cache/0, redis://cache/0",
        "postgresql://app:hunter2@db:5432/app?sslmode=require, postgresql://db:5432/app",
        "postgresql://db/app?user=app&password=hunter2, postgresql://db/app",
        "jdbc:postgresql://db/app?password=hunter2, jdbc:postgresql://db/app",
        "jdbc:postgresql://app:hunter2@db/app, jdbc:postgresql://db/app",
        "jdbc:sqlserver://db;user=sa;password=hunter2, jdbc:sqlserver://db",
        "jdbc:sqlite:/var/lib/app.db, jdbc:sqlite:/var/lib/app.db",
        "sqlite:/var/lib/app.db?key=hunter2, sqlite:/var/lib/app.db",
        "memory:, memory:",
        "redis://cache/0#hunter2, redis://cache/0",
        "cache:6379, cache:6379"
    })
    void placeAndPathAreShownAndNothingElse(String url, String shown) {
        assertThat(SafeUrl.of(url)).isEqualTo(shown);
    }

    /** Where it cannot be told what is the password, nothing is shown that may be a part of it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "redis://user:hunter2?x@cache/0",
                "redis://user:hunter2/x@cache/0",
                "redis://user:hunter2#x@cache/0",
                "redis://user:hunter2;x@cache/0",
                "redis://user:x@y/hunter2@cache",
                "redis://user:x@y?hunter2@cache",
                "redis://user:x@hunter2/y@cache",
                "redis://user:x\nhunter2@y/@cache",
                "jdbc:oracle:thin:scott/hunter2@//db:1521/app",
                "user:hunter2@cache:6379",
                ":hunter2@cache",
                "//user:hunter2@cache",
                "hunter2@cache",
                "redis:hunter2@cache",
                "@hunter2@"
            })
    void aPasswordThatWasNotEncodedIsNotShown(String url) {
        assertThat(SafeUrl.of(url))
                .doesNotContain("hunter2")
                .doesNotContain("@")
                .endsWith("***");
    }

    @Test
    void settingsOfABackendNeverShowASecret() {
        BackendSettings settings = new BackendOptions()
                .name("cache")
                .url("redis://app:hunter1@cache:6379/0?token=hunter2")
                .username("someone")
                .password("hunter3")
                .option("keyPassword", "hunter4")
                .settings("redis", 1, Duration.ofSeconds(1));

        assertThat(settings.toString())
                .contains("cache", "redis://cache:6379/0", "keyPassword")
                .doesNotContain("hunter");
        assertThat(settings.password()).contains(new Secret("hunter3"));
        assertThat(settings.password().toString()).doesNotContain("hunter3");
        assertThat(new Secret("hunter3")).hasToString("******");
    }

    @Test
    void whatAUserSaysOfABackendShowsNoSecretEither() {
        Object options = new BackendOptions().url("redis://app:hunter1@cache").password("hunter2");

        assertThat(options.toString()).doesNotContain("hunter");
    }
}
