package io.resilientstorage.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationTextTest {

    @ParameterizedTest
    @CsvSource({
        "250ms, PT0.25S",
        "30s, PT30S",
        "5m, PT5M",
        "24h, PT24H",
        "7d, PT168H",
        "0s, PT0S",
        "30 s, PT30S",
        "5M, PT5M",
        "PT30S, PT30S",
        "pt1m, PT1M",
        "P1D, PT24H",
        "-PT5S, PT-5S"
    })
    void whatPeopleWriteIsRead(String text, Duration duration) {
        assertThat(DurationText.parse(text)).contains(duration);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "0", "30", "-5s", "1.5s", "5min", "s", "5s 3ms", "٣s", "1000000000000000ms"})
    void whatHasNoUnitOrIsNoDurationIsNotRead(String text) {
        assertThat(DurationText.parse(text)).isEmpty();
    }

    static Stream<Duration> durations() {
        return Stream.of(
                Duration.ZERO,
                Duration.ofNanos(1),
                Duration.ofNanos(1_500_000),
                Duration.ofMillis(1),
                Duration.ofMillis(1_500),
                Duration.ofSeconds(90),
                Duration.ofHours(25),
                Duration.ofDays(36_500),
                Duration.ofMillis(999_999_999_999_999L),
                Duration.ofMillis(1_000_000_000_000_000L),
                Duration.ofSeconds(-3),
                Duration.ofSeconds(Long.MIN_VALUE),
                ChronoUnit.FOREVER.getDuration());
    }

    @ParameterizedTest
    @MethodSource("durations")
    void everyTextThatIsWrittenIsReadBack(Duration duration) {
        assertThat(DurationText.parse(DurationText.format(duration))).contains(duration);
    }

    @ParameterizedTest
    @CsvSource({"PT0S, 0s", "PT0.25S, 250ms", "PT30S, 30s", "PT90S, 90s", "PT60M, 1h", "PT24H, 1d", "PT25H, 25h"})
    void theShortestTextIsWritten(Duration duration, String text) {
        assertThat(DurationText.format(duration)).isEqualTo(text);
    }
}
