package io.resilientstorage.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** How far another machine's clock is ahead, by samples of different exactness. */
class ClockOffsetTest {

    private static final long LOCAL = 1_700_000_000_000L;

    private final ClockOffset offset = new ClockOffset();
    private long nanos = Long.MAX_VALUE - 1_000_000_000L;

    /** A reply after a round trip; the server read its clock at some part of it. */
    private void sample(long trueOffset, long roundTripMillis, double readAt) {
        long server = Math.round(LOCAL - roundTripMillis * (1 - readAt)) + trueOffset;
        offset.sample(server, LOCAL, roundTripMillis * 1_000_000, nanos);
    }

    private void pass(Duration time) {
        nanos += time.toNanos();
    }

    @Test
    void nothingIsKnownWithoutASample() {
        assertThat(offset.millis()).isEmpty();
    }

    @Test
    void theServersReadingIsTakenToBeFromTheMiddleOfTheRoundTrip() {
        sample(5_000, 100, 0.5);

        assertThat(offset.millis()).contains(5_000L);
    }

    @Test
    void theErrorIsAtMostHalfTheRoundTrip() {
        sample(-300, 100, 0);
        assertThat(offset.millis().orElseThrow()).isBetween(-351L, -249L);

        ClockOffsetTest other = new ClockOffsetTest();
        other.sample(-300, 100, 1);
        assertThat(other.offset.millis().orElseThrow()).isBetween(-351L, -249L);
    }

    @Test
    void aMoreExactSampleReplacesALessExactOne() {
        sample(1_000, 400, 0);
        sample(1_000, 2, 0.5);

        assertThat(offset.millis()).contains(1_000L);
    }

    @Test
    void aLessExactSampleChangesNothingAsLongAsItAgrees() {
        sample(1_000, 2, 0.5);
        sample(1_000, 400, 1);

        assertThat(offset.millis()).contains(1_000L);
    }

    @Test
    void anEstimateGrowsOldSoThatALessExactSampleReplacesItAtLast() {
        sample(1_000, 2, 0.5);
        pass(Duration.ofHours(1));
        // 100 millionths of an hour are 360 ms; the clocks may have come apart by that.
        sample(1_200, 300, 0.5);

        assertThat(offset.millis()).contains(1_200L);
    }

    @Test
    void aSampleThatContradictsMeansThatAClockWasStepped() {
        sample(0, 2, 0.5);
        sample(-3_600_000, 400, 0.5);

        assertThat(offset.millis()).contains(-3_600_000L);
    }

    @Test
    void aSampleAfterAPauseOfThisProcessDoesNotContradict() {
        sample(0, 2, 0.5);
        // The reply was there at once; this process read it 5 s later.
        offset.sample(LOCAL - 5_000, LOCAL, 5_000_000_000L, nanos);

        assertThat(offset.millis()).contains(0L);
    }

    @Test
    void monotonicTimeMayRunOver() {
        sample(7, 2, 0.5);
        pass(Duration.ofSeconds(10));
        sample(8, 2, 0.5);

        assertThat(offset.millis()).contains(8L);
    }
}
