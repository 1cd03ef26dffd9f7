package io.resilientstorage.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.Version;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The database's clock is ahead of that of Redis, and so are the versions of what it took. */
class ClockAheadTest {

    private Quiet quiet;

    @BeforeEach
    void beQuiet() {
        quiet = new Quiet();
    }

    @AfterEach
    void speakAgain() {
        quiet.close();
    }

    /** A process that has not reached Redis yet takes the database's time, and others see what it wrote. */
    private static Script ahead() {
        Script script = new Script();
        script.sql().faults().stepClock(Duration.ofSeconds(60));
        script.world.offset(60_000);
        script.p.crash();
        script.p.link(script.redis()).refuse();
        script.p.start();
        script.wait(Duration.ofSeconds(1));
        assertThat(script.set(script.p, "first", "v").backend()).isEqualTo("sql");
        script.p.link(script.redis()).heal();
        script.wait(Duration.ofSeconds(15));
        assertThat(script.read(script.q, "first").value()).contains("v");
        return script;
    }

    /**
     * Both write to a database that hangs. When it wakes up, with its clock set back, both attempts are in time there,
     * though they were given up. None of them is raised above the other: that would bring back what may have been
     * replaced since.
     */
    @Test
    void whatWasGivenUpIsNotRaisedAboveWhatWasWrittenBeforeIt() {
        Script script = ahead();
        for (int i = 0; i < 5; i++) {
            assertThat(script.set(script.q, "other" + i, "v").backend()).isEqualTo("redis");
        }
        script.wait(Duration.ofSeconds(1));
        script.sql().faults().hang();
        script.redis().faults().crash();
        Receipt earlier = script.set(script.q, "k", "earlier");
        Receipt later = script.set(script.p, "k", "later");
        assertThat(earlier.backend()).isEqualTo("memory");
        assertThat(later.backend()).isEqualTo("memory");

        script.sql().faults().stepClock(Duration.ofSeconds(-90));
        script.sql().faults().wake();

        assertThat(earlier.version().millis())
                .as("they are still ahead")
                .isGreaterThan(script.world.schedule().millis() + 10_000);
        Version stands = script.sql().standing(World.key("k"), ModelBackend.GENERATION);
        assertThat(stands).as(script.world.story()).isIn(earlier.version(), later.version());
    }
}
