package io.resilientstorage.config;

import io.resilientstorage.config.SettingKind.OfBackend;
import io.resilientstorage.config.SettingKind.OfChoice;
import io.resilientstorage.config.SettingKind.OfDuration;
import io.resilientstorage.config.SettingKind.OfNumber;
import io.resilientstorage.config.SettingKind.OfSwitch;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/** Values and texts of each kind of setting, legal and not. */
public final class Samples {

    private Samples() {}

    /** Legal values: the bounds, and something else than the default. */
    public static <T> List<T> legal(Setting<T> setting) {
        return legal(setting.kind()).toList();
    }

    @SuppressWarnings("unchecked") // each kind has values of one type
    private static <T> Stream<T> legal(SettingKind<T> kind) {
        if (kind instanceof OfDuration durations) {
            return (Stream<T>) Stream.of(durations.min(), durations.min().plusMillis(1), durations.max());
        } else if (kind instanceof OfNumber numbers) {
            return (Stream<T>) Stream.of(numbers.min(), numbers.min() + 1, numbers.max());
        } else if (kind instanceof OfSwitch) {
            return (Stream<T>) Stream.of(true, false);
        } else if (kind instanceof OfBackend) {
            return (Stream<T>) Stream.of("first", "redis", "a.b_c-1");
        } else {
            return (Stream<T>) Arrays.stream(((OfChoice<?>) kind).type().getEnumConstants());
        }
    }

    /** A legal value that is not the default. */
    public static <T> T other(Setting<T> setting) {
        return legal(setting).stream()
                .filter(value -> !value.equals(setting.defaultValue()))
                .findFirst()
                .orElseThrow();
    }

    /** Values below the least and above the greatest. */
    @SuppressWarnings("unchecked") // each kind has values of one type
    static <T> List<T> outOfBounds(Setting<T> setting) {
        Stream<?> values = Stream.of();
        if (setting.kind() instanceof OfDuration durations) {
            values = Stream.of(
                    durations.min().minusNanos(1),
                    durations.max().plusNanos(1),
                    Duration.ofSeconds(-1),
                    Duration.ofSeconds(Long.MIN_VALUE),
                    ChronoUnit.FOREVER.getDuration());
        } else if (setting.kind() instanceof OfNumber numbers) {
            values = Stream.of(numbers.min() - 1, numbers.max() + 1, -1L, Long.MIN_VALUE, Long.MAX_VALUE);
        }
        return (List<T>) values.toList();
    }

    /** Texts that are no values. */
    static List<String> unreadable(Setting<?> setting) {
        if (setting.kind() instanceof OfDuration) {
            return List.of(
                    "", "soon", "30", "0", "1.5s", "5 weeks", "s", "PT", "99999999999999999999s", "999999999999999d");
        } else if (setting.kind() instanceof OfNumber) {
            return List.of("", "many", "1.5", "1e3", "10k", "0x10", "_", "9223372036854775808");
        } else if (setting.kind() instanceof OfSwitch) {
            return List.of("", "yes", "on", "1", "truee");
        } else if (setting.kind() instanceof OfBackend) {
            return List.of("", "Redis", "my redis", "a".repeat(65));
        } else {
            return List.of("", "fastest", "fail over", "0");
        }
    }
}
