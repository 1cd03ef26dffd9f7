package io.resilientstorage.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Found;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.Receipt;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the simulator is there for: each of these would lose something, and each is noticed. Fourteen of the fifteen are
 * by random seeds, within 1,000: nine in the plans of {@link Plan#random}, one where clocks are seconds apart
 * ({@link Plan#skewed}), three where processes die at the worst moment ({@link Plan#deadly}: a hint outside the
 * transaction, a hint that is cleared without its version, and a failback before the backlog is empty), one where the
 * better server goes back to snapshots ({@link Plan#restored}: a watermark that is a version). An attempt that is
 * stored after it was given up is noticed by a history that is written out, and so are four of the others once more,
 * with the same history without the mutant as the control.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MutantsTest {

    private static final Logger LOG = LoggerFactory.getLogger("simulator");
    private static final int SEEDS = 1_000;
    private static final int MOMENTS = 20;

    /** Less than a message takes. */
    private static final Duration STEP = Duration.ofNanos(20_000);

    private static final int MOST_STEPS = 10_000;

    private Quiet quiet;

    @BeforeAll
    void beQuiet() {
        quiet = new Quiet();
    }

    @AfterAll
    void speakAgain() {
        quiet.close();
    }

    static Stream<Map.Entry<String, Mutation>> mutants() {
        return Stream.of(
                Map.entry("hint kept in memory only", Mutants.hintInMemoryOnly()),
                Map.entry("replay without version check", Mutants.replayWithoutVersionCheck()),
                Map.entry("writing again after an unknown outcome", Mutants.writingAgain()),
                Map.entry("expiry restarted at replay", Mutants.expiryRestarted()),
                Map.entry("cold backend believed", Mutants.coldBelieved()),
                Map.entry("tombstone shorter than the hint window", Mutants.shortTombstoneLife()),
                Map.entry("a local copy used as a source", ScanMutants.localCopyAsSource()),
                Map.entry("delete without tombstone", ScanMutants.deleteWithoutTombstone()),
                Map.entry("overlay left out", ReadMutants.overlayLeftOut()));
    }

    @ParameterizedTest
    @MethodSource("mutants")
    void aMutantIsNoticed(Map.Entry<String, Mutation> mutant) {
        assertNoticed(mutant.getKey(), mutant.getValue(), Plan::random);
    }

    /**
     * Where all clocks agree, hardly any version that is read is ahead of the reader's. Where they are seconds apart, a
     * call may come too late everywhere, so P1 is not watched.
     */
    @Test
    void aClockThatIsNotAdvancedOnReadIsNoticed() {
        assertNoticed(
                "clock not advanced on read",
                ReadMutants.clockNotAdvanced(),
                seed -> Plan.random(seed).skewed().watching(EnumSet.complementOf(EnumSet.of(Promise.P1))));
    }

    /** What processes leave behind that die when a server has just done what they asked for. */
    @Test
    void aHintOutsideTheTransactionIsNoticedWhereProcessesDieAtTheWorstMoment() {
        assertNoticed(
                "hint outside the transaction",
                Mutants.hintOutsideTheStep(),
                seed -> Plan.random(seed).deadly());
    }

    /** Who had the newer one dies before it is handed over: as a rule it brings that itself, hint or not. */
    @Test
    void aHintThatIsClearedWithoutItsVersionIsNoticedWhereProcessesDieAtTheWorstMoment() {
        assertNoticed(
                "hint cleared without version",
                Mutants.clearedWithoutVersion(),
                seed -> Plan.random(seed).deadly());
    }

    /** Who claimed the hints dies as well, and until they can be claimed again the better backend is behind (P9). */
    @Test
    void aFailbackBeforeTheBacklogIsEmptyIsNoticedWhereProcessesDieAtTheWorstMoment() {
        assertNoticed(
                "failback before the backlog is empty",
                ScanMutants.earlyFailback(),
                seed -> Plan.random(seed).deadly());
    }

    /** A clock that is ahead, a snapshot after its write, and writes before the true time has come up with it. */
    @Test
    void aWatermarkThatIsAVersionIsNoticedWhereTheBetterServerGoesBack() {
        assertNoticed(
                "watermark that is a version",
                ScanMutants.versionAsWatermark(),
                seed -> Plan.random(seed).restored());
    }

    /** The same, written out. */
    @Test
    void aWatermarkThatIsAVersionIsNoticed() {
        assertThat(oldSnapshotAfterAFastClock(ScanMutants.versionAsWatermark())).isNotEmpty();
        assertThat(oldSnapshotAfterAFastClock(Mutation.NONE)).isEmpty();
    }

    /**
     * A newer value whose writer died before it was handed over, while an older one of the same key is being: only the
     * hint knows of the newer one. Whether that or the older one's delivery comes first when the way is free is a
     * matter of the moment, so there are several.
     */
    @Test
    void aHintThatIsClearedWithoutItsVersionIsNoticed() {
        int noticed = 0;
        for (int moment = 0; moment < MOMENTS; moment++) {
            Duration more = Duration.ofMillis(100L * moment);
            noticed += newerHintOfADeadWriter(Mutants.clearedWithoutVersion(), more)
                            .isEmpty()
                    ? 0
                    : 1;
            assertThat(newerHintOfADeadWriter(Mutation.NONE, more)).isEmpty();
        }
        LOG.warn("hint cleared without version: at {} of {} moments", noticed, MOMENTS);
        assertThat(noticed).isPositive();
    }

    private static List<Violation> newerHintOfADeadWriter(Mutation mutation, Duration more) {
        Script script = new Script(Plan.quiet(1).with(mutation));
        script.wait(Script.A_WHILE);
        script.p.link(script.sql()).cut();
        script.q.link(script.sql()).cut();
        script.set(script.p, "k", "one");
        script.set(script.q, "k", "two");
        script.q.crash();
        script.wait(Script.A_WHILE.plus(more));
        script.p.link(script.sql()).heal();
        script.world.settle();
        return script.world.violations();
    }

    /** The writer dies between the step that stores the record and all that it would have sent after that. */
    @Test
    void aHintOutsideTheTransactionIsNoticed() {
        assertThat(recordOfAWriterThatDiedAtOnce(Mutants.hintOutsideTheStep())).isNotEmpty();
        assertThat(recordOfAWriterThatDiedAtOnce(Mutation.NONE)).isEmpty();
    }

    private static List<Violation> recordOfAWriterThatDiedAtOnce(Mutation mutation) {
        Script script = new Script(Plan.quiet(1).with(mutation));
        script.p.link(script.sql()).cut();
        script.q.link(script.sql()).cut();
        script.wait(Script.A_WHILE);
        var unused = script.p.calls().set("k", "one", Optional.empty());
        for (int step = 0;
                step < MOST_STEPS && script.stands(script.redis(), "k").isEmpty();
                step++) {
            script.wait(STEP);
        }
        assertThat(script.stands(script.redis(), "k")).contains("one");
        script.p.crash();
        script.world.settle();
        return script.world.violations();
    }

    /**
     * The server's clock was set back since it was looked at last, so by it an attempt that was given up arrives in
     * time. Of chance alone this is met once in 100,000 seeds.
     */
    @Test
    void anAttemptThatIsStoredAfterItWasGivenUpIsNoticed() {
        assertThat(deletedAfterAnAttemptWasGivenUp(Mutants.everyAttemptWins()))
                .extracting(Violation::promise)
                .contains(Promise.P5);
        assertThat(deletedAfterAnAttemptWasGivenUp(Mutation.NONE)).isEmpty();
    }

    private static List<Violation> deletedAfterAnAttemptWasGivenUp(Mutation mutation) {
        Script script = new Script(Plan.quiet(1).with(mutation));
        script.redis().faults().stepClock(Duration.ofSeconds(-10));
        script.p.link(script.redis()).slow(Duration.ofMillis(400), Duration.ZERO);
        assertThat(script.set(script.p, "k", "given up").backend()).isEqualTo("sql");
        script.delete(script.q, "k");
        script.wait(Script.A_WHILE);
        script.world.settle();
        return script.world.violations();
    }

    /**
     * Who wrote is dead, and so is who claimed the hint: until it can be claimed again the better backend is behind,
     * and what it says would be old, and not called stale (P9).
     */
    @Test
    void aFailbackBeforeTheBacklogIsEmptyIsNoticed() {
        assertThat(oldValueCalledFresh(ScanMutants.earlyFailback())).isTrue();
        assertThat(oldValueCalledFresh(Mutation.NONE)).isFalse();
    }

    private static boolean oldValueCalledFresh(Mutation mutation) {
        Script script = new Script(Plan.quiet(1).with(mutation));
        script.set(script.p, "k", "old");
        script.wait(Script.A_WHILE);
        script.p.link(script.redis()).cut();
        script.q.link(script.redis()).cut();
        script.set(script.p, "k", "new");
        script.p.crash();
        script.sql().notes().claim(script.redis().name(), 1, Duration.ofMinutes(5));
        script.wait(Script.A_WHILE);
        script.q.link(script.redis()).heal();
        boolean told = false;
        for (int moment = 0; moment < MOMENTS; moment++) {
            script.wait(Script.A_WHILE);
            ReadResult<String> read = script.read(script.q, "k");
            told |= read instanceof Found<String> found && found.found().equals("old") && !found.stale();
        }
        return told;
    }

    private static List<Violation> oldSnapshotAfterAFastClock(Mutation mutation) {
        Script script = new Script(Plan.quiet(1).with(mutation));
        script.sql().faults().stepClock(Duration.ofMinutes(1));
        // One that has never reached the better server takes its time from the other.
        script.q.crash();
        script.q.link(script.redis()).cut();
        script.q.start();
        script.wait(Script.A_WHILE);
        Receipt ahead = script.set(script.q, "other", "ahead");
        script.wait(Script.A_WHILE);
        script.redis().faults().takeSnapshot();
        Receipt later = script.set(script.p, "k", "one");
        assertThat(ahead.version()).isGreaterThan(later.version());
        script.wait(Script.A_WHILE);
        script.redis().faults().restartFromSnapshot();
        script.world.settle();
        return script.world.violations();
    }

    private static void assertNoticed(String name, Mutation mutation, LongFunction<Plan> plans) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Plan plan = plans.apply(seed);
            Simulator.Run run = Simulator.run(plan.with(mutation));
            if (!run.violations().isEmpty()) {
                LOG.warn("{}: seed {}, {}", name, seed, run.violations().get(0));
                assertThat(Simulator.run(plan).violations())
                        .as("without the mutant, seed %d", seed)
                        .isEmpty();
                return;
            }
        }
        throw new AssertionError("nothing was noticed in " + SEEDS + " seeds: " + name);
    }
}
