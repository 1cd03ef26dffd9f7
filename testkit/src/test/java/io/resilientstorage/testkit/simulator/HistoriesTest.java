package io.resilientstorage.testkit.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.ReadKind;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.UnreadableValueException;
import io.resilientstorage.api.Version;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.config.Strategy;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.VersionedRecord;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The histories that break naive designs, written out. Their numbers are those of the project's list. */
class HistoriesTest {

    private static final Row.Place PLACE = new Row.Place(ModelBackend.GENERATION, World.key("k"));
    private static final Duration AS_LONG_AS_REDIS_REMEMBERS = Duration.ofSeconds(70);

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
    void history1TheHintOnlyInMemory() {
        Script script = new Script();
        script.set(script.p, "k", "one");
        script.wait(Script.A_WHILE);
        script.sql().faults().crash();
        script.delete(script.p, "k");
        script.p.crash();
        script.wait(Script.A_WHILE);
        script.sql().faults().restart();
        script.wait(Script.A_WHILE);
        script.redis().faults().flush();
        script.settles("k", Optional.empty());
    }

    @Test
    void history2AbsentIsNotOld() {
        Script script = new Script();
        script.p.link(script.redis()).slow(Duration.ofSeconds(3), Duration.ZERO);
        CompletableFuture<Receipt> late = script.p.calls().set("k", "one", Optional.empty());
        script.wait(Duration.ofMillis(100));
        script.set(script.q, "k", "two", Duration.ofSeconds(1));
        script.world.await(late);
        script.wait(Duration.ofSeconds(4));
        script.settles("k", Optional.empty());
    }

    @Test
    void history3PrivateCopiesAsTruth() {
        Script script = new Script();
        for (ModelServer server : script.world.servers()) {
            script.p.link(server).cut();
        }
        assertThat(script.set(script.p, "k", "one").backend()).isEqualTo("memory");
        for (ModelServer server : script.world.servers()) {
            script.p.link(server).heal();
        }
        script.wait(Duration.ofSeconds(20));
        script.delete(script.q, "k");
        script.wait(Script.A_WHILE);
        script.redis().faults().flush();
        script.settles("k", Optional.empty());
    }

    @Test
    void history4TheWatermarkIsNotArrivalOrder() {
        Script script = new Script();
        script.p.link(script.redis()).cut();
        script.q.link(script.sql()).cut();
        script.wait(Script.A_WHILE);
        assertThat(script.set(script.p, "k", "one").backend()).isEqualTo("sql");
        script.set(script.q, "other", "newer");
        script.redis().faults().takeSnapshot();
        script.world.heal();
        script.wait(Duration.ofSeconds(30));
        assertThat(script.stands(script.redis(), "k")).contains("one");
        script.redis().faults().restartFromSnapshot();
        script.settles("k", Optional.of("one"));
    }

    @Test
    void history5IncarnationAFlushIsNoticed() {
        Script script = new Script();
        script.set(script.p, "k", "one");
        script.wait(Script.A_WHILE);
        script.redis().faults().flush();
        script.assertNotAbsent(script.read(script.p, "k"));
        script.assertNotAbsent(script.read(script.q, "k"));
        script.settles("k", Optional.of("one"));
    }

    @Test
    void history5IncarnationAPromotedReplicaIsNoticed() {
        Script script = new Script();
        script.redis().faults().replicate();
        script.set(script.p, "k", "one");
        script.wait(Script.A_WHILE);
        script.redis().faults().promoteReplica();
        script.assertNotAbsent(script.read(script.p, "k"));
        script.assertNotAbsent(script.read(script.q, "k"));
        script.settles("k", Optional.of("one"));
    }

    @Test
    void history6WritingAgainResurrects() {
        Script script = new Script();
        script.p.link(script.redis()).cutReplies();
        CompletableFuture<Receipt> write = script.p.calls().set("k", "one", Optional.empty());
        script.wait(Duration.ofMillis(50));
        assertThat(script.read(script.q, "k").value()).as(script.world.story()).contains("one");
        script.delete(script.q, "k");
        script.world.await(write);
        script.settles("k", Optional.empty());
    }

    @Test
    void history7SkewedClocks() {
        Script script = new Script();
        SimulatedProcess slow = script.world.process("slow", -10_000);
        SimulatedProcess fast = script.world.process("fast", 10_000);
        script.wait(Script.A_WHILE);
        script.set(slow, "k", "one", Duration.ofSeconds(5));
        assertThat(script.read(script.p, "k").value()).contains("one");
        script.set(fast, "k", "two", Duration.ofSeconds(5));
        script.set(script.p, "k", "three", Duration.ofSeconds(5));
        assertThat(script.read(fast, "k").value()).contains("three");
        script.wait(Duration.ofSeconds(6));
        assertThat(script.read(fast, "k").kind()).isEqualTo(ReadKind.ABSENT);
        script.settles("k", Optional.empty());
    }

