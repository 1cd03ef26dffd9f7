package io.resilientstorage.config;

import io.resilientstorage.api.InvalidSettingException;
import java.util.Objects;

/**
 * One setting: its name, its default, its bounds and what it means. The same object serves the builder, the properties
 * and the reference page.
 *
 * @param name the name, the same in the builder and in properties
 * @param kind how its text is read and its value is judged
 * @param defaultValue what holds where the user does not say
 * @param meaning one sentence for the reference page
 * @param <T> the type of the value
 */
public record Setting<T>(String name, SettingKind<T> kind, T defaultValue, String meaning) {

    /** Refuses a default that is not legal. */
    public Setting {
        kind.check(name, defaultValue);
    }

    /**
     * Returns the value if it is legal.
     *
     * @throws InvalidSettingException if it is null or out of bounds
     */
    public T check(T value) {
        if (Objects.isNull(value)) {
            throw new InvalidSettingException(name, "is null, and must be " + kind.bounds());
        }
        return kind.check(name, value);
    }

    /**
     * Reads the text of a legal value.
     *
     * @throws InvalidSettingException if it is null, cannot be read or is out of bounds
     */
    public T parse(String text) {
        return kind.check(
                name,
                kind.parse(
                        name, InvalidSettingException.requireNonNull(name, text).strip()));
    }
}
