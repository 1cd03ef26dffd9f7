package io.resilientstorage.health;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LatencyRuleTest {

    private final LatencyRule rule = new LatencyRule(Duration.ofMillis(120), Duration.ofMillis(250));

    @ParameterizedTest
    @CsvSource({
        "0, false, false",
        "119, false, false",
        "120, false, true",
        "900, false, true",
        "89, true, false",
        "90, true, true",
        "120, true, true"
    })
    void slowBeginsAtTheBoundAndEndsAQuarterBelowIt(long tookMillis, boolean before, boolean slow) {
        assertThat(rule.isSlow(Duration.ofMillis(tookMillis), before)).isEqualTo(slow);
    }

    @Test
    void aLatencyThatWaversAroundTheBoundDoesNotWaverTheJudgement() {
        boolean slow = false;
        int changes = 0;
        for (int millis : new int[] {119, 121, 118, 122, 110, 125, 100, 130}) {
            boolean next = rule.isSlow(Duration.ofMillis(millis), slow);
            changes += next == slow ? 0 : 1;
            slow = next;
        }
        assertThat(changes).isEqualTo(1);
    }

    @Test
    void aProbeIsInTimeAQuarterBelowWhatACallMayTake() {
        assertThat(rule.isInTime(Duration.ofMillis(187))).isTrue();
        assertThat(rule.isInTime(Duration.ofMillis(188))).isFalse();
    }

    @Test
    void whereSlownessCountsForNothingNothingIsSlow() {
        LatencyRule never = new LatencyRule(Duration.ofNanos(Long.MAX_VALUE), Duration.ofSeconds(1));

        assertThat(never.isSlow(Duration.ofHours(1), false)).isFalse();
        assertThat(never.isSlow(Duration.ofHours(1), true)).isFalse();
    }

    @Test
    void theCauseNamesTheLatencyAndTheBound() {
        assertThat(rule.describe(Duration.ofMillis(180))).contains("180 ms").contains("120 ms");
    }
}
