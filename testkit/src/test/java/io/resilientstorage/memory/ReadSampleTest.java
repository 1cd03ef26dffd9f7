package io.resilientstorage.memory;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which reads the cache learns from. */
class ReadSampleTest {

    private static final int READS = 160_000;

    private final ReadSample sample = new ReadSample();

    @Test
    void itIsOneReadInSixteen() {
        int taken = 0;
        for (int i = 0; i < READS; i++) {
            taken += sample.takesNext() ? 1 : 0;
        }
        assertThat(taken).isBetween(READS / ReadSample.ONE_IN * 9 / 10, READS / ReadSample.ONE_IN * 11 / 10);
    }

    @Test
    void ofKeysThatAreReadInTurnEachHasItsChance() {
        for (int keys : new int[] {7, 8, 1_000, 1_024, 65_536}) {
            int[] taken = new int[keys];
            for (int i = 0; i < 400 * keys; i++) {
                taken[i % keys] += sample.takesNext() ? 1 : 0;
            }
            assertThat(taken).as("%d keys", keys).doesNotContain(0);
        }
    }
}
