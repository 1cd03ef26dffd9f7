package io.resilientstorage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.testkit.ManualTime;
import io.resilientstorage.time.Randomness;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** When a silent connection is given up, and how soon the next is tried. */
class SilenceWatchTest {

    private static final Duration LIMIT = Duration.ofSeconds(1);
    private static final Duration ATTEMPT = Duration.ofMillis(250);

    private final ManualTime time = new ManualTime(1);
    private final AtomicBoolean idle = new AtomicBoolean();
    private final List<Duration> silences = new ArrayList<>();
    private final SilenceWatch watch = new SilenceWatch(time, LIMIT, idle::get, silences::add);

    @Test
    void silenceAfterATimeOutIsToldAtTheLimit() {
        callTimesOut();
        time.advance(Duration.ofMillis(749));
        assertThat(silences).isEmpty();
        time.advance(Duration.ofMillis(1));
        assertThat(silences).containsExactly(LIMIT);
    }

    @Test
    void anAnswerBeginsTheSilenceAnew() {
        callTimesOut();
        time.advance(Duration.ofMillis(700));
        watch.begin();
        time.advance(Duration.ofMillis(999));
        assertThat(silences).isEmpty();
        time.advance(Duration.ofMillis(1));
        assertThat(silences).containsExactly(LIMIT);
    }

    @Test
    void whereNothingIsUnderWayThereIsNoSilence() {
        callTimesOut();
        idle.set(true);
        time.advance(Duration.ofMinutes(1));
        assertThat(silences).isEmpty();
        idle.set(false);
        callTimesOut();
        time.advance(LIMIT);
        assertThat(silences).as("the next time-out begins a new watch").hasSize(1);
    }

    @Test
    void withoutATimeOutNobodyLooks() {
        time.advance(Duration.ofMinutes(1));
        assertThat(silences).isEmpty();
    }

    @Test
    void aPauseOfTheProcessItselfIsNoSilenceOfTheServer() {
        watch.begin();
        long dueAt = time.clock().nanos() + ATTEMPT.toNanos();
        time.pause(Duration.ofSeconds(5));
        watch.timedOut(dueAt);
        assertThat(silences).isEmpty();
        watch.begin();
        idle.set(true);
        time.advance(Duration.ofMinutes(1));
        assertThat(silences).isEmpty();
    }

    @Test
    void aPauseOfTheProcessWhileItWatchesIsNoSilenceEither() {
        callTimesOut();
        time.pause(Duration.ofSeconds(5));
        time.advance(Duration.ZERO);
        assertThat(silences).isEmpty();
        time.advance(LIMIT);
        assertThat(silences).as("but silence after it is").hasSize(1);
    }

    @Test
    void triesToConnectBeginAtOnceAndNeverMoreThanASecondApart() {
        Randomness most = () -> -1L;
        Randomness least = () -> 0;
        assertThat(Backoff.after(0, most)).isZero();
        assertThat(Backoff.after(1, least)).isEqualTo(Duration.ofMillis(50));
        assertThat(Backoff.after(1, most)).isLessThanOrEqualTo(Duration.ofMillis(100));
        for (int failures = 0; failures < 1_000; failures++) {
            assertThat(Backoff.after(failures, most)).isLessThanOrEqualTo(Duration.ofSeconds(1));
        }
        assertThat(Backoff.after(Integer.MAX_VALUE, least)).isEqualTo(Duration.ofMillis(500));
    }

    private void callTimesOut() {
        watch.begin();
        long dueAt = time.clock().nanos() + ATTEMPT.toNanos();
        time.advance(ATTEMPT);
        watch.timedOut(dueAt);
    }
}
