package io.resilientstorage.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Version;
import io.resilientstorage.time.ManualClockTime;
import io.resilientstorage.time.ReferenceClock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The clock that orders records. */
class HybridClockTest {

    private final ManualClockTime time = new ManualClockTime();
    private final ReferenceClock reference = new ReferenceClock(time.clock());
    private final HybridClock versions = new HybridClock(reference, () -> 42L << 1);

    @Test
    void eachVersionIsNewerThanTheOneBeforeThoughTimeStandsStill() {
        Version last = versions.next();
        for (int i = 0; i < 100_000; i++) {
            Version next = versions.next();
            assertThat(next.isNewerThan(last)).isTrue();
            last = next;
        }
        assertThat(last.writer()).isEqualTo(42);
    }

    @Test
    void aVersionNamesTheTimeOfTheSharedClock() {
        reference.useOffset(5_000);
        time.advance(Duration.ofSeconds(1));

        assertThat(versions.next()).isEqualTo(Version.of(reference.millis(), 0, 42));
    }

    @Test
    void itMovesPastWhatItSaw() {
        Version seen = Version.of(reference.millis() + 60_000, 3, 7);
        versions.observe(seen);

        assertThat(versions.next().isNewerThan(seen)).isTrue();
    }

    @Test
    void aVersionTooFarAheadDoesNotMoveIt() {
        versions.observe(Version.of(reference.millis() + HybridClock.MAX_AHEAD_MILLIS + 1, 0, 7));

        assertThat(versions.next().millis()).isEqualTo(reference.millis());
    }

    @Test
    void itDoesNotGoBackWithASharedClockThatTurnsOutToBeALittleBehind() {
        Version before = versions.next();
        reference.useOffset(-60_000);

        assertThat(versions.next().isNewerThan(before)).isTrue();
    }

    /** Else every backend would refuse its versions until the time that they name. */
    @Test
    void itGoesBackWithASharedClockThatTurnsOutToBeFarBehind() {
        versions.next();
        reference.useOffset(-600_000);

        Version next = versions.next();
        assertThat(next.millis()).isEqualTo(reference.millis());
        assertThat(versions.next().isNewerThan(next)).isTrue();
    }

    @Test
    void aStepOfTheWallClockIsNotNoticed() {
        long before = versions.next().millis();
        time.stepWall(Duration.ofDays(-1));

        assertThat(versions.next().millis()).isEqualTo(before);
    }
}
