package io.resilientstorage.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Sync;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.RecordScan;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The database loses everything, and what it had comes back to it from several sides. */
class EmptiedDatabaseTest {

    private static final int MOMENTS = 100;
    private static final Duration A_MOMENT = Duration.ofMillis(100);
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
     * A process that does not reach Redis still has to bring it a value that the other deleted since. The database
     * loses the end of it, and gets from each what that one has: the value from the one, the end from Redis. Answers
     * whether there was a moment at which the value was back, and the database taken for whole.
     */
    private static boolean olderValueIsBack(Script script) {
        script.p.link(script.redis()).cut();
        assertThat(script.set(script.p, "k", "one").backend()).isEqualTo("sql");
        script.wait(Script.A_WHILE);
        assertThat(script.stands(script.redis(), "k")).contains("one");
        script.delete(script.q, "k");
        script.wait(Script.A_WHILE);

        script.sql().faults().restartEmpty();
        boolean back = false;
        for (int moment = 0; moment < MOMENTS; moment++) {
            script.wait(A_MOMENT);
            back |= isWhole(script) && script.stands(script.sql(), "k").isPresent();
        }
        assertThat(script.stands(script.sql(), "first")).isPresent();
        return back;
    }

    private static boolean isWhole(Script script) {
        return Objects.requireNonNull(
                                script.q.storage().healthStatus().backends().get("sql"))
                        .sync()
                == Sync.IN_SYNC;
    }

    @Test
    void anOlderValueThatIsGivenBackToItDoesNotBringBackWhatWasDeleted() {
        Script script = new Script();

        assertThat(olderValueIsBack(script)).isFalse();
        script.settles("k", Optional.empty());
    }

    /** The control: with what is live alone the database has no end to set against it. */
    @Test
    void whereItIsFilledWithoutWhatHasEndedItDoes() {
        assertThat(olderValueIsBack(new Script(Plan.quiet(1).with(withoutWhatHasEnded()))))
                .isTrue();
    }

    /** A process has not heard yet that Redis took its hint back when both lose what it wrote, one after the other. */
    @Test
    void whatBothHaveLostGoesBackToBothFromWhoHadNotHeardOfTheEnd() {
        Script script = new Script();
        script.set(script.p, "k", "old");
        script.wait(Script.A_WHILE);
        script.redis().faults().takeSnapshot();
        assertThat(script.set(script.p, "k", "new").backend()).isEqualTo("redis");
        script.p.link(script.redis()).cut();
        script.wait(A_MOMENT);
        assertThat(script.stands(script.sql(), "k")).contains("new");

        script.redis().faults().restartFromSnapshot();
        script.sql().faults().restartEmpty();
        script.read(script.q, "k");
        assertThat(script.world
                        .schedule()
                        .advanceUntil(() -> script.stands(script.sql(), "k").equals(Optional.of("old")), LONGEST))
                .as("the control: the database gets what Redis has")
                .isTrue();
        script.p.link(script.redis()).heal();

        script.settles("k", Optional.of("new"));
    }

    private static Mutation withoutWhatHasEnded() {
        return new Mutation() {
            @Override
            public Backend client(String server, Backend real) {
                return new ChangedBackend(real) {
                    @Override
                    public Optional<RecordScan> scan() {
                        return real.scan()
                                .map(scan -> request -> scan.scan(new RecordScan.Request(
                                        request.namespace(),
                                        request.prefix(),
                                        request.generation(),
                                        request.cursor(),
                                        request.limit(),
                                        false)));
                    }
                };
            }
        };
    }
}
