package io.resilientstorage.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** When a better backend may become active again. */
class FailbackRuleTest {

    @ParameterizedTest(name = "delay {0} s, well for {1} ms, {2} good probes, {3} flaps: {4}")
    @CsvSource({
        "10, 10000, 3, 0, true",
        "10, 9999, 3, 0, false",
        "10, 10000, 2, 0, false",
        "10, 60000, 2, 0, false",
        "10, 0, 100, 0, false",
        "10, 19999, 100, 1, false",
        "10, 20000, 3, 1, true",
        "0, 0, 1, 0, true",
        "0, 0, 0, 0, false",
        "0, 0, 1, 30, true",
        "600, 599999, 9, 3, false",
        "600, 600000, 9, 3, true",
    })
    void itTakesTheDelayAndThreeGoodProbes(long delay, long wellFor, int good, int flaps, boolean ready) {
        FailbackRule rule = new FailbackRule(Duration.ofSeconds(delay));

        assertThat(rule.isReady(Duration.ofMillis(wellFor), good, flaps)).isEqualTo(ready);
    }

    @ParameterizedTest(name = "{0} flaps: {1} s")
    @CsvSource({"0, 10", "1, 20", "2, 40", "3, 80", "4, 160", "5, 300", "6, 300", "30, 300"})
    void eachFlapDoublesTheDelayUpToFiveMinutes(int flaps, long seconds) {
        assertThat(new FailbackRule(Duration.ofSeconds(10)).delayAfter(flaps)).isEqualTo(Duration.ofSeconds(seconds));
    }

    @Test
    void aDelayThatIsLongerThanThatIsNotShortened() {
        FailbackRule rule = new FailbackRule(Duration.ofMinutes(20));

        assertThat(rule.delayAfter(0)).isEqualTo(Duration.ofMinutes(20));
        assertThat(rule.delayAfter(5)).isEqualTo(Duration.ofMinutes(20));
    }
}
