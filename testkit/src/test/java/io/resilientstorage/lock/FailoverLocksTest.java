package io.resilientstorage.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Lease;
import io.resilientstorage.api.LockRefusal;
import io.resilientstorage.api.LockResult;
import io.resilientstorage.api.LockUnavailable;
import io.resilientstorage.api.StorageEvent.LockAuthorityChanged;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.LockAction;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockStatus;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Locks on two backends, of which one grants: history 14, and what a failover costs. */
class FailoverLocksTest {

    private static final Duration TTL = LockWorld.MAX_TTL;
    private static final Duration GRACE = Refusals.SOON;

    private final LockWorld world = new LockWorld().volatileServer("redis").durableServer("sql");

    @Test
    void theBestBackendGrantsAtOnceWhereADurableOneKnowsThatNoneEverDid() {
        Lease lease = world.process().lease("job", TTL);

        assertThat(lease.backend()).isEqualTo("redis");
        assertThat(world.server("sql").authority("default")).hasValueSatisfying(record -> {
            assertThat(record.active()).isFalse();
            assertThat(record.floor())
                    .isEqualTo(world.server("redis")
                            .authority("default")
                            .orElseThrow()
                            .epoch());
        });
    }

    @Test
    void whereNoneIsDurableItWaitsForTheLongestTtlOfAll() {
        LockWorld two = new LockWorld().volatileServer("a").volatileServer("b");

        assertThat(two.process().tryAcquire("job", TTL)).isInstanceOfSatisfying(LockUnavailable.class, no -> {
            assertThat(no.reason()).isEqualTo(LockRefusal.DRAINING);
            assertThat(no.retryAfter()).isGreaterThan(Duration.ofMinutes(5));
        });
    }

    /** Its first record would stand nowhere that keeps it. */
    @Test
    void beforeTheFirstLockTheDurableOneMustBeThere() {
        world.server("sql").down();
        LockProcess process = world.process();
        process.tryAcquire("job", TTL);
        world.advance(GRACE);
        assertThat(process.tryAcquire("job", TTL)).isInstanceOf(LockUnavailable.class);

        world.server("sql").up();
        assertThat(process.lease("job", TTL).isHeld()).isTrue();
    }

    @Test
    void afterACrashTheOtherGrantsWhenTheDrainIsOverAndTheTokensGrow() {
        LockProcess one = world.process();
        LockProcess other = world.process();
        other.lease("warm", TTL).close();
        Lease lease = one.lease("job", TTL);
        world.server("redis").down();

        Duration gap = world.timeUntilAcquired(other, "job");

        assertThat(gap).isBetween(TTL, LockWorld.DRAIN.plus(GRACE.multipliedBy(2)));
        assertThat(lease.isHeld()).isFalse();
        Lease next = other.lease("job", TTL);
        assertThat(next.backend()).isEqualTo("sql");
        assertThat(next.fencingToken()).isGreaterThan(lease.fencingToken());
        assertThat(other.events(LockAuthorityChanged.class))
                .anySatisfy(event -> assertThat(event.backend()).isEqualTo("sql"));
    }

    /** The gap that is told is the gap that there is. */
    @Test
    void duringTheDrainItIsToldHowLongItLasts() {
        LockProcess process = world.process();
        process.lease("job", TTL);
        world.server("redis").down();
        process.tryAcquire("job", TTL);
        world.advance(GRACE.multipliedBy(2));
        LockResult refused = process.tryAcquire("job", TTL);

        assertThat(refused)
                .isInstanceOfSatisfying(
                        LockUnavailable.class, no -> assertThat(no.reason()).isEqualTo(LockRefusal.DRAINING));
        Duration told = ((LockUnavailable) refused).retryAfter();
        Duration took = world.timeUntilAcquired(process, "job");
        assertThat(took).isBetween(told, told.plusMillis(100));
    }

    /** One that was briefly away is not replaced. */
    @Test
    void aShortInterruptionChangesNothing() {
        LockProcess process = world.process();
        Lease lease = process.lease("job", TTL).keepRenewing();
        world.server("redis").down();
        process.tryAcquire("another", TTL);
        world.advance(Duration.ofMillis(700));
        world.server("redis").up();
        world.advance(Duration.ofSeconds(20));

        assertThat(lease.isHeld()).isTrue();
        assertThat(process.lease("another", TTL).backend()).isEqualTo("redis");
    }

