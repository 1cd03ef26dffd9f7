package io.resilientstorage.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.breaker.CircuitBreaker;
import io.resilientstorage.breaker.CircuitBreakerBuilder;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class CircuitBreakerSettingsTest {

    @ParameterizedTest
    @MethodSource("badSettings")
    void aBadSettingIsRefusedWithItsNameItsValueAndTheBound(
            String setting, Consumer<CircuitBreakerBuilder> change, String bound, String value) {
        CircuitBreakerBuilder builder = CircuitBreaker.builder("a");
        change.accept(builder);

        assertThatThrownBy(builder::build)
                .isInstanceOfSatisfying(
                        InvalidSettingException.class,
                        e -> assertThat(e.setting()).isEqualTo(setting))
                .hasMessageContaining(bound)
                .hasMessageEndingWith("but is " + value);
    }

    static Stream<Arguments> badSettings() {
        return Stream.of(
                bad("circuitBreakerThreshold", b -> b.threshold(0), "from 1 to 1000000", "0"),
                bad("circuitBreakerThreshold", b -> b.threshold(1_000_001), "from 1 to 1000000", "1000001"),
                bad("circuitBreakerFailureRate", b -> b.failureRate(0), "above 0 and at most 1", "0.0"),
                bad("circuitBreakerFailureRate", b -> b.failureRate(Double.NaN), "above 0 and at most 1", "NaN"),
                bad("circuitBreakerSlowCallRate", b -> b.slowCallRate(1.01), "above 0 and at most 1", "1.01"),
                bad(
                        "circuitBreakerSlowCallDuration",
                        b -> b.slowCallDuration(Duration.ZERO),
                        "from PT0.001S to PT24H",
                        "PT0S"),
                bad("circuitBreakerMinimumCalls", b -> b.minimumCalls(-1), "from 1 to 1000000", "-1"),
                bad("circuitBreakerWindow", b -> b.window(Duration.ofMillis(99)), "from PT0.1S to PT1H", "PT0.099S"),
                bad(
                        "circuitBreakerInitialReset",
                        b -> b.initialReset(Duration.ofSeconds(-1)),
                        "from PT0.001S to PT24H",
                        "PT-1S"),
                bad("circuitBreakerReset", b -> b.reset(Duration.ofDays(2)), "from PT0.001S to PT24H", "PT48H"),
                bad("circuitBreakerReset", b -> b.reset(Duration.ofSeconds(4)), "at least", "PT4S"),
                bad("circuitBreakerTrials", b -> b.trials(0), "from 1 to 1000", "0"),
                bad("circuitBreakerTrialSuccesses", b -> b.trialSuccesses(1_001), "from 1 to 1000", "1001"),
                bad("circuitBreakerPermitLife", b -> b.permitLife(Duration.ZERO), "from PT0.001S to PT24H", "PT0S"));
    }

    private static Arguments bad(String setting, Consumer<CircuitBreakerBuilder> change, String bound, String value) {
        return Arguments.of(setting, change, bound, value);
    }

    @Test
    void aBlankNameIsRefused() {
        assertThatThrownBy(() -> CircuitBreaker.builder(" "))
                .isInstanceOf(InvalidSettingException.class)
                .hasMessageContaining("'name'");
    }

    @Test
    void theDefaultsAreThoseOfTheContract() {
        CircuitBreakerSettings defaults = CircuitBreakerSettings.defaults();

        assertThat(defaults.threshold()).isEqualTo(5);
        assertThat(defaults.initialReset()).isEqualTo(Duration.ofSeconds(5));
        assertThat(defaults.reset()).isEqualTo(Duration.ofSeconds(60));
        assertThat(defaults.failureRate()).isEqualTo(0.5);
        assertThat(defaults.minimumCalls()).isEqualTo(20);
        assertThat(defaults.window()).isEqualTo(Duration.ofSeconds(10));
        assertThat(defaults.slowCallDuration()).isEmpty();
        assertThat(CircuitBreakerSettings.of(5, Duration.ofSeconds(5), Duration.ofSeconds(60)))
                .isEqualTo(defaults);
    }

    @Test
    void theOrderInWhichDelaysAreSetDoesNotMatter() {
        CircuitBreakerBuilder builder = CircuitBreaker.builder("a")
                .reset(Duration.ofSeconds(2))
                .initialReset(Duration.ofSeconds(1))
                .threshold(1);

        assertThat(builder.build().allowsCalls()).isTrue();
    }
}
