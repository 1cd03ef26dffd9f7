package io.resilientstorage.config;

import io.resilientstorage.api.InvalidSettingException;
import java.util.HashMap;
import java.util.Map;

/** The values of all {@link Settings} of one storage, checked. Immutable. */
public final class StorageSettings {

    /** All defaults. */
    public static final StorageSettings DEFAULTS = new StorageSettings(Map.of());

    private final Map<Setting<?>, Object> values;

    private StorageSettings(Map<Setting<?>, Object> values) {
        this.values = Map.copyOf(values);
        if (get(Settings.CIRCUIT_BREAKER_INITIAL_RESET).compareTo(get(Settings.CIRCUIT_BREAKER_RESET)) > 0) {
            throw new InvalidSettingException(
                    Settings.CIRCUIT_BREAKER_INITIAL_RESET.name(),
                    "is "
                            + DurationText.format(get(Settings.CIRCUIT_BREAKER_INITIAL_RESET))
                            + ", and must not be longer than circuitBreakerReset, "
                            + DurationText.format(get(Settings.CIRCUIT_BREAKER_RESET)));
        }
    }

    /** The value of a setting: the user's, or its default. */
    @SuppressWarnings("unchecked") // Draft.set is the only writer, and it takes a value of the setting's own type
    public <T> T get(Setting<T> setting) {
        return (T) values.getOrDefault(setting, setting.defaultValue());
    }

    /** Collects values. Not for use by several threads. */
    public static final class Draft {

        private final Map<Setting<?>, Object> values = new HashMap<>();

        /** Sets a value; {@link InvalidSettingException} if it is not legal. */
        public <T> Draft set(Setting<T> setting, T value) {
            values.put(setting, setting.check(value));
            return this;
        }

        /** Sets a value from its text; {@link InvalidSettingException} if it is not legal. */
        public Draft parse(Setting<?> setting, String text) {
            values.put(setting, setting.parse(text));
            return this;
        }

        /** The values, with defaults for the rest; {@link InvalidSettingException} if they contradict each other. */
        public StorageSettings build() {
            return new StorageSettings(values);
        }
    }
}