    @Test
    void whenThePeerIsAwayNothingIsMissed() {
        LockProcess process = world.process();
        Lease lease = process.lease("job", TTL).keepRenewing();
        world.server("sql").down();
        world.advance(Duration.ofMinutes(5));

        assertThat(lease.isHeld()).isTrue();
        assertThat(process.lease("another", TTL).isHeld()).isTrue();
        world.server("sql").restart();
        world.advance(Duration.ofMinutes(1));
        assertThat(lease.isHeld()).isTrue();
    }

    @Test
    void aFormerAuthorityThatComesBackBecomesThePeerAndTakesOverInItsTurn() {
        LockProcess process = world.process();
        process.lease("job", TTL).close();
        world.server("redis").down();
        process.tryAcquire("job", TTL);
        world.advance(LockWorld.DRAIN.multipliedBy(2));
        assertThat(process.lease("job", TTL).backend()).isEqualTo("sql");
        world.server("redis").restartEmpty();
        world.advance(Duration.ofSeconds(10));
        assertThat(process.lease("another", TTL).backend()).isEqualTo("sql");

        world.server("sql").down();
        process.tryAcquire("third", TTL);
        world.advance(LockWorld.DRAIN.multipliedBy(2));
        assertThat(process.lease("third", TTL).backend()).isEqualTo("redis");
    }

    /** Redis hangs and is replaced, and somebody who has not heard of it asks it at the moment when it goes on. */
    private LockStatus answerOfOneThatHungAndWasReplaced(LockProcess process) {
        process.lease("warm", TTL).close();
        world.server("redis").stop();
        assertThat(world.timeUntilAcquired(process, "job")).isGreaterThan(TTL);
        Lease lease = process.lease("job", TTL);
        // So that nobody looks before the question comes.
        process.time().pause(Duration.ofMillis(10));
        world.server("redis").up();
        Authority standing = world.server("redis").authority("default").orElseThrow();
        assertThat(standing.isInForce()).isTrue();
        LockStatus status = world.server("redis")
                .perform(new LockRequest(
                        LockAction.ACQUIRE,
                        "default",
                        "job",
                        "somebody",
                        TTL.toMillis(),
                        standing.terms(),
                        FencingToken.NONE,
                        ApplyRequest.NO_LIMIT,
                        TTL))
                .join()
                .status();
        assertThat(lease.isHeld()).isTrue();
        return status;
    }

    /** History 14. */
    @Test
    void aHungAuthorityThatGoesOnAfterItWasReplacedGrantsNothing() {
        LockProcess process = world.process();

        assertThat(answerOfOneThatHungAndWasReplaced(process)).isEqualTo(LockStatus.LAPSED);

        world.advance(Duration.ofMinutes(1));
        assertThat(process.lease("job", TTL).backend()).isEqualTo("sql");
        assertThat(world.server("redis").authority("default").orElseThrow().active())
                .isFalse();
    }

    /** The mutant: without the window it grants what another holds. */
    @Test
    void withoutTheWindowAHungAuthorityGoesOnGranting() {
        LockProcess process = world.process(draft -> {}, EndlessWindows::new);

        assertThat(answerOfOneThatHungAndWasReplaced(process)).isEqualTo(LockStatus.GRANTED);
    }

    /** It wakes inside its window, just before the other begins to grant. */
    @Test
    void whatAHungAuthorityGrantsInTheRestOfItsWindowHasRunOutWhenTheOtherBegins() {
        LockProcess one = world.process();
        LockProcess other = world.process();
        one.lease("warm", TTL).close();
        other.lease("warm", TTL).close();
        world.server("redis").stop();
        other.tryAcquire("job", TTL);
        world.advance(Duration.ofSeconds(2));
        assertThat(world.server("sql").authority("default").orElseThrow().active())
                .isTrue();
        // Only now does it go on, and one process asks it before anybody looks.
        world.server("redis").up();
        Lease late = one.tryAcquire("job", TTL).acquired().orElse(null);

        world.timeUntilAcquired(other, "job");
        assertThat(late == null || !late.isHeld()).isTrue();
    }

    @Test
    void anAuthorityThatLostEverythingWaitsForWhatItHadGranted() {
        LockProcess one = world.process();
        LockProcess other = world.process();
        other.lease("warm", TTL).close();
        Lease lease = one.lease("job", TTL);
        world.server("redis").restartEmpty();

        Duration took = world.timeUntilAcquired(other, "job");

        assertThat(lease.isHeld()).isFalse();
        assertThat(took).isBetween(TTL, TTL.plusMillis(AuthorityRule.MARGIN_MILLIS + 100));
    }

