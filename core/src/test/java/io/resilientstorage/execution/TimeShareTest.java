package io.resilientstorage.execution;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One attempt leaves time for those after it. In milliseconds here; the unit does not matter. */
class TimeShareTest {

    @ParameterizedTest(name = "{0} left, {1} of its own, {2} for later ones: {3}")
    @CsvSource({
        "2000, 250, 1000, 250",
        "1750, 1000, 0, 1000",
        "1250, 250, 1000, 250",
        "1249, 250, 1000, 249",
        "2000, 1000, 2000, 666",
        "1333, 1000, 1000, 666",
        "667, 1000, 0, 667",
        "2000, 30000, 1000, 1935",
        "200, 250, 1000, 40",
        "0, 250, 1000, 0",
        "-5, 250, 0, -5",
        "3600000, 3600000, 0, 3600000",
    })
    void eachGetsItsOwnTimeOutWhereAllFitAndItsPartWhereTheyDoNot(long left, long own, long later, long share) {
        assertThat(TimeShare.nanos(left, own, later)).isEqualTo(share);
    }
}
