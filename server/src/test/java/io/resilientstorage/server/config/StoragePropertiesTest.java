package io.resilientstorage.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoragePropertiesTest {

    @TempDir
    private Path folder;

    @Test
    void withNothingConfiguredTheDatabaseIsASqliteFile() {
        assertThat(values(Map.of(), Map.of()))
                .isEqualTo(Map.of("backends.database.url", sqlite(), "backends.database.priority", "2"));
        assertThat(folder.resolve("data")).isDirectory();
    }

    @Test
    void theEnvironmentNamesRedisFirstAndTheDatabaseSecond() {
        assertThat(values(Map.of(), Map.of("REDIS_URL", "redis://cache", "DATABASE_URL", "postgresql://db/app")))
                .isEqualTo(Map.of(
                        "backends.redis.url", "redis://cache",
                        "backends.redis.priority", "1",
                        "backends.database.url", "postgresql://db/app",
                        "backends.database.priority", "2"));
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void theEnvironmentOverridesTheUrlInTheFileAndLeavesTheRest() {
        Map<String, String> file = Map.of(
                "backends.redis.url", "redis://old",
                "backends.redis.password", "secret",
                "backends.redis.priority", "5",
                "callTimeout", "3s");

        assertThat(values(file, Map.of("REDIS_URL", " redis://new ", "DATABASE_URL", "jdbc:postgresql://db/app")))
                .containsEntry("backends.redis.url", "redis://new")
                .containsEntry("backends.redis.password", "secret")
                .containsEntry("backends.redis.priority", "5")
                .containsEntry("callTimeout", "3s");
    }

    @Test
    void aBlankVariableIsAsGoodAsNone() {
        assertThat(values(Map.of(), Map.of("REDIS_URL", " ", "DATABASE_URL", "")))
                .doesNotContainKey("backends.redis.url")
                .containsEntry("backends.database.url", sqlite());
    }

    @Test
    void aDatabaseInTheFileTakesThePlaceOfTheSqliteFile() {
        for (String url : new String[] {
            "postgresql://db/app", "supabase://db/app", "JDBC:postgresql://db/app", "jdbc:sqlite:x", "sqlite:x"
        }) {
            assertThat(values(Map.of("backends.main.url", url), Map.of())).isEqualTo(Map.of("backends.main.url", url));
        }
    }

    @Test
    void theSqliteFileComesLastBehindBackendsOfOtherNames() {
        assertThat(values(Map.of("backends.cache.url", "redis://cache"), Map.of()))
                .containsEntry("backends.database.url", sqlite())
                .containsEntry("backends.database.priority", "998");
    }

    @Test
    void theSqliteFileCanBeSwitchedOff() {
        assertThat(values(Map.of("backends.database.enabled", "false"), Map.of()))
                .isEqualTo(Map.of("backends.database.enabled", "false"));
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void aDataFolderThatCannotBeMadeIsNamed() throws IOException {
        Files.writeString(folder.resolve("data"), "a file");

        assertThatThrownBy(() -> values(Map.of(), Map.of()))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith("setting '--data' is " + folder.resolve("data"));
    }

    @Test
    void theSettingsAreThoseOfTheFile() {
        StorageProperties properties = StorageProperties.of(
                Map.of("maxValueBytes", "5000", "backends.redis.url", "redis://cache"),
                Environment.of(Map.of()),
                new DataDirectory(folder));

        assertThat(properties.settings().get(Settings.MAX_VALUE_BYTES)).isEqualTo(5_000);
    }

    @Test
    void aBadUrlFromTheEnvironmentIsToldByTheNameOfItsVariable() {
        StorageProperties properties = StorageProperties.of(
                Map.of(), Environment.of(Map.of("DATABASE_URL", "oracle://x:pa55word@y")), new DataDirectory(folder));

        assertThatThrownBy(properties::open)
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith("setting 'DATABASE_URL' cannot be used: setting 'backends.database.url' ")
                .hasMessageNotContaining("pa55word");
    }

    private Map<String, String> values(Map<String, String> file, Map<String, String> variables) {
        return StorageProperties.of(file, Environment.of(variables), new DataDirectory(folder.resolve("data")))
                .values();
    }

    private String sqlite() {
        return "jdbc:sqlite:" + folder.resolve("data").resolve("resilient-storage.db");
    }
}