    @Test
    void history8InSyncIsNoPrivateOpinion() {
        Script script = new Script();
        script.set(script.q, "k", "old");
        script.wait(Script.A_WHILE);
        script.p.link(script.redis()).cut();
        script.set(script.p, "k", "new");
        script.wait(Duration.ofSeconds(3));
        ReadResult<String> seen = script.read(script.q, "k");
        assertThat(seen.stale() || seen.value().equals(Optional.of("new")))
                .as("%s%n%s", seen, script.world.story())
                .isTrue();
        // One that stays cut off, and goes on writing, keeps nobody else from being in sync.
        for (int i = 0; i < 20; i++) {
            script.set(script.p, "k" + i, "value");
            script.wait(Duration.ofSeconds(1));
        }
        assertThat(script.q.storage().activeBackend()).contains("redis");
        script.settles("k", Optional.of("new"));
    }

    @Test
    void history9DeadEndsAnEmptyRestartWhileTheMirrorIsDown() {
        Script script = new Script();
        script.set(script.p, "k", "one");
        script.wait(Script.A_WHILE);
        script.sql().faults().crash();
        script.redis().faults().restartEmpty();
        script.assertNotAbsent(script.read(script.q, "k"));
        script.set(script.q, "fresh", "two");
        assertThat(script.read(script.q, "fresh").value()).contains("two");
        script.wait(Script.A_WHILE);
        script.assertNotAbsent(script.read(script.q, "k"));
        script.settles("k", Optional.of("one"));
        assertThat(script.stands(script.sql(), "fresh")).contains("two");
    }

    @Test
    void history9DeadEndsTheMirrorLosesItsData() {
        Script script = new Script();
        script.set(script.p, "k", "one");
        script.wait(Script.A_WHILE);
        script.sql().faults().restartEmpty();
        script.assertNotAbsent(script.read(script.q, "k"));
        script.settles("k", Optional.of("one"));
    }

    /** Redis has forgotten by then that it was there at all. */
    @Test
    void history9DeadEndsARestoredMirrorBringsNoDeletedKeyBack() {
        Script script = new Script();
        script.set(script.p, "k", "deleted");
        script.wait(Script.A_WHILE);
        script.sql().faults().takeSnapshot();
        script.delete(script.p, "k");
        script.set(script.p, "other", "kept");
        script.wait(AS_LONG_AS_REDIS_REMEMBERS);
        script.sql().faults().restartFromSnapshot();
        assertThat(script.stands(script.sql(), "k")).contains("deleted");

        script.wait(Script.A_WHILE);

        script.settles("k", Optional.empty());
        script.settles("other", Optional.of("kept"));
    }

    @Test
    void history9DeadEndsWhatARestoredMirrorTookSinceIsKept() {
        Script script = new Script();
        script.set(script.p, "k", "old");
        script.wait(Script.A_WHILE);
        script.sql().faults().takeSnapshot();
        for (String other : List.of("other", "another", "yet another")) {
            script.set(script.p, other, "kept");
        }
        script.wait(AS_LONG_AS_REDIS_REMEMBERS);
        script.q.link(script.redis()).cut();
        script.wait(Script.A_WHILE);
        script.p.link(script.sql()).cut();
        script.sql().faults().restartFromSnapshot();
        script.set(script.q, "new", "taken");
        script.p.link(script.sql()).heal();

        script.settles("new", Optional.of("taken"));
        script.settles("other", Optional.of("kept"));
    }

    /** Nobody at the database can tell any more that what it has missed was not deleted; Redis, which is whole, can. */
    @Test
    void history9DeadEndsADatabaseAwayForLongerThanItRemembersDeletionsGetsWhatItMissed() {
        Script script = new Script(Plan.quiet(1).with(Duration.ofSeconds(80)));
        script.set(script.p, "k", "old");
        script.wait(Script.A_WHILE);
        script.sql().faults().crash();
        script.delete(script.p, "k");
        script.set(script.p, "new", "taken");
        script.wait(Duration.ofSeconds(110));
        script.sql().faults().restart();

        script.settles("k", Optional.empty());
        script.settles("new", Optional.of("taken"));
    }

