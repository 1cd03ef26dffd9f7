package io.resilientstorage.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.ConditionalResult;
import io.resilientstorage.api.Found;
import io.resilientstorage.api.ReadKind;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.Version;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Redis loses what the database could not get yet, and is filled from it. */
class FlushedRedisTest {

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

    private static Script withOldValue() {
        Script script = new Script();
        script.set(script.p, "k", "old");
        script.wait(Script.A_WHILE);
        return script;
    }

    /** Redis is filled from the database, which can be read all the time. */
    private static void flushed(Script script) {
        script.redis().faults().flush();
        script.read(script.q, "missing");
        script.read(script.p, "missing");
        assertThat(script.world
                        .schedule()
                        .advanceUntil(
                                () -> script.isWhole(script.p, "redis")
                                        && script.stands(script.redis(), "k").isPresent(),
                                LONGEST))
                .as("Redis is taken for whole again")
                .isTrue();
    }

    @Test
    void whatItHadAcknowledgedIsStillReadByWhoWroteIt() {
        Script script = withOldValue();
        script.sql().faults().readOnly(true);
        assertThat(script.set(script.p, "k", "new").backend()).isEqualTo("redis");

        flushed(script);

        assertThat(script.read(script.p, "k").value()).contains("new");
        script.wait(Script.A_WHILE);
        assertThat(script.read(script.q, "k").value()).contains("new");
        script.settles("k", Optional.of("new"));
    }

    /** The control: where who wrote it has gone, nobody has it any more, and the database's value is the newest. */
    @Test
    void whereWhoWroteItHasGoneTheDatabaseFillsItWithTheValueOfBefore() {
        Script script = withOldValue();
        script.sql().faults().readOnly(true);
        script.set(script.q, "k", "new");
        script.q.crash();

        script.redis().faults().flush();
        script.read(script.p, "missing");
        script.wait(Script.A_WHILE);

        assertThat(script.read(script.p, "k").value()).contains("old");
    }

    /** It was in memory alone at first, and Redis got it from there. */
    @Test
    void soIsWhatItHadGotFromItsMemory() {
        Script script = withOldValue();
        script.sql().faults().readOnly(true);
        script.p.link(script.redis()).refuse();
        assertThat(script.set(script.p, "k", "new").backend()).isEqualTo("memory");
        script.p.link(script.redis()).heal();
        assertThat(script.world
                        .schedule()
                        .advanceUntil(() -> script.stands(script.redis(), "k").equals(Optional.of("new")), LONGEST))
                .isTrue();

        flushed(script);

        assertThat(script.read(script.p, "k").value()).contains("new");
        script.settles("k", Optional.of("new"));
    }

    /** A process writes to Redis, and does not reach the database; then Redis loses that. */
    private static Script lostBySomeoneWhoReachesRedisAlone(Mutation mutation, boolean endedMeanwhile) {
        Script script = new Script(Plan.quiet(1).with(mutation));
        script.set(script.p, "k", "old");
        script.wait(Script.A_WHILE);
        script.p.link(script.sql()).cut();
        assertThat(script.set(script.p, "k", "new").backend()).isEqualTo("redis");
        if (endedMeanwhile) {
            script.wait(Script.A_WHILE);
            script.set(script.q, "k", "newer", Duration.ofSeconds(1));
            script.wait(Script.A_WHILE);
        }
        script.redis().faults().flush();
        script.read(script.q, "missing");
        script.read(script.p, "missing");
        script.wait(Script.A_WHILE);
        return script;
    }

    @Test
    void untilTheDatabaseCanBeAskedItsReadsFindItAndSayThatItMayBeStale() {
        Script script = lostBySomeoneWhoReachesRedisAlone(Mutation.NONE, false);

        assertThat(script.stands(script.redis(), "k"))
                .as("something newer may have been there, and gone")
                .contains("old");
        ReadResult<String> read = script.read(script.p, "k");
        assertThat(read.value()).contains("new");
        assertThat(read.stale()).isTrue();
        script.settles("k", Optional.of("new"));
    }

    @Test
    void whatWaitsForTheDatabaseToBeAskedKeepsNothingElseWaiting() {
        Script script = lostBySomeoneWhoReachesRedisAlone(Mutation.NONE, false);
        script.p.link(script.redis()).refuse();
        assertThat(script.set(script.p, "other", "v").backend()).isEqualTo("memory");
        script.wait(Script.A_WHILE);
        script.p.link(script.redis()).heal();

        assertThat(script.world
                        .schedule()
                        .advanceUntil(
                                () -> script.stands(script.redis(), "other").isPresent(), LONGEST))
                .isTrue();
        assertThat(script.stands(script.redis(), "k"))
                .as("the control: it still waits")
                .contains("old");
        script.settles("other", Optional.of("v"));
    }

