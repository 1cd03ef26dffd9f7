package io.resilientstorage.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.testkit.ManualTime;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A recovery goes as slowly as the calls of its process need it to, and not more slowly than it says. */
class PaceTest {

    private static final Duration STEP = Duration.ofNanos(100_000);
    private static final Duration USUAL = Duration.ofMillis(1);
    private static final Duration SLOW = Duration.ofMillis(5);
    private static final int MANY = 100;

    private final ManualTime time = new ManualTime(1);
    private final Pace pace = new Pace(time, () -> this.waiting, this::smallRead);
    private Duration latency = USUAL;
    private int waiting;
    private int reads;

    @BeforeEach
    void begin() {
        CompletableFuture<Void> begun = pace.begin();
        time.advance(Duration.ofSeconds(1));
        assertThat(begun).isCompleted();
        reads = 0;
    }

    private CompletionStage<?> smallRead() {
        reads++;
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        time.timers().schedule(latency, () -> answer.complete(true));
        return answer;
    }

    /** One chunk: how long it had to wait, beyond what the small read took. */
    private Duration chunk() {
        CompletableFuture<Void> go = pace.pause();
        long begun = time.clock().nanos();
        boolean asked = reads > 0;
        while (!go.isDone()) {
            time.advance(STEP);
        }
        pace.applied(pace.chunk());
        Duration waited = Duration.ofNanos(time.clock().nanos() - begun);
        return asked && !waited.isZero() ? waited.minus(latency) : waited;
    }

    private Duration chunks(int number) {
        Duration last = Duration.ZERO;
        for (int i = 0; i < number; i++) {
            last = chunk();
        }
        return last;
    }

    @Test
    void whileNoCallWaitsItGoesAsFastAsItCan() {
        latency = SLOW;

        assertThat(chunks(MANY)).isZero();

        assertThat(reads).as("nobody is asked what calls would feel").isZero();
        assertThat(pace.window()).isGreaterThan(1);
        assertThat(pace.chunk()).isEqualTo(Pace.CHUNK);
    }

    @Test
    void whileCallsWaitItGoesInSmallChunksOneAtATime() {
        waiting = 1;
        chunk();

        assertThat(pace.window()).isOne();
        assertThat(pace.chunk()).isEqualTo(Pace.CHUNK_UNDER_LOAD);
    }

    /** The control of the next: calls alone are no reason to pause. */
    @Test
    void itDoesNotPauseWhileCallsFeelNothingOfIt() {
        waiting = 1;

        assertThat(chunks(MANY)).isZero();
        assertThat(reads).isPositive();
    }

    @Test
    void thePausesGrowWhileCallsFeelItAndNotBeyondTheLongest() {
        waiting = 1;
        chunks(2);
        latency = SLOW;

        Duration before = chunk();
        for (int i = 0; i < MANY; i++) {
            Duration next = chunk();
            assertThat(next).isBetween(before, Pace.LONGEST_PAUSE.plus(STEP));
            before = next;
        }

        assertThat(before).isGreaterThanOrEqualTo(Pace.LONGEST_PAUSE);
    }

    @Test
    void thePausesShrinkWhenCallsFeelItNoMore() {
        waiting = 1;
        chunks(2);
        latency = SLOW;
        assertThat(chunks(MANY)).isGreaterThanOrEqualTo(Pace.LONGEST_PAUSE);

        latency = USUAL;

        assertThat(chunks(MANY)).isLessThanOrEqualTo(STEP);
    }

    @Test
    void itIsFastAgainWhenNoCallHasWaitedForAWhile() {
        waiting = 1;
        chunks(MANY);
        waiting = 0;

        chunk();
        assertThat(pace.window()).as("a moment without calls is no calm").isOne();
        chunks(MANY);

        assertThat(pace.window()).isGreaterThan(1);
        assertThat(pace.chunk()).isEqualTo(Pace.CHUNK);
    }
}
