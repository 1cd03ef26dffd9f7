package io.resilientstorage.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Sync;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.backend.MissTrust;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The database goes back to a backup while Redis has gone on. */
class RestoredDatabaseTest {

    /** Longer than Redis remembers the version of what has ended. */
    private static final Duration FORGOTTEN = Duration.ofMinutes(2);

    private Quiet quiet;

    @BeforeEach
    void beQuiet() {
        quiet = new Quiet();
    }

    @AfterEach
    void speakAgain() {
        quiet.close();
    }

    /** The backup has a key that was deleted since, so long ago that Redis knows nothing of it any more. */
    private static Script backedUpAndDeleted(Mutation mutation) {
        Script script = new Script(Plan.quiet(1).with(mutation));
        script.set(script.p, "kept", "old");
        script.set(script.p, "k", "one");
        script.wait(Script.A_WHILE);
        script.sql().faults().takeSnapshot();
        script.delete(script.p, "k");
        // The more the backup lacks, the longer the database is seen to be behind, though it is written to again.
        for (int i = 0; i < 10; i++) {
            script.set(script.p, "kept", "new " + i);
        }
        script.wait(FORGOTTEN);
        assertThat(script.sql().live(World.key("k"), ModelBackend.GENERATION)).isEmpty();
        return script;
    }

    private static void settlesWithoutTheDeleted(Script script) {
        script.settles("k", Optional.empty());
        assertThat(script.stands(script.sql(), "kept")).contains("new 9");
        assertThat(script.stands(script.redis(), "kept")).contains("new 9");
    }

    @Test
    void aRestoredDatabaseDoesNotBringDeletedKeysBack() {
        Script script = backedUpAndDeleted(Mutation.NONE);

        script.sql().faults().restartFromSnapshot();

        settlesWithoutTheDeleted(script);
        assertThat(script.world.story()).doesNotContain("DeletionsLost");
    }

    /** Nobody was there to see Redis whole before. */
    @Test
    void norDoesItWhereAllProcessesBeganAfterIt() {
        Script script = backedUpAndDeleted(Mutation.NONE);
        script.p.crash();
        script.q.crash();

        script.sql().faults().restartFromSnapshot();
        script.p.start();
        script.q.start();

        settlesWithoutTheDeleted(script);
        assertThat(script.world.story()).doesNotContain("DeletionsLost");
    }

    /** The control of both: what Redis misses is no proof where it drops records, and it is said. */
    @Test
    void whereMissesTellNothingTheDeletedComesBackAndThatIsTold() {
        Script script = backedUpAndDeleted(evicting());

        script.sql().faults().restartFromSnapshot();
        script.wait(Duration.ofSeconds(30));

        assertThat(script.stands(script.sql(), "k")).contains("one");
        assertThat(script.stands(script.sql(), "kept")).contains("new 9");
        assertThat(script.world.story()).contains("DeletionsLost", "it drops records to make room");
    }

    /** A process that does not reach Redis writes to the restored database before anybody looks at that. */
    private static Script writtenAfterTheRestore(Mutation mutation) {
        Script script = backedUpAndDeleted(mutation);
        script.p.link(script.redis()).cut();
        script.wait(Script.A_WHILE);
        script.sql().faults().restartFromSnapshot();
        assertThat(script.set(script.p, "fresh", "new").backend()).isEqualTo("sql");
        return script;
    }

    @Test
    void aWriteThatWasAcknowledgedAfterTheRestoreIsNotEnded() {
        Script script = writtenAfterTheRestore(Mutation.NONE);
        script.p.crash();

        script.settles("fresh", Optional.of("new"));
        settlesWithoutTheDeleted(script);
        assertThat(script.world.story()).doesNotContain("DeletionsLost");
    }

    /** The control: only the hint tells it from what was deleted. */
    @Test
    void oneWhoseHintIsNotSeenIsEnded() {
        Script script = writtenAfterTheRestore(withoutHints());
        script.p.crash();
        script.wait(Duration.ofSeconds(30));

        assertThat(script.stands(script.sql(), "fresh")).isEmpty();
    }

    @Test
    void aHintThatStaysIsNotWaitedForForEver() {
        Script script = writtenAfterTheRestore(Mutation.NONE);
        script.p.crash();
        script.sql().notes().claim(script.redis().name(), 1, Duration.ofMinutes(5));
        script.wait(Duration.ofSeconds(5));
        assertThat(sync(script)).isEqualTo(Sync.COLD);

        script.wait(Duration.ofSeconds(10));

        assertThat(sync(script)).isNotEqualTo(Sync.COLD);
        assertThat(script.stands(script.sql(), "fresh")).contains("new");
        assertThat(script.stands(script.sql(), "k")).contains("one");
        assertThat(script.world.story()).contains("DeletionsLost", "it still has to get others");
    }

    private static Sync sync(Script script) {
        return Objects.requireNonNull(
                        script.q.storage().healthStatus().backends().get("sql"))
                .sync();
    }

    private static Mutation evicting() {
        return new Mutation() {
            @Override
            public Backend client(String server, Backend real) {
                return !server.equals("redis")
                        ? real
                        : new ChangedBackend(real) {
                            @Override
                            public CompletionStage<ReadReply> read(ReadRequest request) {
                                return real.read(request)
                                        .thenApply(reply ->
                                                new ReadReply(reply.answers(), reply.incarnation(), MissTrust.EVICTED));
                            }
                        };
            }
        };
    }

    private static Mutation withoutHints() {
        return new Mutation() {
            @Override
            public Backend client(String server, Backend real) {
                return !server.equals("sql")
                        ? real
                        : new ChangedBackend(real) {
                            @Override
                            public Optional<HintStore> hints() {
                                return real.hints().map(hints -> new ChangedHints(hints) {
                                    @Override
                                    public CompletionStage<HintSummary> summary(String target) {
                                        return hints.summary(target).thenApply(any -> new HintSummary(0, 0, 0));
                                    }
                                });
                            }
                        };
            }
        };
    }
}
