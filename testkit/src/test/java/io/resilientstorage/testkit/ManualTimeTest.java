package io.resilientstorage.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.time.ReferenceClock;
import io.resilientstorage.time.Timers;
import io.resilientstorage.time.Workers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class ManualTimeTest {

    private final ManualTime time = new ManualTime(1);
    private final List<String> ran = new ArrayList<>();

    @Test
    void nothingMovesByItself() {
        long nanos = time.clock().nanos();
        assertThat(time.clock().nanos()).isEqualTo(nanos);
        assertThat(time.clock().wallMillis()).isEqualTo(ManualTime.START_MILLIS);
    }

    @Test
    void bothClocksAdvanceTogether() {
        long nanos = time.clock().nanos();
        time.advance(Duration.ofMillis(1_500));
        assertThat(time.clock().nanos() - nanos).isEqualTo(1_500_000_000);
        assertThat(time.clock().wallMillis()).isEqualTo(ManualTime.START_MILLIS + 1_500);
    }

    @Test
    void theWallClockStepsAlone() {
        ReferenceClock reference = new ReferenceClock(time.clock());
        time.stepWallClock(Duration.ofHours(-5));
        assertThat(time.clock().nanos()).isZero();
        assertThat(time.clock().wallMillis()).isEqualTo(ManualTime.START_MILLIS - 18_000_000);
        assertThat(reference.millis()).isEqualTo(ManualTime.START_MILLIS);
        time.advance(Duration.ofSeconds(1));
        assertThat(time.clock().wallMillis()).isEqualTo(ManualTime.START_MILLIS - 17_999_000);
    }

    @Test
    void timeDoesNotGoBack() {
        assertThatThrownBy(() -> time.advance(Duration.ofMillis(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void timersRunInTheOrderOfTheirDueTimesEachAtItsOwn() {
        at(30, "c");
        at(10, "a");
        at(20, "b");
        at(20, "b again");
        time.advance(Duration.ofMillis(25));
        assertThat(ran).containsExactly("a@10", "b@20", "b again@20");
        time.advance(Duration.ofMillis(5));
        assertThat(ran).containsExactly("a@10", "b@20", "b again@20", "c@30");
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    void aTimerThatATimerSetsRunsInTheSameAdvanceIfItIsDue() {
        time.timers().schedule(Duration.ofMillis(10), () -> {
            at(5, "soon");
            at(50, "later");
        });
        time.advance(Duration.ofMillis(20));
        assertThat(ran).containsExactly("soon@15");
        assertThat(time.pendingTimers()).isEqualTo(1);
    }

    @Test
    void aTimerWithoutDelayDoesNotRunOnItsCallersStack() {
        at(0, "now");
        at(-5, "before");
        assertThat(ran).isEmpty();
        time.runDue();
        assertThat(ran).containsExactly("now@0", "before@0");
    }

    @Test
    void aCancelledTimerDoesNotRun() {
        Timers.Timer timer = time.timers().schedule(Duration.ofMillis(1), () -> ran.add("cancelled"));
        timer.cancel();
        timer.cancel();
        time.advance(Duration.ofSeconds(1));
        assertThat(ran).isEmpty();
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    void aTaskThatThrowsEndsNoOtherAndIsTold() {
        RuntimeException failure = new IllegalStateException("deliberate");
        time.timers().schedule(Duration.ofMillis(1), () -> {
            throw failure;
        });
        at(2, "next");
        time.advance(Duration.ofMillis(2));
        assertThat(ran).containsExactly("next@2");
        assertThat(time.failures()).containsExactly(failure);
    }

    @Test
    void whatWasDueInAPauseRunsAfterItLate() {
        at(10, "a");
        at(20, "b");
        at(2_000, "c");
        time.pause(Duration.ofSeconds(1));
        assertThat(ran).containsExactly("a@1000", "b@1000");
    }

    @Test
    void inlineWorkersRunAtOnceAndAFailureStaysWithThem() {
        Workers workers = time.workers("w", 1, 1);
        workers.execute(() -> {
            throw new IllegalStateException("deliberate");
        });
        workers.execute(() -> ran.add("done"));
        assertThat(ran).containsExactly("done");
        assertThat(time.failures()).hasSize(1);
    }

    @Test
    void queuedWorkersRunWhenTimeIsMovedInTheOrderOfTheTasks() {
        ManualTime queued = new ManualTime(1, ManualTime.Work.QUEUED);
        Workers first = queued.workers("first", 1, 1);
        Workers second = queued.workers("second", 1, 1);
        first.execute(() -> ran.add("1"));
        second.execute(() -> ran.add("2"));
        first.execute(() -> second.execute(() -> ran.add("3")));
        assertThat(ran).isEmpty();
        queued.runDue();
        assertThat(ran).containsExactly("1", "2", "3");
    }

    @Test
    void queuedWorkersRunBeforeTheNextTimer() {
        ManualTime queued = new ManualTime(1, ManualTime.Work.QUEUED);
        Workers workers = queued.workers("w", 1, 1);
        queued.timers().schedule(Duration.ofMillis(1), () -> workers.execute(() -> ran.add("work")));
        queued.timers().schedule(Duration.ofMillis(1), () -> ran.add("timer"));
        queued.advance(Duration.ofMillis(1));
        assertThat(ran).containsExactly("work", "timer");
    }

    @Test
    void workersRefuseWhatTheirQueueCannotTakeAndAllAfterTheirClose() {
        ManualTime queued = new ManualTime(1, ManualTime.Work.QUEUED);
        Workers workers = queued.workers("w", 1, 2);
        for (int i = 0; i < 3; i++) {
            workers.execute(() -> ran.add("task"));
        }
        assertThatThrownBy(() -> workers.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThat(workers.close(Duration.ZERO)).isTrue();
        assertThat(ran).hasSize(3);
        assertThatThrownBy(() -> workers.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void oneSeedIsOneSequence() {
        List<Long> first = new ArrayList<>();
        List<Long> second = new ArrayList<>();
        ManualTime other = new ManualTime(1);
        for (int i = 0; i < 10; i++) {
            first.add(time.randomness().nextLong());
            second.add(other.randomness().nextLong());
        }
        assertThat(first).isEqualTo(second).doesNotHaveDuplicates();
        assertThat(new ManualTime(2).randomness().nextLong()).isNotEqualTo(first.get(0));
    }

    @Test
    void afterItsCloseNoTimerRuns() {
        at(1, "before");
        time.close();
        at(1, "after");
        time.advance(Duration.ofSeconds(1));
        assertThat(ran).isEmpty();
    }

    private void at(int millis, String name) {
        time.timers()
                .schedule(
                        Duration.ofMillis(millis),
                        () -> ran.add(name + "@" + time.clock().nanos() / 1_000_000));
    }
}
