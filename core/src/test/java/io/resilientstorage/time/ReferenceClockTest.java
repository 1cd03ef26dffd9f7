package io.resilientstorage.time;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ReferenceClockTest {

    private final SettableClock machine = new SettableClock(Long.MAX_VALUE - 500_000_000, 1_000_000);
    private final ReferenceClock clock = new ReferenceClock(machine);

    @Test
    void itStartsAtTheWallClock() {
        assertThat(clock.millis()).isEqualTo(1_000_000);
        assertThat(clock.offsetMillis()).isZero();
    }

    @Test
    void itIsCarriedOnByMonotonicTimeEvenWhenThatOverflows() {
        machine.nanos += 2_000_999_999;
        assertThat(machine.nanos).isNegative();
        assertThat(clock.millis()).isEqualTo(1_002_000);
    }

    @Test
    void aStepOfTheWallClockDoesNotMoveIt() {
        machine.wallMillis = 5;
        assertThat(clock.millis()).isEqualTo(1_000_000);
        machine.wallMillis = Long.MAX_VALUE;
        assertThat(clock.millis()).isEqualTo(1_000_000);
    }

    @Test
    void aMeasuredOffsetMovesTheSharedTimeAndNotTheLocalOne() {
        clock.useOffset(-250);
        assertThat(clock.millis()).isEqualTo(999_750);
        assertThat(clock.localMillis()).isEqualTo(1_000_000);
        clock.useOffset(40);
        assertThat(clock.millis()).isEqualTo(1_000_040);
        assertThat(clock.offsetMillis()).isEqualTo(40);
    }
}
