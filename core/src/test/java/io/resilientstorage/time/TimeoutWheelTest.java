package io.resilientstorage.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TimeoutWheelTest {

    private static final Duration TURN = TimeoutWheel.TICK.multipliedBy(TimeoutWheel.SLOTS);

    private final DrivenTime time = new DrivenTime();
    private final TimeoutWheel wheel = new TimeoutWheel(time.clock(), time.timers());
    private final AtomicInteger ran = new AtomicInteger();

    @Test
    void aTimeOutNeverComesEarlyAndAtMostTwoTicksLate() {
        SplittableRandom random = new SplittableRandom(3);
        List<Long> errors = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            Duration delay = Duration.ofNanos(random.nextLong(1, TURN.toNanos() * 2));
            long due = time.clock().nanos() + delay.toNanos();
            wheel.schedule(delay, () -> errors.add(time.clock().nanos() - due));
            time.advance(Duration.ofNanos(random.nextLong(7_000_000)));
        }
        time.advance(TURN.multipliedBy(3));
        assertThat(errors)
                .hasSize(2_000)
                .allSatisfy(late -> assertThat(late)
                        .isBetween(0L, TimeoutWheel.TICK.multipliedBy(2).toNanos()));
    }

    @Test
    void aCancelledOneDoesNotCome() {
        Timers.Timer timer = wheel.schedule(Duration.ofMillis(250), ran::incrementAndGet);
        wheel.schedule(Duration.ofMillis(250), ran::incrementAndGet);
        timer.cancel();
        timer.cancel();
        time.advance(TURN.multipliedBy(2));
        assertThat(ran).hasValue(1);
    }

    @Test
    void aShortOneIsExact() {
        wheel.schedule(Duration.ofMillis(3), ran::incrementAndGet);
        time.advance(Duration.ofMillis(3));
        assertThat(ran).hasValue(1);
    }

    @Test
    void whatCameDueWhileTheProcessWasStoppedComesAtOnceAfterwards() {
        for (int i = 1; i <= 100; i++) {
            wheel.schedule(Duration.ofMillis(20L * i), ran::incrementAndGet);
        }
        time.pause(TURN.multipliedBy(5));
        time.advance(Duration.ZERO);
        assertThat(ran).hasValue(100);
    }

    @Test
    void oneThatThrowsTakesNoOtherWithIt() {
        wheel.schedule(Duration.ofMillis(250), () -> {
            throw new IllegalStateException("a task of this test");
        });
        wheel.schedule(Duration.ofMillis(250), ran::incrementAndGet);
        wheel.schedule(Duration.ofMillis(300), ran::incrementAndGet);
        time.advance(Duration.ofMillis(400));
        assertThat(ran).hasValue(2);
    }

    @Test
    void itStandsStillWhenNothingIsInItAndStartsAgain() {
        wheel.schedule(Duration.ofMillis(250), ran::incrementAndGet).cancel();
        time.advance(TURN.multipliedBy(2));
        assertThat(time.pending()).isZero();

        wheel.schedule(Duration.ofMillis(250), ran::incrementAndGet);
        assertThat(time.pending()).isEqualTo(1);
        time.advance(Duration.ofMillis(260));
        assertThat(ran).hasValue(1);
    }

    @Test
    void itGoesOnTurningForOneThatIsDueAfterManyTurns() {
        wheel.schedule(TURN.multipliedBy(20), ran::incrementAndGet);
        time.advance(TURN.multipliedBy(19));
        assertThat(ran).hasValue(0);
        time.advance(TURN.multipliedBy(2));
        assertThat(ran).hasValue(1);
    }
}
