package io.resilientstorage.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.Recovery.Step;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How long the rest of a recovery takes. */
class RecoveryTest {

    private static Optional<Duration> remaining(long left, double perSecond) {
        return Recovery.at(Step.CATCHING_UP, left, perSecond).remaining();
    }

    @Test
    void theRestTakesWhatIsLeftByTheRateRoundedUp() {
        assertThat(remaining(100_000, 50_000)).contains(Duration.ofSeconds(2));
        assertThat(remaining(1, 3)).contains(Duration.ofMillis(334));
        assertThat(remaining(0, 10)).contains(Duration.ZERO);
    }

    @Test
    void withoutARateNobodyKnows() {
        assertThat(remaining(100_000, 0)).isEmpty();
    }

    @Test
    void whatIsNotKnownIsNotTold() {
        Recovery recovery = Recovery.without(Step.REBUILDING, 1_000);
        assertThat(recovery.left()).isEmpty();
        assertThat(recovery.remaining()).isEmpty();
    }

    @Test
    void noTimeIsTooLongToBeTold() {
        assertThat(remaining(Long.MAX_VALUE, Double.MIN_VALUE)).contains(Duration.ofDays(365));
        assertThat(remaining(Long.MAX_VALUE, 1)).contains(Duration.ofDays(365));
        assertThat(remaining(1, Double.POSITIVE_INFINITY)).contains(Duration.ZERO);
    }

    @Test
    void whatIsNegativeOrNoNumberIsRefused() {
        assertThatThrownBy(() -> remaining(-1, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> remaining(1, -0.1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> remaining(1, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
    }
}
