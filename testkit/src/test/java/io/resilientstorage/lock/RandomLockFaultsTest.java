package io.resilientstorage.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Durability;
import java.util.List;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Invariants I1, I2, I6, I9 and I10 under random faults of one backend at a time and of processes, and mutants that
 * break them. {@code -Dresilientstorage.locks.seeds=10000} asks for more seeds, and
 * {@code -Dresilientstorage.locks.from=4711} begins at another one.
 */
class RandomLockFaultsTest {

    private static final int SEEDS = Integer.getInteger("resilientstorage.locks.seeds", 100);
    private static final long FROM = Long.getLong("resilientstorage.locks.from", 1);
    private static final int MUTANT_SEEDS = 1_000;

    private static final List<Durability> PAIR = List.of(Durability.VOLATILE, Durability.DURABLE);
    private static final List<Durability> THREE = List.of(Durability.VOLATILE, Durability.VOLATILE, Durability.DURABLE);

    private static void holds(List<Durability> servers) {
        int failovers = holds(SEEDS, seed -> new RandomLocks(seed, servers, LockMutant.NONE, false));
        if (servers.size() == 2) {
            assertThat(failovers).isGreaterThanOrEqualTo(SEEDS / 4);
        }
    }

    private static void holdsMirrored(List<Durability> servers) {
        assertThat(holds(SEEDS, seed -> new RandomLocks(seed, servers, LockMutant.NONE, false, true)))
                .isGreaterThanOrEqualTo(SEEDS / 4);
    }

    private static int holds(int seeds, LongFunction<RandomLocks> made) {
        int grants = 0;
        int failovers = 0;
        for (long seed = FROM; seed < FROM + seeds; seed++) {
            RandomLocks run = made.apply(seed);
            run.run();
            assertThat(run.trouble()).as("seed %d", seed).isEmpty();
            grants += run.grants();
            failovers += run.failovers();
        }
        // That nothing went wrong is worth something only where something happened.
        assertThat(grants).isGreaterThan(10 * seeds);
        return failovers;
    }

    @ParameterizedTest
    @EnumSource
    void oneHolderAndGrowingTokensUnderSingle(Durability only) {
        holds(List.of(only));
    }

    @ParameterizedTest
    @EnumSource
    void oneHolderAndGrowingTokensWhereTheFirstIsDurable(Durability second) {
        holds(List.of(Durability.DURABLE, second));
    }

    @ParameterizedTest
    @EnumSource
    void oneHolderAndGrowingTokensWhereTheFirstIsVolatile(Durability second) {
        holds(List.of(Durability.VOLATILE, second));
    }

    @ParameterizedTest
    @EnumSource
    void oneHolderAndGrowingTokensUnderMirroredWhereTheFirstIsDurable(Durability second) {
        holdsMirrored(List.of(Durability.DURABLE, second));
    }

    @ParameterizedTest
    @EnumSource
    void oneHolderAndGrowingTokensUnderMirroredWhereTheFirstIsVolatile(Durability second) {
        holdsMirrored(List.of(Durability.VOLATILE, second));
    }

    /** Of three that vote one may be away, and another one for each process. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void oneHolderAndGrowingTokensUnderMajority(boolean split) {
        holds(SEEDS / 2, seed -> new RandomLocks(seed, THREE, LockMutant.NONE, split));
    }

    @Test
    void oneHolderAndGrowingTokensWhereMostOfThemWait() {
        List<Durability> both = List.of(Durability.DURABLE, Durability.VOLATILE);
        holds(SEEDS, seed -> new RandomLocks(seed, both, LockMutant.NONE, false).waiting());
    }

    private static List<List<Durability>> arrangements() {
        return List.of(List.of(Durability.VOLATILE), List.of(Durability.DURABLE), PAIR, THREE);
    }

    private static void oneLeads(List<Durability> servers, boolean mirrored) {
        int reigns = 0;
        int seeds = SEEDS / 4;
        for (long seed = FROM; seed < FROM + seeds; seed++) {
            RandomLocks run = new RandomLocks(seed, servers, LockMutant.NONE, false, mirrored).electing();
            if (seed % 2 == 0) {
                run.stepping(ClockSteps.Reach.BORNE);
            }
            run.run();
            assertThat(run.trouble()).as("seed %d", seed).isEmpty();
            reigns += run.reigns();
        }
        assertThat(reigns).isGreaterThan(5 * seeds);
    }

    /** I9: never two at the same moment of true time, and each is told to step down before the next one leads. */
    @ParameterizedTest
    @MethodSource("arrangements")
    void oneLeaderAtATimeAndGrowingTokens(List<Durability> servers) {
        oneLeads(servers, false);
    }

    @Test
    void oneLeaderAtATimeAndGrowingTokensUnderMirrored() {
        oneLeads(PAIR, true);
    }

    private static RandomLocks stepping(long seed, List<Durability> servers, boolean mirrored, ClockSteps.Reach reach) {
        return new RandomLocks(seed, servers, LockMutant.NONE, false, mirrored).stepping(reach);
    }

    /** Wall clocks of processes that are set by hours, and clocks of servers by what is borne. */
    @ParameterizedTest
    @MethodSource("arrangements")
    void oneHolderAndGrowingTokensWhereClocksAreSet(List<Durability> servers) {
        holds(SEEDS / 4, seed -> stepping(seed, servers, false, ClockSteps.Reach.BORNE));
    }

    @Test
    void oneHolderAndGrowingTokensWhereClocksAreSetUnderMirrored() {
        holds(SEEDS / 4, seed -> stepping(seed, PAIR, true, ClockSteps.Reach.BORNE));
    }

    /** What no policy promises: the leases of a backend end there before their holders know. */
    @ParameterizedTest
    @MethodSource("arrangements")
    void aServerThatIsSetForwardsTooFarMakesTwoHoldersWithUniqueTokens(List<Durability> servers) {
        assertThat(firstTrouble(seed -> stepping(seed, servers, false, ClockSteps.Reach.TOO_FAR)))
                .isNotEmpty()
                .allMatch(trouble -> trouble.endsWith("are both held"));
    }

    private static List<String> firstTrouble(List<Durability> servers, LockMutant mutant, boolean split) {
        return firstTrouble(seed -> {
            RandomLocks run = new RandomLocks(seed, servers, mutant, split, mutant.isMirrored());
            return mutant.isOfLeaders() ? run.electing() : run;
        });
    }

    private static List<String> firstTrouble(LongFunction<RandomLocks> made) {
        for (long seed = 1; seed <= MUTANT_SEEDS; seed++) {
            RandomLocks run = made.apply(seed);
            run.run();
            if (!run.trouble().isEmpty()) {
                return run.trouble();
            }
        }
        return List.of();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void eachMutantIsCaught(LockMutant mutant) {
        List<Durability> servers =
                mutant.isOfVoters() ? THREE : mutant == LockMutant.NO_QUARANTINE ? List.of(Durability.VOLATILE) : PAIR;
        assertThat(firstTrouble(servers, mutant, false)).isNotEmpty();
    }

    /** The cell of the table that says "not exclusive": there are two holders, and their tokens differ. */
    @Test
    void aSplitNetworkMakesTwoHoldersWithUniqueTokens() {
        assertThat(firstTrouble(PAIR, LockMutant.NONE, true))
                .anyMatch(trouble -> trouble.endsWith("are both held"))
                .noneMatch(trouble -> trouble.startsWith("twice"));
    }
}
