package io.resilientstorage.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Durability;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Invariants I1 and I2 under random faults of one backend at a time and of processes, and mutants that break them. */
class RandomLockFaultsTest {

    private static final int SEEDS = Integer.getInteger("lock.seeds", 250);
    private static final int MUTANT_SEEDS = 1_000;

    private static void holds(Durability first, Durability second) {
        int grants = 0;
        int failovers = 0;
        for (int seed = 1; seed <= SEEDS; seed++) {
            RandomLocks run = new RandomLocks(seed, first, second, UnaryOperator.identity(), false);
            run.run();
            assertThat(run.trouble()).as("seed %d", seed).isEmpty();
            grants += run.grants();
            failovers += run.failovers();
        }
        // That nothing went wrong is worth something only where something happened.
        assertThat(grants).isGreaterThan(20 * SEEDS);
        assertThat(failovers).isGreaterThan(SEEDS / 4);
    }

    @ParameterizedTest
    @EnumSource
    void oneHolderAndGrowingTokensWhereTheFirstIsDurable(Durability second) {
        holds(Durability.DURABLE, second);
    }

    @ParameterizedTest
    @EnumSource
    void oneHolderAndGrowingTokensWhereTheFirstIsVolatile(Durability second) {
        holds(Durability.VOLATILE, second);
    }

    private static boolean isCaught(UnaryOperator<AuthorityRule> mutant, boolean split) {
        for (int seed = 1; seed <= MUTANT_SEEDS; seed++) {
            RandomLocks run = new RandomLocks(seed, Durability.VOLATILE, Durability.DURABLE, mutant, split);
            run.run();
            if (!run.trouble().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    @Test
    void aTakeoverWithoutADrainIsCaught() {
        assertThat(isCaught(Undrained::new, false)).isTrue();
    }

    @Test
    void anAuthorityWithoutAWindowIsCaught() {
        assertThat(isCaught(EndlessWindows::new, false)).isTrue();
    }

    /** The cell of the table that says "not exclusive": the harness sees it. */
    @Test
    void aSplitNetworkMakesTwoHolders() {
        assertThat(isCaught(UnaryOperator.identity(), true)).isTrue();
    }
}
