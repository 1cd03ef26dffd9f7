package io.resilientstorage.server.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.InvalidSettingException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {

    @Test
    void noTokenMeansAnOpenServer() {
        assertThat(Environment.of(Map.of()).token()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "two words", "caf\u00e9", "line\nbreak"})
    void aTokenThatNoHeaderCouldCarryIsRefusedAndNotTold(String token) {
        assertThatThrownBy(() -> Environment.of(Map.of("STORAGE_TOKEN", token)))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("setting 'STORAGE_TOKEN' must be visible ASCII characters without spaces;"
                        + " unset it for no token");
    }

    @Test
    void noSecretShowsInText() {
        Environment environment = Environment.of(Map.of(
                "REDIS_URL",
                "redis://u:pa55word@h",
                "DATABASE_URL",
                "postgresql://u:pa55word@h",
                "STORAGE_TOKEN",
                "pa55word"));

        assertThat(environment + " " + environment.token()).doesNotContain("pa55word");
    }
}
