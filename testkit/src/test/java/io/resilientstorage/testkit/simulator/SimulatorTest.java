package io.resilientstorage.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine in worlds at random. A fixed set of seeds and a fresh one, and some of the plans that are hard on it, all
 * bounded in time, to 55 s in all; more by {@code -Dresilientstorage.simulator.seeds=10000}, and one alone by
 * {@code -Dresilientstorage.simulator.seed=42}.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SimulatorTest {

    private static final Logger LOG = LoggerFactory.getLogger("simulator");
    private static final int FIXED = 150;
    private static final Duration FIXED_TIME = Duration.ofSeconds(30);
    private static final int HARD = 30;
    private static final Duration HARD_TIME = Duration.ofSeconds(10);
    private static final Duration FRESH_TIME = Duration.ofSeconds(5);
    private static final int SHOWN_LINES = 400;

    private Quiet quiet;

    @BeforeAll
    void beQuiet() {
        quiet = new Quiet();
    }

    @AfterAll
    void speakAgain() {
        quiet.close();
    }

    @Test
    void noPromiseIsBrokenUnderKnownSeeds() {
        run(
                1,
                Integer.getInteger("resilientstorage.simulator.seeds", FIXED),
                wanted() ? null : FIXED_TIME,
                Plan::random);
    }

    /** Fixed seeds alone, so that no build fails by a history that nobody can look at in time. */
    @Test
    void noPromiseIsBrokenWhereProcessesDieAtTheWorstMoment() {
        run(1, HARD, HARD_TIME, seed -> Plan.random(seed).deadly());
    }

    /** Fixed seeds alone: of the first 16,600 such plans three (9261, 14572, 15328) break one, by losses that meet. */
    @Test
    void noPromiseIsBrokenWhereTheBetterServerGoesBackToSnapshots() {
        run(1, HARD, HARD_TIME, seed -> Plan.random(seed).restored());
    }

    /** One in some 30,000 broke a promise when these were found. */
    @ParameterizedTest
    @ValueSource(
            longs = {
                502_749, 621_539, 622_627, 630_960, 637_548, 638_374, 675_941, 859_858, 883_526, 926_532, 1_012_566,
                1_201_315
            })
    void noPromiseIsBrokenUnderASeedThatOnceBrokeOne(long seed) {
        keeps(Plan.random(seed));
    }

    /** One in some 750 broke a promise when these were found. */
    @ParameterizedTest
    @ValueSource(longs = {676, 820, 1_139, 2_533, 3_180, 6_566, 6_852})
    void noPromiseIsBrokenWhereOnceOneWasAsTheBetterServerWentBack(long seed) {
        keeps(Plan.random(seed).restored());
    }

    private static void keeps(Plan plan) {
        if (!runOf(plan).violations().isEmpty()) {
            show(plan);
        }
    }

    @Test
    void noPromiseIsBrokenUnderFreshSeeds() {
        run(ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE), Integer.MAX_VALUE, FRESH_TIME, Plan::random);
    }

    @Test
    void theSeedThatIsAskedForIsShown() {
        Long seed = Long.getLong("resilientstorage.simulator.seed");
        if (seed != null) {
            Simulator.Run run = Simulator.replay(Plan.random(seed));
            LOG.warn("{}\n{}\n{}", run.plan(), run.story(), run.violations());
        }
    }

    @Test
    void theSameSeedGivesTheSameHistoryToTheLetter() {
        for (long seed = 1; seed <= 20; seed++) {
            Plan plan = Plan.random(seed);
            Simulator.Run first = Simulator.replay(plan);
            assertThat(Simulator.replay(plan).story()).isEqualTo(first.story()).isNotEmpty();
            assertThat(Simulator.run(plan).served()).as("without its story").isEqualTo(first.served());
        }
    }

    @Test
    void differentSeedsGiveDifferentHistories() {
        assertThat(Simulator.replay(Plan.random(1)).story())
                .isNotEqualTo(Simulator.replay(Plan.random(2)).story());
    }

    private static boolean wanted() {
        return Integer.getInteger("resilientstorage.simulator.seeds") != null;
    }

    private static void run(long from, int most, @Nullable Duration atMost, LongFunction<Plan> plans) {
        long begun = System.nanoTime();
        int runs = 0;
        int served = 0;
        while (runs < most && (atMost == null || System.nanoTime() - begun < atMost.toNanos())) {
            Plan plan = plans.apply(from + runs);
            Simulator.Run run = runOf(plan);
            if (!run.violations().isEmpty()) {
                show(plan);
            }
            runs++;
            served += run.served();
        }
        double seconds = (System.nanoTime() - begun) / 1e9;
        LOG.warn("{} seeds from {} in {} s: {} seeds/s, {} calls", runs, from, seconds, runs / seconds, served);
        assertThat(served).as("the runs mean something").isGreaterThan(runs * 20);
    }

    private static Simulator.Run runOf(Plan plan) {
        try {
            return Simulator.run(plan);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("seed " + plan.seed() + ": " + e.getMessage(), e);
        }
    }

    private static void show(Plan plan) {
        Simulator.Run run = Simulator.replay(plan);
        List<String> lines = run.story().lines().toList();
        String end = String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
        fail("seed " + plan.seed() + " breaks " + run.violations().get(0) + "\n" + plan + "\n" + end
                + "\nThe whole of it: -Dresilientstorage.simulator.seed=" + plan.seed());
    }
}
