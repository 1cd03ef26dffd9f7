package io.resilientstorage.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A process brings the database what Redis had acknowledged and lost, has not heard of the loss, and dies. */
class BringerDiesTest {

    private static final Duration LONGEST = Duration.ofSeconds(30);

    private Quiet quiet;

    @BeforeEach
    void beQuiet() {
        quiet = new Quiet();
    }

    @AfterEach
    void speakAgain() {
        quiet.close();
    }

    /**
     * A process that does not reach the database deletes something. Redis loses that, and another process has it filled
     * from the database. The one that deleted it has not heard of that when it brings it to the database, and dies.
     */
    private static Script broughtByOneWhoHasNotHeardOfItAndDies(boolean canAsk) {
        Script script = new Script();
        script.set(script.p, "k", "old");
        script.wait(Script.A_WHILE);
        script.p.link(script.sql()).refuse();
        // It has just looked at the sentinel, and does so every 5 s.
        script.wait(Duration.ofSeconds(10));
        assertThat(script.delete(script.p, "k").receipt().backend()).isEqualTo("redis");
        script.wait(Duration.ofMillis(150));
        script.redis().faults().flush();
        script.read(script.q, "missing");
        assertThat(script.world
                        .schedule()
                        .advanceUntil(
                                () -> script.isWhole(script.q, "redis")
                                        && script.stands(script.redis(), "k").isPresent(),
                                LONGEST))
                .as("another has filled it")
                .isTrue();
        if (!canAsk) {
            script.p.link(script.redis()).refuse();
        }
        script.p.link(script.sql()).heal();
        assertThat(script.world
                        .schedule()
                        .advanceUntil(() -> script.stands(script.sql(), "k").isEmpty(), LONGEST))
                .isTrue();
        script.p.crash();
        assertThat(script.stands(script.redis(), "k"))
                .as("it is in the database alone")
                .contains("old");
        return script;
    }

    @Test
    void whatIsBroughtToTheDatabaseByOneWhoHasNotHeardOfItRedisGetsThoughThatOneDies() {
        broughtByOneWhoHasNotHeardOfItAndDies(true).settles("k", Optional.empty());
    }

    @Test
    void soItDoesWhereThatOneCannotAskRedis() {
        broughtByOneWhoHasNotHeardOfItAndDies(false).settles("k", Optional.empty());
    }
}
