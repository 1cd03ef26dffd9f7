package io.resilientstorage.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Sync;
import io.resilientstorage.backend.Backend;
import io.resilientstorage.backend.HintStore;
import io.resilientstorage.backend.HintSummary;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.MissTrust;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.backend.ReadRequest;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.SentinelReply;
import io.resilientstorage.backend.SentinelStore;
import io.resilientstorage.config.BackendOptions;
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

    private static Script backedUp(Mutation mutation) {
        Script script = new Script(Plan.quiet(1).with(mutation));
        script.set(script.p, "kept", "old");
        script.set(script.p, "k", "one");
        script.wait(Script.A_WHILE);
        script.sql().faults().takeSnapshot();
        return script;
    }

    /** The backup has a key that was deleted since. */
    private static Script backedUpAndDeleted(Mutation mutation) {
        Script script = backedUp(mutation);
        script.delete(script.p, "k");
        return goneOn(script);
    }

    private static Script goneOn(Script script) {
        // The more the backup lacks, the longer the database is seen to be behind, though it is written to again.
        for (int i = 0; i < 10; i++) {
            script.set(script.p, "kept", "new " + i);
        }
        script.wait(FORGOTTEN);
        assertThat(script.sql().live(World.key("k"), ModelBackend.GENERATION)).isEmpty();
        return script;
    }

    /**
     * The same, but the key has ended by itself, with a newer value: of that Redis remembers no more than the minute,
     * and only what it lacks tells.
     */
    private static Script backedUpAndForgotten(Mutation mutation) {
        Script script = backedUp(mutation);
        script.set(script.p, "k", "two", Duration.ofSeconds(1));
        return goneOn(script);
    }

    private static void settlesWithoutTheDeleted(Script script) {
        script.settles("k", Optional.empty());
        assertThat(script.stands(script.sql(), "kept")).contains("new 9");
        assertThat(script.stands(script.redis(), "kept")).contains("new 9");
    }

    @Test
    void aRestoredDatabaseDoesNotBringBackWhatHasEnded() {
        Script script = backedUpAndForgotten(Mutation.NONE);

        script.sql().faults().restartFromSnapshot();

        settlesWithoutTheDeleted(script);
        assertThat(script.world.story()).doesNotContain("DeletionsLost");
    }

    /** Redis has it for a minute alone; that is no end of it. */
    @Test
    void whatRedisMayNotKeepAsLongStaysInARestoredDatabase() {
        Script script = backedUp(capped());
        for (int i = 0; i < 10; i++) {
            script.set(script.p, "kept", "new " + i);
        }
        script.wait(Script.A_WHILE);

        script.sql().faults().restartFromSnapshot();
        script.wait(FORGOTTEN);

        assertThat(script.stands(script.redis(), "k")).isEmpty();
        assertThat(script.stands(script.sql(), "k")).contains("one");
    }

    /** Redis takes no writes, so it cannot tell: what the database took meanwhile only its writers still know. */
    @Test
    void whatALostDatabaseAloneHadIsGivenBackByWhoWroteIt() {
        Script script = new Script();
        script.set(script.p, "k", "old");
        script.wait(Script.A_WHILE);
        script.redis().faults().readOnly(true);
        assertThat(script.set(script.p, "k", "new").backend()).isEqualTo("sql");

        script.sql().faults().restartEmpty();
        script.read(script.q, "k");
        script.wait(Script.A_WHILE);

        assertThat(script.read(script.p, "k").value()).contains("new");
        assertThat(script.read(script.q, "k").value()).contains("new");
        script.settles("k", Optional.of("new"));
    }

    /** Nobody was there to see Redis whole before. */
    @Test
    void norDoesItWhereAllProcessesBeganAfterIt() {
        Script script = backedUpAndForgotten(Mutation.NONE);
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
    void whereMissesTellNothingWhatHasEndedComesBackAndThatIsTold() {
        Script script = backedUpAndForgotten(evicting());

        script.sql().faults().restartFromSnapshot();
        script.wait(Duration.ofSeconds(30));

        assertThat(script.stands(script.sql(), "k")).contains("one");
        assertThat(script.stands(script.sql(), "kept")).contains("new 9");
        assertThat(script.world.story()).contains("DeletionsLost", "it drops records to make room");
    }

    /** What Redis remembers is a proof in any case. */
    @Test
    void whatIsRememberedAsDeletedDoesNotComeBackWhereMissesTellNothing() {
        Script script = backedUpAndDeleted(evicting());

        script.sql().faults().restartFromSnapshot();
        script.wait(Duration.ofSeconds(30));

        assertThat(script.stands(script.sql(), "k")).isEmpty();
        assertThat(script.stands(script.sql(), "kept")).contains("new 9");
        assertThat(script.world.story()).doesNotContain("DeletionsLost");
    }

    /** A process that does not reach Redis writes to the restored database before anybody looks at that. */
    private static Script writtenAfterTheRestore(Mutation mutation) {
        Script script = backedUpAndForgotten(mutation);
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

    /**
     * A process that is cut off from Redis writes to the database all the time, so that there is a hint whenever
     * somebody looks, and the watermark stands still. The backup is made and put back meanwhile.
     */
    private static Script restoredUnderLoad(Mutation mutation) {
        Script script = new Script(Plan.quiet(1).with(mutation));
        script.set(script.p, "kept", "old");
        script.q.link(script.redis()).cut();
        script.wait(Script.A_WHILE);
        load(script, 20);
        script.sql().faults().takeSnapshot();
        for (int i = 0; i < 10; i++) {
            script.set(script.p, "kept", "new " + i);
        }
        load(script, 40);
        assertThat(sentinel(script.redis()).watermark())
                .as("what the watermark tells")
                .isLessThanOrEqualTo(script.sql().faults().kept().position);
        script.sql().faults().restartFromSnapshot();
        script.q.crash();
        return script;
    }

    private static void load(Script script, int writes) {
        for (int i = 0; i < writes; i++) {
            assertThat(script.set(script.q, "other", value(script)).backend()).isEqualTo("sql");
            script.wait(Duration.ofMillis(400));
        }
    }

    /** No value is written twice: that it is back could not be told. */
    private static String value(Script script) {
        return "written at " + script.world.schedule().nanos();
    }

    private static Sentinel sentinel(ModelServer server) {
        return server.state().sentinel.orElseThrow();
    }

    @Test
    void aRestoredDatabaseIsFoundOutThoughTheWatermarkStoodStill() {
        Script script = restoredUnderLoad(Mutation.NONE);
        assertThat(sentinel(script.redis()).beats())
                .isGreaterThan(sentinel(script.sql()).beats());

        script.settles("kept", Optional.of("new 9"));
    }

    /** The control: only the beats tell. */
    @Test
    void whereNobodyCountsItIsNot() {
        Script script = restoredUnderLoad(withoutBeats());
        script.wait(Duration.ofSeconds(30));

        assertThat(script.stands(script.redis(), "kept")).contains("new 9");
        assertThat(script.stands(script.sql(), "kept")).contains("old");
    }

    /** What it took since has made it as long as it was; that it is another is seen for all that. */
    @Test
    void aRestoredDatabaseThatWasWrittenToIsFoundOutByWhoSeesBoth() {
        Script script = backedUpAndDeleted(Mutation.NONE);
        script.p.link(script.redis()).cut();
        script.q.link(script.sql()).cut();
        script.wait(Script.A_WHILE);
        long before = script.sql().state().position;
        script.sql().faults().restartFromSnapshot();
        while (script.sql().state().position <= before) {
            assertThat(script.set(script.p, "other", value(script)).backend()).isEqualTo("sql");
        }

        script.settles("other", script.stands(script.sql(), "other"));
        settlesWithoutTheDeleted(script);
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

    private static Mutation capped() {
        return new Mutation() {
            @Override
            public void configure(String server, BackendOptions options) {
                if (server.equals("redis")) {
                    options.ttlCap(Duration.ofMinutes(1));
                }
            }
        };
    }

    private static Mutation withoutBeats() {
        return new Mutation() {
            @Override
            public Backend client(String server, Backend real) {
                return new ChangedBackend(real) {
                    @Override
                    public Optional<SentinelStore> sentinels() {
                        return real.sentinels().map(RestoredDatabaseTest::withoutBeats);
                    }
                };
            }
        };
    }

    private static SentinelStore withoutBeats(SentinelStore real) {
        return new SentinelStore() {
            @Override
            public CompletionStage<SentinelReply> read() {
                return real.read();
            }

            @Override
            public CompletionStage<Boolean> compareAndSet(
                    Incarnation life, Optional<Sentinel> expected, Sentinel next) {
                return real.compareAndSet(life, expected, next.withBeats(0));
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
