package io.resilientstorage.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.InvalidSettingException;
import java.lang.reflect.Modifier;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsTest {

    static List<Setting<?>> all() {
        return Settings.all();
    }

    @Test
    void everyConstantIsListedOnce() {
        List<Setting<?>> constants = Arrays.stream(Settings.class.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()))
                .<Setting<?>>map(field -> {
                    try {
                        return (Setting<?>) field.get(null);
                    } catch (IllegalAccessException e) {
                        throw new AssertionError(e);
                    }
                })
                .toList();

        assertThat(Settings.all()).containsExactlyElementsOf(constants);
        assertThat(Settings.all()).extracting(Setting::name).doesNotHaveDuplicates();
    }

    @Test
    void theDefaultsAreThoseOfTheContract() {
        StorageSettings defaults = StorageSettings.DEFAULTS;

        assertThat(defaults.get(Settings.STRATEGY)).isEqualTo(Strategy.FAILOVER);
        assertThat(defaults.get(Settings.CALL_TIMEOUT)).isEqualTo(Duration.ofSeconds(2));
        assertThat(defaults.get(Settings.MAX_VALUE_BYTES)).isEqualTo(1 << 20);
        assertThat(defaults.get(Settings.HEALTH_CHECK_INTERVAL)).isEqualTo(Duration.ofSeconds(30));
        assertThat(defaults.get(Settings.HEALTH_CHECK_RETRY_INTERVAL)).isEqualTo(Duration.ofSeconds(1));
        assertThat(defaults.get(Settings.CIRCUIT_BREAKER_THRESHOLD)).isEqualTo(5);
        assertThat(defaults.get(Settings.CIRCUIT_BREAKER_INITIAL_RESET)).isEqualTo(Duration.ofSeconds(5));
        assertThat(defaults.get(Settings.CIRCUIT_BREAKER_RESET)).isEqualTo(Duration.ofSeconds(60));
        assertThat(defaults.get(Settings.FAILBACK_DELAY)).isEqualTo(Duration.ofSeconds(10));
        assertThat(defaults.get(Settings.MEMORY)).isTrue();
        assertThat(defaults.get(Settings.TOMBSTONE_LIFE)).isEqualTo(Duration.ofHours(24));
    }

    @ParameterizedTest
    @MethodSource("all")
    <T> void everyLegalValueIsTakenAndItsTextIsReadBack(Setting<T> setting) {
        assertThat(setting.check(setting.defaultValue())).isEqualTo(setting.defaultValue());
        assertThat(setting.parse(setting.kind().format(setting.defaultValue()))).isEqualTo(setting.defaultValue());
        assertThat(Samples.legal(setting)).isNotEmpty().allSatisfy(value -> {
            assertThat(setting.check(value)).isEqualTo(value);
            assertThat(setting.parse(" " + setting.kind().format(value) + "\n")).isEqualTo(value);
        });
    }

    @ParameterizedTest
    @MethodSource("all")
    <T> void aValueOutOfBoundsIsRefusedByValueAndByText(Setting<T> setting) {
        assertThat(Samples.outOfBounds(setting)).allSatisfy(value -> {
            String text = setting.kind().format(value);
            assertRefused(
                    setting,
                    () -> setting.check(value),
                    "is " + text + ",",
                    setting.kind().bounds());
            assertRefused(
                    setting,
                    () -> setting.parse(text),
                    "is " + text + ",",
                    setting.kind().bounds());
        });
    }

    @ParameterizedTest
    @MethodSource("all")
    void aTextThatIsNoValueIsRefused(Setting<?> setting) {
        assertThat(Samples.unreadable(setting))
                .allSatisfy(text -> assertRefused(
                        setting,
                        () -> setting.parse(text),
                        "is '" + text + "',",
                        setting.kind().bounds()));
    }

    @ParameterizedTest
    @MethodSource("all")
    @SuppressWarnings("NullAway") // users may have no NullAway
    void nullIsRefused(Setting<?> setting) {
        assertRefused(
                setting, () -> setting.check(null), "is null,", setting.kind().bounds());
        assertRefused(setting, () -> setting.parse(null), "must not be null");
    }

    @ParameterizedTest
    @MethodSource("all")
    void everySettingHasAMeaningOfOneSentence(Setting<?> setting) {
        assertThat(setting.meaning()).matches("[A-Z].*[.]");
    }

    @Test
    void aDefaultThatIsNotLegalIsRefused() {
        assertThatThrownBy(() -> new Setting<>("n", new SettingKind.OfNumber(1, 2), 3L, "A number."))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("'n' is 3, and must be 1 to 2");
    }

    @Test
    void theFirstResetDelayMayNotBeLongerThanTheLongest() {
        StorageSettings.Draft draft = new StorageSettings.Draft()
                .set(Settings.CIRCUIT_BREAKER_RESET, Duration.ofSeconds(4))
                .set(Settings.CIRCUIT_BREAKER_INITIAL_RESET, Duration.ofSeconds(5));

        assertThatThrownBy(draft::build)
                .isInstanceOf(InvalidSettingException.class)
                .hasMessage("setting 'circuitBreakerInitialReset' is 5s, and must not be longer than"
                        + " circuitBreakerReset, 4s");
    }

    private static void assertRefused(Setting<?> setting, ThrowingCallable call, String... parts) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        InvalidSettingException.class,
                        e -> assertThat(e.setting()).isEqualTo(setting.name()))
                .hasMessageContaining("'" + setting.name() + "'")
                .hasMessageContainingAll(parts);
    }
}