    @Test
    void oneThatStoresNothingAnyMoreIsReplacedThoughItCanBeRead() {
        LockProcess process = world.process();
        process.lease("job", TTL).close();
        world.server("redis").readOnly();
        process.tryAcquire("job", TTL);
        world.advance(LockWorld.DRAIN.multipliedBy(2));

        assertThat(process.lease("job", TTL).backend()).isEqualTo("sql");
        world.server("redis").up();
        world.advance(Duration.ofSeconds(30));
        assertThat(process.lease("another", TTL).backend()).isEqualTo("sql");
    }

    @Test
    void aColdStartDuringAnOutageServesWhenTheDrainIsOver() {
        world.process().lease("job", TTL).close();
        world.server("redis").down();
        world.server("sql").restart();
        LockProcess late = world.process();

        assertThat(world.timeUntilAcquired(late, "job"))
                .isLessThanOrEqualTo(LockWorld.DRAIN.plus(GRACE.multipliedBy(2)));
    }

    /** One process finds redis away, sees sql, is stopped before it takes over there, and goes on when all is well. */
    private Lease stoppedInATakeover(LockProcess stopped, LockProcess other) {
        stopped.lease("warm", TTL).close();
        Lease lease = other.lease("job", TTL).keepRenewing();
        stopped.cut("redis");
        stopped.slowTo("sql", Duration.ofMillis(200));
        world.await(stopped.async().tryAcquire("another", TTL));
        world.advance(Duration.ofMillis(1_100));
        stopped.time().pause(Duration.ofSeconds(9));
        stopped.heal();
        world.advance(Duration.ofMinutes(1));
        return lease;
    }

    @Test
    void aTakeoverThatWasPlannedBeforeAPauseIsNotCarriedOutAfterIt() {
        Lease lease = stoppedInATakeover(world.process(), world.process());

        assertThat(lease.isHeld()).isTrue();
        assertThat(world.server("sql").authority("default").orElseThrow().active())
                .isFalse();
    }

    /** One process finds redis away and takes over at sql, which is stopped just then, and goes on later. */
    private Authority takenOverLate(UnaryOperator<AuthorityRule> rules) {
        LockProcess cutOff = world.process(draft -> {}, rules);
        cutOff.lease("warm", TTL).close();
        cutOff.cut("redis");
        cutOff.slowTo("sql", Duration.ofMillis(200));
        world.await(cutOff.async().tryAcquire("another", TTL));
        world.advance(Duration.ofMillis(1_100));
        world.server("sql").stop();
        world.advance(Duration.ofSeconds(3));
        // What it asks for from now on is not what this is about.
        cutOff.close();
        world.server("sql").up();
        return world.server("sql").authority("default").orElseThrow();
    }

    /** Its drain was reckoned from a moment that is long over. */
    @Test
    void aTakeoverThatComesLateIsNotCarriedOut() {
        assertThat(takenOverLate(UnaryOperator.identity()).active()).isFalse();
    }

    /** The mutant: what was planned may be done at any time. */
    @Test
    void withoutALimitItIsCarriedOut() {
        assertThat(takenOverLate(rule -> seen -> Changed.whenever(rule.decide(seen)))
                        .active())
                .isTrue();
    }

    @Test
    void whatTwoPartsOfASplitGrantedNeverHasTheSameToken() {
        LockProcess left = world.process();
        LockProcess right = world.process();
        left.lease("warm", TTL).close();
        right.lease("warm", TTL).close();
        left.cut("sql");
        right.cut("redis");
        Lease lefts = left.lease("job", TTL).keepRenewing();
        right.tryAcquire("job", TTL);
        world.advance(LockWorld.DRAIN.multipliedBy(2));
        Lease rights = right.lease("job", TTL).keepRenewing();
        // The cell of the table that says "not exclusive".
        assertThat(lefts.isHeld() && rights.isHeld()).isTrue();
        assertThat(rights.fencingToken()).isGreaterThan(lefts.fencingToken());

        left.heal();
        right.heal();
        world.advance(LockWorld.DRAIN.multipliedBy(2));
        assertThat(lefts.isHeld() && rights.isHeld()).isFalse();
        assertThat(world.server("redis").tokens())
                .doesNotContainAnyElementsOf(world.server("sql").tokens());
    }

    @Test
    void twoProcessesThatHaveThePairInAnotherOrderDoNotAgree() {
        world.process().lease("job", TTL).close();
        LockWorld other = new LockWorld().durableServer("sql").volatileServer("redis");
        assertThat(other.process().tryAcquire("job", TTL).acquired()).isPresent();

        assertThat(other.server("sql").authority("default").orElseThrow().terms())
                .isNotEqualTo(
                        world.server("sql").authority("default").orElseThrow().terms());
    }
}
