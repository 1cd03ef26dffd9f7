package io.resilientstorage.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.InvalidSettingException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {

    private static final Map<String, String> SETTINGS = Map.of(
            "callTimeout", "2s",
            "memory", "false",
            "maxValueBytes", "1048576",
            "backends.redis.url", "redis://cache:6379",
            "backends.redis.priority", "1",
            "backends.redis.options.client-name", "caf\u00e9: #1");

    @TempDir
    private Path folder;

    @Test
    void propertiesAreReadAsUtf8() throws IOException {
        assertThat(read("a.properties", """
                        # a comment
                        callTimeout = 2s
                        memory=false\s\s
                        maxValueBytes: 1048576
                        backends.redis.url=redis://cache:6379
                        backends.redis.priority=1
                        backends.redis.options.client-name=caf\u00e9: #1
                        """)).isEqualTo(SETTINGS);
    }

    @ParameterizedTest
    @CsvSource({"a.yaml", "a.yml", "A.YAML"})
    void yamlIsFlattenedToTheSameNames(String name) throws IOException {
        assertThat(read(name, """
                        # a comment
                        callTimeout: 2s
                        memory: false
                        maxValueBytes: 1048576
                        backends:
                          redis:
                            url: redis://cache:6379
                            priority: 1
                            options:
                              client-name: "caf\u00e9: #1"
                        """)).isEqualTo(SETTINGS);
    }

    @Test
    void yamlMayHaveDotsInItsNames() throws IOException {
        assertThat(read("a.yaml", "backends.redis.url: redis://cache\n"))
                .isEqualTo(Map.of("backends.redis.url", "redis://cache"));
    }

    @ParameterizedTest
    @CsvSource({"a.properties", "a.yaml"})
    void anEmptyFileSaysNothing(String name) throws IOException {
        assertThat(read(name, "")).isEmpty();
        assertThat(read(name, "# only a comment\n")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a.yaml | backends: [one, two]   | has at 'backends' no plain value",
                "a.yaml | callTimeout:           | has at 'callTimeout' no plain value",
                "a.yaml | just text              | must be names with values",
                "a.yaml | '{a: 1, a: 2}'         | is no YAML file: Duplicate",
                "a.yaml | '{unclosed: '          | is no YAML file",
                "a.properties | 'a=\\u00zz'      | is no properties file",
                "a.json | {}                     | must end in .properties, .yaml or .yml"
            })
    void aFileThatMakesNoSenseIsNamed(String name, String text, String problem) {
        assertThatThrownBy(() -> read(name, text))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageStartingWith("setting '--config' names ")
                .hasMessageContaining(name)
                .hasMessageContaining(problem);
    }

    @Test
    void aFileThatIsNotThereOrNoTextIsNamed() throws IOException {
        assertThatThrownBy(() -> ConfigFile.read(folder.resolve("missing.yaml")))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("missing.yaml, which does not exist");

        Path latin = folder.resolve("latin.properties");
        Files.write(latin, "a=caf\u00e9".getBytes(StandardCharsets.ISO_8859_1));
        assertThatThrownBy(() -> ConfigFile.read(latin)).hasMessageContaining("is not text in UTF-8");

        Path directory = Files.createDirectory(folder.resolve("folder.yaml"));
        assertThatThrownBy(() -> ConfigFile.read(directory)).hasMessageContaining("cannot be read");
    }

    private Map<String, String> read(String name, String text) throws IOException {
        return ConfigFile.read(Files.writeString(folder.resolve(name), text));
    }
}