    /**
     * What took its place has ended, of which, other than of a deletion, Redis is not told when it is filled. Answers
     * whether the older one is back at any moment.
     */
    private static boolean whatHasEndedIsBack(Mutation mutation) {
        Script script = lostBySomeoneWhoReachesRedisAlone(mutation, true);
        boolean before = script.stands(script.redis(), "k").isPresent();
        script.p.link(script.sql()).heal();
        return script.world
                        .schedule()
                        .advanceUntil(() -> script.stands(script.redis(), "k").isPresent(), LONGEST)
                || before;
    }

    @Test
    void whatHasEndedMeanwhileDoesNotGoBackToIt() {
        assertThat(whatHasEndedIsBack(Mutation.NONE)).isFalse();
    }

    /** The control: where the database tells nothing of it, it does. */
    @Test
    void whereTheDatabaseCannotTellItDoes() {
        assertThat(whatHasEndedIsBack(ReadMutants.missing("sql"))).isTrue();
    }

    /**
     * The database takes no writes, so what a process finds there is what it has in its own memory for it. It puts that
     * back to Redis, of which it has not heard yet that it was flushed, and dies.
     */
    @Test
    void whatAReadPutsBackToItTheDatabaseGetsThoughWhoReadItDies() {
        Script script = new Script();
        script.redis().faults().evict(World.key("first"), ModelBackend.GENERATION);
        script.sql().faults().readOnly(true);
        assertThat(script.set(script.p, "k", "new").backend()).isEqualTo("redis");
        script.redis().faults().flush();
        script.read(script.q, "missing");
        assertThat(script.world.schedule().advanceUntil(() -> script.isWhole(script.q, "redis"), LONGEST))
                .as("somebody else has filled it")
                .isTrue();

        ReadResult<String> read = script.read(script.p, "k");
        assertThat(read.value()).contains("new");
        assertThat(read.backend()).isEqualTo("sql");
        script.wait(Duration.ofMillis(5));
        assertThat(script.stands(script.redis(), "k")).contains("new");
        script.p.crash();

        script.settles("k", Optional.of("new"));
    }

    /**
     * A process writes two keys that the database does not get; Redis loses both, and another process has it filled
     * from there. At once, before the writer can have heard of that, it reads one of them.
     */
    private static ReadResult<String> readByAWriterWhoHasNotHeardOfIt(Mutation mutation, String key) {
        Script script = new Script(Plan.quiet(1).with(mutation));
        script.set(script.p, "k", "old");
        script.wait(Script.A_WHILE);
        script.sql().faults().readOnly(true);
        script.set(script.p, "k", "new");
        script.set(script.p, "another", "new");
        script.redis().faults().flush();
        script.read(script.q, "missing");
        assertThat(script.world
                        .schedule()
                        .advanceUntil(
                                () -> script.isWhole(script.q, "redis")
                                        && script.stands(script.redis(), "k").equals(Optional.of("old")),
                                LONGEST))
                .as("another has filled it")
                .isTrue();
        assertThat(script.isWhole(script.p, "redis"))
                .as("the writer has not heard of it")
                .isTrue();
        ReadResult<String> read = script.read(script.p, key);
        if (mutation == Mutation.NONE) {
            script.settles("k", Optional.of("new"));
            script.settles("another", Optional.of("new"));
        }
        return read;
    }

    @Test
    void whereAnOlderValueHasTakenItsPlaceTheWriterReadsWhatItWrote() {
        assertThat(readByAWriterWhoHasNotHeardOfIt(Mutation.NONE, "k").value()).contains("new");
    }

    @Test
    void whereNothingHasTakenItsPlaceTheWriterReadsWhatItWrote() {
        assertThat(readByAWriterWhoHasNotHeardOfIt(Mutation.NONE, "another").value())
                .contains("new");
    }

    /** The control: Redis alone tells the older value, and that there is none. */
    @Test
    void whoAsksRedisAloneReadsWhatTheDatabaseHas() {
        assertThat(readByAWriterWhoHasNotHeardOfIt(ReadMutants.overlayLeftOut(), "k")
                        .value())
                .contains("old");
        assertThat(readByAWriterWhoHasNotHeardOfIt(ReadMutants.overlayLeftOut(), "another")
                        .kind())
                .isEqualTo(ReadKind.ABSENT);
    }

