package io.resilientstorage.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.BackendStatus;
import io.resilientstorage.api.ReadKind;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.Recovery;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.config.Strategy;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Redis comes back with what it had before, or has dropped a record, while the database has all. */
class RedisRecoveryTest {

    private static final Duration TOMBSTONE_LIFE = Duration.ofSeconds(80);
    /** Before a hint that cannot be cleared is noted elsewhere. */
    private static final Duration A_SECOND = Duration.ofSeconds(1);

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

    private static Plan forgetful() {
        return new Plan(
                1,
                2,
                5,
                WriteMode.MIRROR_ASYNC,
                Strategy.FAILOVER,
                true,
                TOMBSTONE_LIFE,
                Duration.ofSeconds(10),
                0,
                0,
                Duration.ofMinutes(1),
                false,
                false,
                EnumSet.allOf(Promise.class),
                Mutation.NONE);
    }

    /** A snapshot of Redis in which a key stands that is deleted afterwards, and another has its old value. */
    private static Script snapshotOfBefore() {
        Script script = new Script(forgetful());
        script.set(script.p, "deleted", "old");
        script.set(script.p, "changed", "old");
        script.set(script.p, "kept", "old");
        script.wait(Script.A_WHILE);
        script.redis().faults().takeSnapshot();
        script.delete(script.p, "deleted");
        script.set(script.p, "changed", "new");
        script.wait(Script.A_WHILE);
        return script;
    }

    /**
     * Redis has lost what a process wrote there, and that process could not clear its hint before. What the other one
     * put in its place has ended, of which, other than of a deletion, Redis is not told when it is filled. Answers
     * whether the older one is back at any moment.
     */
    private static boolean whatIsSentBackIsOlder(Mutation mutation) {
        Script script = new Script(Plan.quiet(1).with(mutation));
        assertThat(script.set(script.p, "k", "one").backend()).isEqualTo("redis");
        script.p.link(script.redis()).cut();
        script.wait(A_SECOND);
        assertThat(script.stands(script.sql(), "k")).contains("one");
        script.set(script.q, "k", "two", Duration.ofMillis(500));
        script.wait(A_SECOND);
        script.redis().faults().restartEmpty();
        script.wait(A_SECOND);
        script.p.link(script.redis()).heal();
        return script.world
                .schedule()
                .advanceUntil(() -> script.stands(script.redis(), "k").isPresent(), LONGEST);
    }

    @Test
    void whatIsSentBackToAnEmptiedRedisIsNotOlderThanWhatTheDatabaseHas() {
        assertThat(whatIsSentBackIsOlder(Mutation.NONE)).isFalse();
    }

    /** The control: where the database tells nothing of it, it is. */
    @Test
    void whereTheDatabaseCannotBeAskedItIs() {
        assertThat(whatIsSentBackIsOlder(ReadMutants.missing("sql"))).isTrue();
    }

    /** Brings the snapshot back; says what was done for Redis until it was believed again. */
    private static Set<Recovery.Step> restored(Script script) {
        script.redis().faults().restartFromSnapshot();
        Set<Recovery.Step> steps = EnumSet.noneOf(Recovery.Step.class);
        script.world
                .schedule()
                .advanceUntil(
                        () -> {
                            status(script).recovery().map(Recovery::step).ifPresent(steps::add);
                            return false;
                        },
                        LONGEST);
        return steps;
    }

    private static BackendStatus status(Script script) {
        return Objects.requireNonNull(
                script.p.storage().healthStatus().backends().get("redis"));
    }

    private static void settlesWithAllThatWasWritten(Script script) {
        script.settles("deleted", Optional.empty());
        script.settles("changed", Optional.of("new"));
        script.settles("kept", Optional.of("old"));
        assertThat(script.read(script.p, "deleted").kind()).isEqualTo(ReadKind.ABSENT);
        assertThat(script.read(script.p, "changed").value()).contains("new");
        assertThat(script.read(script.p, "kept").value()).contains("old");
    }

    @Test
    void aRedisOfATimeThatTheDatabaseHasForgottenIsComparedWithIt() {
        Script script = snapshotOfBefore();
        script.wait(TOMBSTONE_LIFE.plusSeconds(30));
        long marked = script.redis().faults().kept().sentinel.orElseThrow().watermark();
        assertThat(script.world.sql().extent().floor())
                .as("below the floor is what the database cannot tell changes since")
                .isGreaterThan(marked);

        assertThat(restored(script)).contains(Recovery.Step.RECONCILING);

        settlesWithAllThatWasWritten(script);
    }

    /** The control: what the database still remembers is applied, and nothing is compared. */
    @Test
    void aRedisOfATimeThatTheDatabaseRemembersGetsWhatChangedSince() {
        Script script = snapshotOfBefore();
        long marked = script.redis().faults().kept().sentinel.orElseThrow().watermark();
        assertThat(script.world.sql().extent().floor()).isLessThanOrEqualTo(marked);

        assertThat(restored(script)).contains(Recovery.Step.REPLAYING).doesNotContain(Recovery.Step.RECONCILING);

        settlesWithAllThatWasWritten(script);
    }

    /** Redis finds what recovery sends too late by its clock, until that is looked at again. */
    @Test
    void aRedisWhoseClockIsSteppedMeanwhileGetsAllThatChangedSince() {
        Script script = snapshotOfBefore();

        script.redis().faults().stepClock(Duration.ofMinutes(1));
        restored(script);

        assertThat(script.world.story()).as("the control").contains("LATE");
        settlesWithAllThatWasWritten(script);
    }

