package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.Health;
import io.resilientstorage.config.Strategy;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Three backends with random faults, and random operations of one thread, in virtual time. What must hold is in
 * {@link Promises}; each failure names the seed by which it can be repeated.
 */
class RandomFaultsTest {

    private static final int STEPS = 250;
    private static final int FRESH = 10;

    @ParameterizedTest
    @ValueSource(longs = {-8865709888985348473L, 1, 2, 3, 4, 5, 6, 649_371, 5_000_447, 5_000_903, 5_000_927})
    void thePromisesHoldUnderKnownSeeds(long seed) {
        for (Strategy strategy : Strategy.values()) {
            run(seed, strategy);
        }
    }

    static LongStream fresh() {
        return ThreadLocalRandom.current().longs(FRESH);
    }

    @ParameterizedTest
    @MethodSource("fresh")
    void thePromisesHoldUnderFreshSeeds(long seed) {
        for (Strategy strategy : Strategy.values()) {
            run(seed, strategy);
        }
    }

    private static void run(long seed, Strategy strategy) {
        run(seed, strategy, false);
        run(seed, strategy, true);
    }

    private static void run(long seed, Strategy strategy, boolean hints) {
        String story = "seed " + seed + "L, " + strategy + (hints ? ", hints" : "");
        try {
            run(seed, strategy, hints, story);
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(story + ": " + e.getMessage(), e);
        }
    }

    private static void run(long seed, Strategy strategy, boolean hints, String story) {
        try (Lab lab = new Lab(seed)
                .asking()
                .shared("one", "two", "three")
                .given(RandomUse.NAMES, node -> {
                    if (hints) {
                        node.server().keepHints();
                        node.server().keepSentinel();
                    }
                })
                .with(builder -> builder.strategy(strategy))
                .start()) {
            RandomUse use = new RandomUse(lab, seed, story);
            for (int step = 0; step < STEPS; step++) {
                use.step();
            }
            use.healAll();
            lab.advance(Duration.ofMinutes(6));

            for (String name : RandomUse.NAMES) {
                assertThat(lab.status(name).health())
                        .as("%s: health of %s", story, name)
                        .isEqualTo(Health.HEALTHY);
                assertThat(lab.status(name).circuit())
                        .as("%s: circuit of %s", story, name)
                        .isEqualTo(Circuit.CLOSED);
            }
            assertThat(lab.active())
                    .as("%s: %s", story, lab.storage().healthStatus())
                    .isEqualTo("one");
            use.agree(hints);
            assertThat(use.served()).as("%s: the run means something", story).isGreaterThan(STEPS / 4);
        }
    }
}