    /** It came back as it was when the key was not yet deleted, and the database has forgotten the deletion. */
    @Test
    void history9DeadEndsARedisThatIsNotWholeVouchesForNothingThatOld() {
        Script script = new Script(Plan.quiet(1).with(Duration.ofSeconds(80)));
        script.set(script.p, "other", "kept");
        script.wait(Script.A_WHILE);
        for (SimulatedProcess process : List.of(script.p, script.q)) {
            process.link(script.sql()).cut();
        }
        script.set(script.p, "k", "deleted");
        script.redis().faults().takeSnapshot();
        script.world.heal();
        script.wait(Script.A_WHILE);
        script.delete(script.p, "k");
        script.wait(Duration.ofSeconds(110));
        script.redis().faults().restartFromSnapshot();

        script.settles("k", Optional.empty());
        script.settles("other", Optional.of("kept"));
    }

    @Test
    void history10ModesALowerBackendIsTold() {
        Script script = new Script(Plan.quiet(1).with(WriteMode.ACTIVE_ONLY));
        script.redis().faults().crash();
        script.set(script.p, "k", "one");
        script.redis().faults().restart();
        script.wait(Duration.ofMinutes(1));
        assertThat(script.set(script.p, "k", "two").backend()).isEqualTo("redis");
        script.redis().faults().crash();
        ReadResult<String> lower = script.read(script.p, "k");
        assertThat(lower.kind() == ReadKind.UNKNOWN || lower.stale())
                .as("%s%n%s", lower, script.world.story())
                .isTrue();
    }

    /** One time-out leaves one of the two without the new value, and reads alternate between them. */
    @Test
    void history10ModesReadsThatRotateDoNotAlternateBetweenNewAndOld() {
        for (boolean better : List.of(true, false)) {
            Script script = new Script(Plan.quiet(1).with(Strategy.ROUND_ROBIN));
            ModelServer missed = better ? script.redis() : script.sql();
            script.set(script.p, "k", "old");
            script.p.link(missed).cut();
            script.set(script.p, "k", "new");
            script.p.link(missed).heal();
            for (int turn = 0; turn < 6; turn++) {
                ReadResult<String> read = script.read(script.p, "k");
                assertThat(read.stale() || read.value().equals(Optional.of("new")))
                        .as("turn %d: %s%n%s", turn, read, script.world.story())
                        .isTrue();
            }
            script.settles("k", Optional.of("new"));
        }
    }

    @Test
    void history11AHungMirrorSlowsNoDelete() {
        Script script = new Script();
        script.set(script.p, "k", "one");
        script.wait(Script.A_WHILE);
        script.sql().faults().hang();
        long begun = script.world.schedule().nanos();
        script.delete(script.p, "k");
        assertThat(Duration.ofNanos(script.world.schedule().nanos() - begun)).isLessThan(Duration.ofMillis(120));
        script.settles("k", Optional.empty());
    }

    @Test
    void history12TheProcessWasPaused() {
        Script script = new Script();
        for (int i = 0; i < 20; i++) {
            var unused = script.p.calls().set("k", "value " + i, Optional.empty());
        }
        script.p.pause(Duration.ofSeconds(5));
        script.wait(Duration.ofMillis(5_500));
        script.p
                .storage()
                .healthStatus()
                .backends()
                .values()
                .forEach(backend -> assertThat(backend.circuit()).isEqualTo(Circuit.CLOSED));
        script.world.settle();
        assertThat(script.world.violations()).as(script.world.story()).isEmpty();
    }

    @Test
    void history13RollingDeployANewerFormatIsNotOverwritten() {
        Script script = new Script();
        VersionedRecord newer = newerFormat(script.redis());
        assertRefused(script);
        assertThat(standing(script.redis())).isEqualTo(newer);
    }

    @Test
    void history13RollingDeployNorIsItInTheDatabase() {
        Script script = new Script();
        VersionedRecord newer = newerFormat(script.sql());
        // What Redis takes is not carried over it either.
        assertThat(script.set(script.p, "k", "one").backend()).isEqualTo("redis");
        script.wait(Script.A_WHILE);
        assertThat(standing(script.sql())).isEqualTo(newer);

        script.p.link(script.redis()).cut();
        script.wait(Script.A_WHILE);
        assertRefused(script);
        assertThat(standing(script.sql())).isEqualTo(newer);
    }

    private static VersionedRecord newerFormat(ModelServer server) {
        VersionedRecord newer =
                new VersionedRecord(World.key("k"), Version.NONE, Content.value(new byte[] {9}), VersionedRecord.NEVER);
        server.put(PLACE, newer, false);
        return newer;
    }

    private static VersionedRecord standing(ModelServer server) {
        return Objects.requireNonNull(server.find(PLACE)).record();
    }

    private static void assertRefused(Script script) {
        CompletableFuture<Receipt> write = script.p.storage().async().set("k", "one");
        assertThatThrownBy(() -> script.world.await(write)).hasCauseInstanceOf(UnreadableValueException.class);
    }
}
