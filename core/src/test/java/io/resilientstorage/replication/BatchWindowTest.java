package io.resilientstorage.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How many batches go at once, and how long none goes after one that failed. */
class BatchWindowTest {

    private final BatchWindow window = new BatchWindow();

    /** Begins one that is full, if it may begin. */
    private boolean begin() {
        return window.begin(0, true);
    }

    /** Begins as many as may begin. */
    private int beginAll() {
        int begun = 0;
        while (begin()) {
            begun++;
        }
        return begun;
    }

    /** Begins as many as may begin, and has all of them answered. */
    private int round(boolean full, boolean slow) {
        int begun = beginAll();
        for (int i = 0; i < begun; i++) {
            window.answered(full, slow);
        }
        return begun;
    }

    private void widen() {
        while (round(true, false) < 8) {
            assertThat(window.isStopped()).isFalse();
        }
    }

    @Test
    void eachFullBatchThatIsQuickLetsOneMoreGoUpToEight() {
        List<Integer> sizes = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            sizes.add(round(true, false));
        }

        assertThat(sizes).containsExactly(1, 2, 4, 8, 8, 8);
    }

    /** The control: that a batch was quick says nothing if there was hardly anything in it. */
    @Test
    void oneThatIsNotFullDoesNot() {
        for (int i = 0; i < 6; i++) {
            assertThat(round(false, false)).isOne();
        }
    }

    @Test
    void oneThatIsSlowLetsHalfAsManyGoAndOneAtLeast() {
        widen();

        assertThat(beginAll()).isEqualTo(8);
        window.answered(true, true);
        for (int i = 0; i < 7; i++) {
            window.answered(false, false);
        }
        assertThat(beginAll()).isEqualTo(4);
        for (int i = 0; i < 4; i++) {
            window.answered(true, true);
        }
        assertThat(beginAll()).isOne();
    }

    @Test
    void afterAFailureOneGoesAtATime() {
        widen();

        assertThat(begin()).isTrue();
        window.failed();

        assertThat(beginAll()).isOne();
    }

    @Test
    void thePauseAfterFailuresDoublesUpToTwoSecondsAndNothingGoesMeanwhile() {
        List<Long> pauses = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            assertThat(begin()).isTrue();
            window.failed();
            window.pause().map(Duration::toMillis).ifPresent(pauses::add);
            assertThat(begin()).as("while it pauses").isFalse();
            assertThat(window.pause()).as("one pause at a time").isEmpty();
            window.pauseOver();
        }

        assertThat(pauses).containsExactly(50L, 100L, 200L, 400L, 800L, 1_600L, 2_000L, 2_000L);
    }

    @Test
    void anAnswerEndsTheDoubling() {
        for (int i = 0; i < 4; i++) {
            window.pause();
            window.pauseOver();
        }

        assertThat(begin()).isTrue();
        window.answered(false, false);

        assertThat(window.pause()).isEqualTo(Optional.of(Duration.ofMillis(50)));
    }

    @Test
    void afterTheEndNothingGoesAndNothingPauses() {
        window.stop();

        assertThat(begin()).isFalse();
        assertThat(window.pause()).isEmpty();
    }

    @Test
    void oneThatNothingPressesGoesAWhileAfterTheOneBefore() {
        long begun = Long.MAX_VALUE - 1;
        assertThat(window.begin(begun, false)).as("the first").isTrue();
        window.answered(false, false);

        assertThat(window.begin(begun + BatchWindow.GATHER.toNanos() - 1, false))
                .as("too soon")
                .isFalse();
        assertThat(window.begin(begun + BatchWindow.GATHER.toNanos(), false))
                .as("in time")
                .isTrue();
    }

    /** The control: who waits for a delivery does not wait for company. */
    @Test
    void oneThatIsPressedGoesAtOnce() {
        window.begin(5, false);
        window.answered(false, false);

        assertThat(window.begin(6, true)).isTrue();
    }
}
