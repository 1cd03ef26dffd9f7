package io.resilientstorage.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.InvalidSettingException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PropertySourceTest {

    @Test
    void settingsAndBackendsAreToldApart() {
        PropertySource source = new PropertySource(Map.of(
                "callTimeout", "3s",
                "backends.redis.url", "redis://cache",
                "backends.redis.priority", "1",
                "backends.db.url", "postgresql://db/app",
                "backends.db.options.schema", "kv"));
        StorageSettings.Draft draft = new StorageSettings.Draft();
        source.copyTo(draft);

        assertThat(draft.build().get(Settings.CALL_TIMEOUT)).isEqualTo(Duration.ofSeconds(3));
        assertThat(source.backends()).containsOnlyKeys("redis", "db");
        assertThat(settings(source, "redis").url()).isEqualTo("redis://cache");
        assertThat(settings(source, "db").options()).containsExactly(Map.entry("schema", "kv"));
    }

    @Test
    void backendsComeInTheOrderOfTheirNames() {
        PropertySource source = new PropertySource(
                Map.of("backends.c.url", "memory:", "backends.a.url", "memory:", "backends.b.url", "memory:"));

        assertThat(source.backends().keySet()).containsExactly("a", "b", "c");
    }

    private static BackendSettings settings(PropertySource source, String name) {
        return source.backends().getOrDefault(name, new BackendOptions()).settings("none", 1, Duration.ofSeconds(1));
    }

    @ParameterizedTest
    @CsvSource({"calltimeout", "call-timeout", "''", "backend.redis.url", "password"})
    void anUnknownNameIsRefusedWithTheKnownOnesAndWithoutItsText(String name) {
        String[] known = Settings.all().stream().map(Setting::name).toArray(String[]::new);

        assertThatThrownBy(() -> new PropertySource(Map.of(name, "hunter2")))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("setting '" + name + "' is not known")
                .hasMessageContaining("backends.NAME.FIELD")
                .hasMessageContainingAll(known)
                .hasMessageNotContaining("hunter2");
    }

    @ParameterizedTest
    @CsvSource({
        "backends.redis, backends.NAME.FIELD",
        "backends., backends.NAME.FIELD",
        "backends.redis., attemptTimeout",
        "backends.redis.hosts, attemptTimeout",
        "backends..url, 1 to 64 of the characters",
        "backends.Redis.url, 1 to 64 of the characters"
    })
    void anUnknownNameOfABackendIsRefusedWithWhatIsKnown(String name, String known) {
        assertThatThrownBy(() -> new PropertySource(Map.of(name, "hunter2")))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining(known)
                .hasMessageNotContaining("hunter2");
    }

    @Test
    @SuppressWarnings("NullAway") // users may have no NullAway
    void nullIsRefused() {
        Map<String, String> nullText = new HashMap<>();
        nullText.put("callTimeout", null);
        Map<String, String> nullName = new HashMap<>();
        nullName.put(null, "3s");

        assertThatThrownBy(() -> new PropertySource(nullText))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("setting 'callTimeout' must not be null");
        assertThatThrownBy(() -> new PropertySource(nullName)).isInstanceOf(InvalidSettingException.class);
        assertThatThrownBy(() -> new PropertySource(null)).isInstanceOf(InvalidSettingException.class);
    }
}
