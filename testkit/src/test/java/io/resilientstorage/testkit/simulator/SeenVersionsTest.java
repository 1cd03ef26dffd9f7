package io.resilientstorage.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.ReadKind;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a process writes is newer than what it has read, whatever the clock of who wrote that. */
class SeenVersionsTest {

    private Quiet quiet;

    @BeforeEach
    void beQuiet() {
        quiet = new Quiet();
    }

    @AfterEach
    void speakAgain() {
        quiet.close();
    }

    @Test
    void aValueThatWasReadIsReplacedAtABackendThatLacksIt() {
        Script script = withAFastClock();
        script.sql().faults().crash();
        script.set(script.q, "k", "ahead");
        assertThat(script.read(script.p, "k").value()).contains("ahead");
        replacedElsewhere(script);
    }

    @Test
    void aKeyThatWasReadAsDeletedIsWrittenAtABackendThatKnowsNothingOfIt() {
        Script script = withAFastClock();
        script.set(script.p, "k", "first");
        script.wait(Script.A_WHILE);
        script.sql().faults().crash();
        script.delete(script.q, "k");
        assertThat(script.read(script.p, "k").kind()).isEqualTo(ReadKind.ABSENT);
        replacedElsewhere(script);
    }

    /** The versions of one process are ahead of the clock of the other. */
    private static Script withAFastClock() {
        Script script = new Script();
        script.sql().faults().stepClock(Duration.ofMinutes(1));
        script.q.crash();
        script.q.link(script.redis()).cut();
        script.q.start();
        script.wait(Script.A_WHILE);
        script.set(script.q, "other", "ahead");
        script.q.link(script.redis()).heal();
        script.sql().faults().stepClock(Duration.ofMinutes(-1));
        script.wait(Duration.ofSeconds(30));
        return script;
    }

    private static void replacedElsewhere(Script script) {
        script.q.crash();
        script.redis().faults().crash();
        script.sql().faults().restart();
        script.wait(Script.A_WHILE);
        assertThat(script.set(script.p, "k", "two").backend()).isEqualTo("sql");
        script.settles("k", Optional.of("two"));
    }
}
