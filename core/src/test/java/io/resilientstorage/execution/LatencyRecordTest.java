package io.resilientstorage.execution;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LatencyRecordTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final LatencyRecord latencies = new LatencyRecord(0.95, 0);
    private long now;

    /** One second in which so many answers took so long. */
    private void second(int answers, long micros) {
        for (int i = 0; i < answers; i++) {
            latencies.record(Duration.ofNanos(micros * 1_000).toNanos(), now);
        }
    }

    private void fold() {
        now += SECOND;
        latencies.record(1, now);
    }

    @Test
    void beforeThereAreEnoughAnswersNothingIsLate() {
        second(LatencyRecord.LEAST_ANSWERS - 2, 500);
        fold();
        assertThat(latencies.lateNanos()).isEqualTo(LatencyRecord.UNKNOWN);
        second(LatencyRecord.LEAST_ANSWERS, 500);
        fold();
        assertThat(latencies.lateNanos()).isLessThan(LatencyRecord.UNKNOWN);
    }

    @ParameterizedTest
    @ValueSource(longs = {20, 100, 480, 1_000, 2_000, 33_000, 250_000, 10_000_000})
    void theQuantileIsToldToWithinAFifthAndNeverTooLow(long micros) {
        second(1_000, micros);
        fold();
        assertThat(latencies.lateNanos()).isBetween(micros * 1_000, micros * 1_250);
    }

    @Test
    void aTailBeyondTheQuantileDoesNotCountAndOneWithinItDoes() {
        second(970, 1_000);
        second(30, 400_000);
        fold();
        assertThat(latencies.lateNanos()).isLessThan(2_000_000);
        second(700, 1_000);
        second(300, 400_000);
        fold();
        assertThat(latencies.lateNanos()).isGreaterThan(400_000_000);
    }

    @Test
    void whatWasLongAgoIsForgotten() {
        second(1_000, 400_000);
        fold();
        for (int i = 0; i < 25; i++) {
            second(1_000, 1_000);
            fold();
        }
        assertThat(latencies.lateNanos()).isLessThan(2_000_000);
    }

    @Test
    void everyDurationHasABucketThatBeginsAtOrBeforeIt() {
        for (long nanos = 1; nanos > 0 && nanos < Long.MAX_VALUE / 3; nanos = nanos * 3 / 2 + 1) {
            int bucket = LatencyRecord.bucket(nanos);
            assertThat(bucket).isBetween(0, 87);
            boolean inside = nanos >= LatencyRecord.lowerEnd(0) && nanos < LatencyRecord.lowerEnd(88);
            assertThat(!inside
                            || (LatencyRecord.lowerEnd(bucket) <= nanos && nanos < LatencyRecord.lowerEnd(bucket + 1)))
                    .as("%d ns in bucket %d", nanos, bucket)
                    .isTrue();
        }
        assertThat(LatencyRecord.bucket(0)).isZero();
        assertThat(LatencyRecord.bucket(-5)).isZero();
    }
}
