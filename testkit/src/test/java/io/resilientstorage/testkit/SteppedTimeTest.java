package io.resilientstorage.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.time.ReferenceClock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SteppedTimeTest {

    private final SteppedTime time = new SteppedTime();

    @AfterEach
    void close() {
        time.close();
    }

    @Test
    void theWallClockStepsAndDurationsDoNotNotice() {
        ReferenceClock reference = new ReferenceClock(time.clock());
        long wall = time.clock().wallMillis();
        long nanos = time.clock().nanos();
        long shared = reference.millis();
        time.stepWallClock(Duration.ofDays(10));
        time.stepWallClock(Duration.ofDays(-30));
        assertThat(time.clock().wallMillis() - wall)
                .isBetween(Duration.ofDays(-20).toMillis(), Duration.ofDays(-19).toMillis());
        assertThat(time.clock().nanos() - nanos)
                .isBetween(0L, Duration.ofMinutes(1).toNanos());
        assertThat(reference.millis() - shared)
                .isBetween(0L, Duration.ofMinutes(1).toMillis());
        time.resetWallClock();
        assertThat(time.clock().wallMillis() - wall)
                .isBetween(0L, Duration.ofMinutes(1).toMillis());
    }
}