    /** No life ends there, so no sentinel tells it; whoever reads it first puts back what the database has. */
    @Test
    void whatRedisEvictedBeforeTheDatabaseGotItComesBackWhenWhoWroteItReadsIt() {
        Script script = withOldValue();
        script.sql().faults().readOnly(true);
        script.set(script.p, "k", "new");
        script.redis().faults().evict(World.key("k"), ModelBackend.GENERATION);
        assertThat(script.read(script.q, "k").value()).contains("old");
        script.wait(Duration.ofMillis(5));
        assertThat(script.stands(script.redis(), "k")).as("put back by a read").contains("old");

        Found<String> read = (Found<String>) script.read(script.p, "k");
        assertThat(read.found()).isEqualTo("new");
        script.wait(Duration.ofMillis(50));
        assertThat(script.read(script.q, "k").value()).contains("new");
        ConditionalResult swapped = script.world.await(script.p.calls().compareAndSet("k", read.version(), "newer"));
        assertThat(swapped.applied()).isTrue();
        script.settles("k", Optional.of("newer"));
    }

    /** Nobody can undo that it was applied; but nobody is told that all processes would have been told the same. */
    @Test
    void whatAConditionFindsThereAgainstWhatThisProcessHoldsIsNotCalledExact() {
        Script script = withOldValue();
        Version old = ((Found<String>) script.read(script.p, "k")).version();
        script.sql().faults().readOnly(true);
        script.set(script.p, "k", "new");
        script.redis().faults().evict(World.key("k"), ModelBackend.GENERATION);
        assertThat(script.read(script.q, "k").value()).contains("old");
        script.wait(Duration.ofMillis(5));

        ConditionalResult refused = script.world.await(script.p.calls().setIfAbsent("k", "x", Optional.empty()));
        assertThat(refused.applied()).isFalse();
        assertThat(refused.exact()).isFalse();
        ConditionalResult swapped = script.world.await(script.p.calls().compareAndSet("k", old, "newer"));
        assertThat(swapped.applied()).isTrue();
        assertThat(swapped.exact()).isFalse();

        script.redis().faults().evict(World.key("k"), ModelBackend.GENERATION);
        ConditionalResult set = script.world.await(script.p.calls().setIfAbsent("k", "newest", Optional.empty()));
        assertThat(set.applied()).isTrue();
        assertThat(set.exact()).isFalse();
    }

    /** The control: where nothing is lost, what waits for the database makes no condition doubtful. */
    @Test
    void whatAConditionFindsAsThisProcessHoldsItIsExact() {
        Script script = withOldValue();
        script.sql().faults().readOnly(true);
        Version written = script.set(script.p, "k", "new").version();

        assertThat(script.world
                        .await(script.p.calls().setIfAbsent("k", "x", Optional.empty()))
                        .exact())
                .isTrue();
        ConditionalResult swapped = script.world.await(script.p.calls().compareAndSet("k", written, "newer"));
        assertThat(swapped.applied()).isTrue();
        assertThat(swapped.exact()).isTrue();
        script.delete(script.p, "k");
        ConditionalResult set = script.world.await(script.p.calls().setIfAbsent("k", "newest", Optional.empty()));
        assertThat(set.applied()).isTrue();
        assertThat(set.exact()).isTrue();
    }

    /** Where a newer one was there and has gone, the miss is right, and the sentinel says so. */
    @Test
    void whatWasSupersededByWhatHasEndedIsNotReadAgain() {
        Script script = withOldValue();
        script.sql().faults().readOnly(true);
        script.set(script.p, "k", "new");
        script.set(script.q, "k", "newer", Duration.ofSeconds(1));
        script.wait(Duration.ofMinutes(3));

        ReadResult<String> read = script.read(script.p, "k");
        assertThat(read.kind()).isEqualTo(ReadKind.ABSENT);
        assertThat(read.backend()).isEqualTo("redis");
        script.settles("k", Optional.empty());
    }

    /** The database gets it in the end, from a process that dies before it reaches Redis. */
    @Test
    void whatTheDatabaseGetsOfItRedisGetsThoughWhoBroughtItDies() {
        Script script = lostBySomeoneWhoReachesRedisAlone(Mutation.NONE, false);
        script.p.link(script.redis()).cut();
        script.p.link(script.sql()).heal();
        assertThat(script.world
                        .schedule()
                        .advanceUntil(() -> script.stands(script.sql(), "k").equals(Optional.of("new")), LONGEST))
                .isTrue();
        script.p.crash();
        assertThat(script.stands(script.redis(), "k")).contains("old");

        script.settles("k", Optional.of("new"));
    }
}
