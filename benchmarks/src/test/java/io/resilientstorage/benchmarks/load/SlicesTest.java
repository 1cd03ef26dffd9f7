package io.resilientstorage.benchmarks.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

class SlicesTest {

    private static final Duration SLICE = Duration.ofMillis(1);

    @Test
    void theOrderOfTurnsIsReversedInEverySecondRound() throws InterruptedException {
        ConcurrentLinkedQueue<String> turns = new ConcurrentLinkedQueue<>();
        String[] last = {""};
        try (Slices slices = new Slices(1, 10, SLICE)) {
            slices.take(
                    List.of(
                            key -> note("A", last, turns),
                            key -> note("B", last, turns),
                            key -> note("C", last, turns)),
                    3);
        }

        // A turn that follows one of the same subject shows no change.
        assertThat(turns).containsExactly("A", "B", "C", "B", "A", "B", "C");
    }

    @Test
    void everySubjectHasOneFigureForEachRound() throws InterruptedException {
        try (Slices slices = new Slices(2, 10, SLICE)) {
            assertThat(slices.take(List.of(key -> {}, key -> {}), 4))
                    .hasSize(2)
                    .allSatisfy(figures -> assertThat(figures).hasSize(4).allMatch(callsASecond -> callsASecond > 0));
        }
    }

    @Test
    void threadsBeginAtDifferentKeysAndStayInside() throws InterruptedException {
        Set<Integer> keys = ConcurrentHashMap.newKeySet();
        try (Slices slices = new Slices(4, 100, SLICE)) {
            slices.take(List.of(keys::add), 1);
        }

        assertThat(keys).contains(0, 25, 50, 75).allMatch(key -> key >= 0 && key < 100);
    }

    @Test
    void aCallThatFailsEndsTheMeasurement() {
        try (Slices slices = new Slices(2, 10, SLICE)) {
            Subject broken = key -> {
                throw new IllegalArgumentException("broken");
            };

            assertThatThrownBy(() -> slices.take(List.of(broken), 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasRootCauseMessage("broken");
        }
    }

    private static void note(String name, String[] last, ConcurrentLinkedQueue<String> turns) {
        if (!last[0].equals(name)) {
            last[0] = name;
            turns.add(name);
        }
    }
}
