package io.resilientstorage.health;

import static io.resilientstorage.api.Health.DEGRADED;
import static io.resilientstorage.api.Health.HEALTHY;
import static io.resilientstorage.api.Health.UNHEALTHY;
import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Health;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two probes in a row with the same outcome change the verdict; the first counts at once. */
class HealthVerdictTest {

    private static Health health(char letter) {
        return switch (letter) {
            case 'H' -> HEALTHY;
            case 'D' -> DEGRADED;
            default -> UNHEALTHY;
        };
    }

    private static String verdicts(String outcomes) {
        List<HealthVerdict> verdicts = new ArrayList<>();
        for (int at = 0; at < outcomes.length(); at++) {
            char letter = outcomes.charAt(at);
            verdicts.add(
                    verdicts.isEmpty()
                            ? HealthVerdict.first(health(letter))
                            : verdicts.get(verdicts.size() - 1).next(health(letter)));
        }
        StringBuilder letters = new StringBuilder();
        verdicts.forEach(verdict -> letters.append(verdict.health().name().charAt(0)));
        return letters.toString().toUpperCase(Locale.ROOT);
    }

    /** The outcomes of probes, H, D or U, and the verdict after each. */
    @ParameterizedTest
    @CsvSource({
        "H, H",
        "U, U",
        "D, D",
        "HUH, HHH",
        "HUU, HHU",
        "HUUH, HHUU",
        "HUUHH, HHUUH",
        "HUUHUH, HHUUUU",
        "HDD, HHD",
        "HDUDU, HHHHH",
        "HDUU, HHHU",
        "HUUDD, HHUUD",
        "UUU, UUU",
        "UH, UH",
        "DH, DH",
        "UDDH, UUDH",
        "UHU, UHH",
        "UHUU, UHHU",
        "UHUUH, UHHUU",
    })
    void aVerdictTakesTwoThatAgreeSaveTheFirstOneAndTheFirstGoodOne(String outcomes, String verdicts) {
        assertThat(verdicts(outcomes)).isEqualTo(verdicts);
    }

    @Test
    void itIsSettledWhenTheLastProbeAgreesWithIt() {
        HealthVerdict healthy = HealthVerdict.first(HEALTHY);

        assertThat(healthy.isSettled()).isTrue();
        assertThat(healthy.next(UNHEALTHY).isSettled()).isFalse();
        assertThat(healthy.next(UNHEALTHY).next(UNHEALTHY).isSettled()).isTrue();
        assertThat(healthy.next(UNHEALTHY).next(HEALTHY).isSettled()).isTrue();
    }

    @Test
    void whatSomebodyElseRevisedTakesTwoProbesToRevise() {
        HealthVerdict healthy = HealthVerdict.first(HEALTHY).next(HEALTHY);

        assertThat(healthy.unlessRevised(HEALTHY)).isSameAs(healthy);
        HealthVerdict revised = healthy.unlessRevised(DEGRADED);
        assertThat(revised.health()).isEqualTo(DEGRADED);
        assertThat(revised.next(HEALTHY).health()).isEqualTo(DEGRADED);
        assertThat(revised.next(HEALTHY).next(HEALTHY).health()).isEqualTo(HEALTHY);
    }
}
