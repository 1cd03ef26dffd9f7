package io.resilientstorage.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A beat that comes far too late means that this process was stopped. */
class PauseMonitorTest {

    private final DrivenTime time = new DrivenTime();
    private final PauseMonitor monitor = new PauseMonitor(time);

    private long now() {
        return time.clock().nanos();
    }

    @Test
    void withoutAPauseThereWasNone() {
        long before = now();
        time.advance(Duration.ofSeconds(10));

        assertThat(monitor.pausedSince(before)).isFalse();
    }

    @Test
    void aPauseIsKnownBeforeTheFirstBeatAfterIt() {
        time.advance(Duration.ofSeconds(1));
        long before = now();
        time.pause(Duration.ofSeconds(5));

        assertThat(monitor.pausedSince(before)).isTrue();
    }

    @Test
    void aPauseIsRememberedForCallsThatBeganBeforeItsEnd() {
        time.advance(Duration.ofSeconds(1));
        long before = now();
        time.pause(Duration.ofSeconds(5));
        time.advance(Duration.ofSeconds(10));

        assertThat(monitor.pausedSince(before)).isTrue();
    }

    @Test
    void aCallThatBeganAfterThePauseIsNotConcerned() {
        time.pause(Duration.ofSeconds(5));
        time.advance(Duration.ofMillis(1));
        long after = now();
        time.advance(Duration.ofSeconds(1));

        assertThat(monitor.pausedSince(after)).isFalse();
    }

    @Test
    void aBeatThatIsALittleLateIsNoPause() {
        time.advance(Duration.ofSeconds(1));
        long before = now();
        time.pause(Duration.ofMillis(240));
        assertThat(monitor.pausedSince(before)).isFalse();
        time.advance(Duration.ofSeconds(1));

        assertThat(monitor.pausedSince(before)).isFalse();
    }

    @Test
    void itBeatsOnAfterAPauseAndNotOnceItIsStopped() {
        time.pause(Duration.ofSeconds(5));
        time.advance(Duration.ofSeconds(1));
        assertThat(time.pending()).isEqualTo(1);

        monitor.stop();
        time.advance(Duration.ofSeconds(1));
        assertThat(time.pending()).isZero();
    }
}
