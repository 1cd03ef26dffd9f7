package io.resilientstorage.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.benchmarks.load.CallLog.Outcome;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class CallsTest {

    private static final long MILLI = 1_000_000;

    private final CallLog one = new CallLog(10);
    private final CallLog other = new CallLog(10);
    private final Calls calls = new Calls(List.of(one, other));

    @Test
    void aCallThatWasUnderWayAtTheFaultCounts() {
        add(one, 0, 9, Outcome.REDIS);
        add(one, 9, 250, Outcome.ELSEWHERE);
        add(other, 20, 30, Outcome.ELSEWHERE);
        add(other, 1100, 1101, Outcome.ELSEWHERE);

        Latencies second = calls.underWay(10 * MILLI, 1010 * MILLI);
        assertThat(second.count()).isEqualTo(2);
        assertThat(second.longestMillis()).isEqualTo(241);
        assertThat(calls.underWay(10 * MILLI, 10 * MILLI).count()).isEqualTo(1);
        assertThat(calls.begunIn(10 * MILLI, 1010 * MILLI).count()).isEqualTo(1);
    }

    @Test
    void theFirstSuccessElsewhereIsTheEarliestEndOfAllThreads() {
        add(one, 0, 300, Outcome.ELSEWHERE);
        add(other, 20, 30, Outcome.FAILED);
        add(other, 30, 40, Outcome.REDIS);
        add(other, 40, 50, Outcome.ELSEWHERE);

        assertThat(calls.firstElsewhere(10 * MILLI)).hasValue(50 * MILLI);
        assertThat(calls.firstElsewhere(60 * MILLI)).hasValue(300 * MILLI);
        assertThat(calls.firstElsewhere(300 * MILLI)).isEmpty();
    }

    @Test
    void callsAndFailuresOfAllThreadsAreCounted() {
        add(one, 0, 1, Outcome.FAILED);
        add(other, 0, 1, Outcome.REDIS);
        add(other, 1, 2, Outcome.FAILED);

        assertThat(calls.count()).isEqualTo(3);
        assertThat(calls.failed()).isEqualTo(2);
    }

    @Test
    void itIsToldWhyTheFirstCallsFailedAndNotForEachOfThem() {
        for (int i = 0; i < 9; i++) {
            one.addFailed(0, MILLI, new IllegalStateException("reason " + i % 2));
        }
        other.addFailed(0, MILLI, new IllegalStateException("reason 7"));

        assertThat(calls.failed()).isEqualTo(10);
        assertThat(calls.whyFailed())
                .containsExactly(
                        "java.lang.IllegalStateException: reason 0",
                        "java.lang.IllegalStateException: reason 1",
                        "java.lang.IllegalStateException: reason 7");
    }

    @Test
    void theFirstThatTookSoLongIsFound() {
        add(one, 0, 250, Outcome.ELSEWHERE);
        add(one, 300, 550, Outcome.ELSEWHERE);

        assertThat(calls.firstEndOfAtLeast(200 * MILLI, 10 * MILLI)).hasValue(250 * MILLI);
        assertThat(calls.firstEndOfAtLeast(251 * MILLI, 10 * MILLI)).isEmpty();
    }

    @Test
    void percentilesAreExact() {
        Latencies latencies = new Latencies(List.of(
                LongStream.rangeClosed(501, 1000).map(i -> i * MILLI).toArray(),
                LongStream.rangeClosed(1, 500).map(i -> i * MILLI).toArray()));

        assertThat(latencies.millis(0.5)).isEqualTo(500);
        assertThat(latencies.millis(0.99)).isEqualTo(990);
        assertThat(latencies.millis(0.999)).isEqualTo(999);
        assertThat(latencies.longestMillis()).isEqualTo(1000);
        assertThat(new Latencies(List.of()).longestMillis()).isZero();
        assertThatThrownBy(() -> latencies.millis(0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static void add(CallLog log, long beginMillis, long endMillis, Outcome outcome) {
        log.add(beginMillis * MILLI, endMillis * MILLI, outcome);
    }
}