    @Test
    void aRecordThatRedisHasDroppedIsPutBackWithWhatIsLeftOfItsLife() {
        Duration life = Duration.ofSeconds(60);
        Script script = new Script();
        script.set(script.p, "k", "one", life);
        script.wait(Duration.ofSeconds(40));
        long end = record(script.sql()).orElseThrow().expiresAt();
        script.redis().faults().evict(World.key("k"), ModelBackend.GENERATION);
        script.wait(Script.A_WHILE);
        assertThat(record(script.redis()))
                .as("the control: nobody else puts it back")
                .isEmpty();

        ReadResult<String> read = script.read(script.q, "k");
        assertThat(read.value()).contains("one");
        assertThat(read.backend()).isEqualTo("sql");
        script.wait(Duration.ofSeconds(1));

        assertThat(record(script.redis()))
                .hasValueSatisfying(record -> assertThat(record.expiresAt()).isEqualTo(end));
        assertThat(script.read(script.q, "k").backend()).isEqualTo("redis");
        script.wait(Duration.ofSeconds(20));
        assertThat(script.stands(script.redis(), "k")).isEmpty();
        assertThat(script.read(script.q, "k").value()).isEmpty();
    }

    private static Optional<VersionedRecord> record(ModelServer server) {
        return server.live(World.key("k"), ModelBackend.GENERATION);
    }

    /**
     * What a process has in its memory alone is older than a deletion of which it has not heard. It reaches Redis
     * before the database, and Redis has been filled since.
     */
    @Test
    void whatWasDeletedBeforeItWasFilledIsNotFoundThereAgain() {
        Script script = new Script();
        script.p.link(script.redis()).refuse();
        script.p.link(script.sql()).refuse();
        assertThat(script.set(script.p, "k", "old").backend()).isEqualTo("memory");
        script.set(script.q, "k", "new");
        script.delete(script.q, "k");
        script.wait(Script.A_WHILE);
        script.redis().faults().restartEmpty();
        script.read(script.q, "missing");
        assertThat(script.world.schedule().advanceUntil(() -> script.isWhole(script.q, "redis"), LONGEST))
                .as("it is filled")
                .isTrue();

        script.set(script.p, "another", "v");
        script.p.link(script.redis()).heal();
        assertThat(script.world
                        .schedule()
                        .advanceUntil(
                                () -> script.stands(script.redis(), "another").isPresent(), LONGEST))
                .as("it reaches Redis")
                .isTrue();

        assertThat(script.stands(script.redis(), "k")).isEmpty();
        assertThat(script.read(script.q, "k").kind()).isEqualTo(ReadKind.ABSENT);
        script.settles("k", Optional.empty());
    }

    /** It was on its way from Redis to the database; Redis has been given back what the database had before. */
    @Test
    void whatReachesTheDatabaseLateFromAProcessThatDiedRedisGetsToo() {
        Script script = new Script();
        script.redis().faults().takeSnapshot();
        script.p.link(script.sql()).slow(Duration.ofMillis(500), Duration.ZERO);
        assertThat(script.set(script.p, "k", "v").backend()).isEqualTo("redis");
        script.wait(Duration.ofMillis(20));
        script.p.crash();
        script.redis().faults().restartFromSnapshot();
        script.read(script.q, "k");
        assertThat(script.world
                        .schedule()
                        .advanceUntil(() -> script.isWhole(script.q, "redis"), Duration.ofMillis(300)))
                .as("it has all that the database had")
                .isTrue();
        assertThat(script.stands(script.sql(), "k")).as("it is on its way").isEmpty();

        script.wait(Script.A_WHILE);
        assertThat(script.read(script.q, "k").value()).contains("v");
        script.settles("k", Optional.of("v"));
    }

    /**
     * The same, and before that is looked at again the watermark moves on, and Redis goes back once more: to a time
     * that counts the late record among what it has.
     */
    @Test
    void whatReachedTheDatabaseLateRedisGetsThoughItGoesBackAgainMeanwhile() {
        Script script = new Script();
        long before = watermark(script);
        script.set(script.q, "moves", "the watermark");
        untilTheWatermarkIsBeyond(script, before);
        script.wait(Duration.ofMillis(4_200));

        script.redis().faults().takeSnapshot();
        script.p.link(script.sql()).slow(Duration.ofMillis(500), Duration.ZERO);
        assertThat(script.set(script.p, "k", "v").backend()).isEqualTo("redis");
        script.wait(Duration.ofMillis(20));
        script.p.crash();
        script.redis().faults().restartFromSnapshot();
        script.read(script.q, "k");
        until(script, () -> script.isWhole(script.q, "redis"), Duration.ofMillis(300));
        long given = watermark(script);
        until(script, () -> script.stands(script.sql(), "k").isPresent(), Duration.ofSeconds(1));
        untilTheWatermarkIsBeyond(script, given);
        assertThat(script.stands(script.redis(), "k")).as("not looked at yet").isEmpty();

        script.redis().faults().takeSnapshot();
        script.redis().faults().restartFromSnapshot();
        script.read(script.q, "another");
        until(script, () -> script.isWhole(script.q, "redis"), Duration.ofMillis(300));
        assertThat(script.stands(script.redis(), "k"))
                .as("what changed since the watermark")
                .isEmpty();

        script.wait(Script.A_WHILE);
        assertThat(script.read(script.q, "k").value()).contains("v");
        script.settles("k", Optional.of("v"));
    }

    private static void untilTheWatermarkIsBeyond(Script script, long position) {
        until(script, () -> watermark(script) > position, LONGEST);
    }

    private static long watermark(Script script) {
        return script.redis().sentinel().sentinel().orElseThrow().watermark();
    }

    private static void until(Script script, BooleanSupplier condition, Duration longest) {
        assertThat(script.world.schedule().advanceUntil(condition, longest))
                .as(script.world.story())
                .isTrue();
    }
}
