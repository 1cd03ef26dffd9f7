package io.resilientstorage.config;

import io.resilientstorage.api.InvalidSettingException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * How a setting's text is read and its value is judged.
 *
 * @param <T> the type of the value
 */
public sealed interface SettingKind<T> {

    /** Reads a text; throws {@link InvalidSettingException} if it cannot. */
    T parse(String setting, String text);

    /** Returns the value, or throws {@link InvalidSettingException} if it is out of bounds. */
    T check(String setting, T value);

    /** The value as {@link #parse} reads it. */
    String format(T value);

    /** The legal values, for the reference page. */
    String bounds();

    /**
     * A duration with its unit.
     *
     * @param min the shortest legal one
     * @param max the longest legal one
     */
    record OfDuration(Duration min, Duration max) implements SettingKind<Duration> {
        @Override
        public Duration parse(String setting, String text) {
            return DurationText.parse(text)
                    .orElseThrow(() -> new InvalidSettingException(
                            setting,
                            "is '" + text + "', which is not a duration such as " + DurationText.EXAMPLES
                                    + ", and must be " + bounds()));
        }

        @Override
        public Duration check(String setting, Duration value) {
            if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
                throw new InvalidSettingException(setting, "is " + format(value) + ", and must be " + bounds());
            }
            return value;
        }

        @Override
        public String format(Duration value) {
            return DurationText.format(value);
        }

        @Override
        public String bounds() {
            return format(min) + " to " + format(max);
        }
    }

    /**
     * A whole number.
     *
     * @param min the least legal one
     * @param max the greatest legal one
     */
    record OfNumber(long min, long max) implements SettingKind<Long> {
        @Override
        public Long parse(String setting, String text) {
            try {
                return Long.parseLong(text.replace("_", ""));
            } catch (NumberFormatException e) {
                throw new InvalidSettingException(
                        setting, "is '" + text + "', which is not a whole number, and must be " + bounds());
            }
        }

        @Override
        public Long check(String setting, Long value) {
            if (value < min || value > max) {
                throw new InvalidSettingException(setting, "is " + value + ", and must be " + bounds());
            }
            return value;
        }

        @Override
        public String format(Long value) {
            return Long.toString(value);
        }

        @Override
        public String bounds() {
            return min + " to " + max;
        }
    }

    /** Yes or no. */
    record OfSwitch() implements SettingKind<Boolean> {
        @Override
        public Boolean parse(String setting, String text) {
            return switch (text.toLowerCase(Locale.ROOT)) {
                case "true" -> true;
                case "false" -> false;
                default -> throw new InvalidSettingException(setting, "is '" + text + "', and must be " + bounds());
            };
        }

        @Override
        public Boolean check(String setting, Boolean value) {
            return value;
        }

        @Override
        public String format(Boolean value) {
            return value.toString();
        }

        @Override
        public String bounds() {
            return "true or false";
        }
    }

    /**
     * One of some words.
     *
     * @param type the enumeration of the words
     * @param <E> the same
     */
    record OfChoice<E extends Enum<E>>(Class<E> type) implements SettingKind<E> {
        @Override
        public E parse(String setting, String text) {
            String wanted = text.toUpperCase(Locale.ROOT).replace('-', '_');
            return Arrays.stream(type.getEnumConstants())
                    .filter(constant -> constant.name().equals(wanted))
                    .findFirst()
                    .orElseThrow(() ->
                            new InvalidSettingException(setting, "is '" + text + "', and must be one of " + bounds()));
        }

        @Override
        public E check(String setting, E value) {
            return value;
        }

        @Override
        public String format(E value) {
            return value.name();
        }

        @Override
        public String bounds() {
            return Arrays.stream(type.getEnumConstants()).map(Enum::name).collect(Collectors.joining(", "));
        }
    }

    /**
     * The name of a backend, or a word in its place. Which names there are is looked at when the storage is built.
     *
     * @param word what may stand there if no backend is meant
     */
    record OfBackend(String word) implements SettingKind<String> {

        private static final Pattern NAME = Pattern.compile("[a-z0-9._-]{1,64}");

        @Override
        public String parse(String setting, String text) {
            return text;
        }

        @Override
        public String check(String setting, String value) {
            if (!NAME.matcher(value).matches()) {
                throw new InvalidSettingException(setting, "is '" + value + "', and must be " + bounds());
            }
            return value;
        }

        @Override
        public String format(String value) {
            return value;
        }

        @Override
        public String bounds() {
            return "the name of a backend, or " + word;
        }
    }
}
