package io.resilientstorage.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the simulator is there for: each of these would lose something, and each is noticed. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MutantsTest {

    private static final Logger LOG = LoggerFactory.getLogger("simulator");
    private static final int SEEDS = 1_000;

    private Quiet quiet;

    @BeforeAll
    void beQuiet() {
        quiet = new Quiet();
    }

    @AfterAll
    void speakAgain() {
        quiet.close();
    }

    static Stream<Map.Entry<String, Mutation>> mutants() {
        return Stream.of(
                Map.entry("hint kept in memory only", Mutants.hintInMemoryOnly()),
                Map.entry("hint outside the transaction", Mutants.hintOutsideTheStep()),
                Map.entry("replay without version check", Mutants.replayWithoutVersionCheck()),
                Map.entry("writing again after an unknown outcome", Mutants.writingAgain()),
                Map.entry("expiry restarted at replay", Mutants.expiryRestarted()),
                Map.entry("cold backend believed", Mutants.coldBelieved()),
                Map.entry("hint cleared without version", Mutants.clearedWithoutVersion()),
                Map.entry("tombstone shorter than the hint window", Mutants.shortTombstoneLife()),
                Map.entry("a local copy used as a source", ScanMutants.localCopyAsSource()),
                Map.entry("delete without tombstone", ScanMutants.deleteWithoutTombstone()),
                Map.entry("failback before the backlog is empty", ScanMutants.earlyFailback()),
                Map.entry("overlay left out", ReadMutants.overlayLeftOut()),
                Map.entry("clock not advanced on read", ReadMutants.clockNotAdvanced()));
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void aMutantIsNoticed(Map.Entry<String, Mutation> mutant) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Plan plan = Plan.random(seed);
            Simulator.Run run = Simulator.run(plan.with(mutant.getValue()));
            if (!run.violations().isEmpty()) {
                LOG.warn(
                        "{}: seed {}, {}",
                        mutant.getKey(),
                        seed,
                        run.violations().get(0));
                assertThat(Simulator.run(plan).violations())
                        .as("without the mutant, seed %d", seed)
                        .isEmpty();
                return;
            }
        }
        throw new AssertionError("nothing was noticed in " + SEEDS + " seeds: " + mutant.getKey());
    }
}
