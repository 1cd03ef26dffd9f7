package io.resilientstorage.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.HeldByOther;
import io.resilientstorage.api.HolderLock;
import io.resilientstorage.api.Lease;
import io.resilientstorage.api.LockRefusal;
import io.resilientstorage.api.LockUnavailable;
import io.resilientstorage.api.Renewal;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.config.Settings;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** FAILOVER with copies at the peer: what a crash costs then, and how the mode is left and taken up again. */
class MirroredLocksTest {

    private static final Duration TTL = LockWorld.MAX_TTL;

    /** Longer than any window: what a wait that is too short would hide under the usual one. */
    private static final Duration LONG_TTL = Duration.ofSeconds(60);

    private static final Duration AT_ONCE = Duration.ofSeconds(2);

    private final LockWorld world = new LockWorld().volatileServer("redis").durableServer("sql");

    private LockProcess process() {
        return process(TTL);
    }

    private LockProcess process(Duration maxTtl) {
        return world.process(draft -> draft.set(Settings.LOCKS_MIRRORED, true).set(Settings.LOCKS_MAX_TTL, maxTtl));
    }

    private Authority record(String server) {
        return world.server(server).authority("default").orElseThrow();
    }

    /** Until what was granted before there were copies has run out. */
    private void untilTheHeirIsReady(LockProcess process, Duration maxTtl) {
        process.lease("warm", TTL).close();
        world.advance(maxTtl.plusSeconds(5));
        assertThat(record("sql").heirUntil()).isPositive();
        assertThat(record("redis").terms().mirrored()).isTrue();
    }

    private Duration timeUntilGranted(LockProcess process, String name, Duration most) {
        long begun = world.time().clock().nanos();
        while (process.tryAcquire(name, TTL).acquired().isEmpty()) {
            world.advance(Duration.ofMillis(50));
            assertThat(since(begun)).isLessThan(most);
        }
        return since(begun);
    }

    private Duration since(long begun) {
        return Duration.ofNanos(world.time().clock().nanos() - begun);
    }

    @Test
    void afterACrashTheOtherGrantsAtOnceAndWhatIsHeldStaysExclusive() {
        LockProcess one = process();
        LockProcess other = process();
        untilTheHeirIsReady(one, TTL);
        untilTheHeirIsReady(other, TTL);
        Lease lease = one.lease("job", TTL);
        world.server("redis").down();

        assertThat(timeUntilGranted(other, "another", Duration.ofMinutes(1))).isLessThan(AT_ONCE);
        assertThat(other.lease("third", TTL).backend()).isEqualTo("sql");
        assertThat(lease.isHeld()).isTrue();
        assertThat(other.tryAcquire("job", TTL)).isInstanceOf(HeldByOther.class);
        world.advance(lease.remaining().plusMillis(200));
        Lease next = other.lease("job", TTL);
        assertThat(next.fencingToken()).isGreaterThan(lease.fencingToken());
    }

    /** History 15: what the other one knows of a lease is what was renewed last. */
    @Test
    void whatWasRenewedJustBeforeTheCrashIsHeldToItsNewEnd() {
        LockProcess one = process();
        LockProcess other = process();
        untilTheHeirIsReady(one, TTL);
        Lease lease = one.lease("job", TTL);
        world.advance(TTL.dividedBy(2));
        assertThat(world.await(lease.renewAsync(TTL))).isEqualTo(Renewal.RENEWED);
        long renewed = world.time().clock().nanos();
        world.server("redis").down();

        timeUntilGranted(other, "another", Duration.ofMinutes(1));
        while (lease.isHeld()) {
            assertThat(other.tryAcquire("job", TTL)).isInstanceOf(HeldByOther.class);
            world.advance(Duration.ofMillis(20));
        }
        assertThat(since(renewed)).isGreaterThan(TTL.minusMillis(200));
        assertThat(timeUntilGranted(other, "job", Duration.ofMinutes(1))).isLessThan(AT_ONCE);
    }

    /** Nobody has to have missed it: the copies are at the other one, and it is itself another than it was. */
    @Test
    void oneThatCrashesAndIsBackAtOnceWithNothingCostsNoDrainEither() {
        LockProcess process = process();
        untilTheHeirIsReady(process, TTL);
        Lease lease = process.lease("job", TTL);
        world.server("redis").restartEmpty();

        assertThat(timeUntilGranted(process, "another", Duration.ofMinutes(1))).isLessThan(AT_ONCE);
        assertThat(process.tryAcquire("job", TTL)).isInstanceOf(HeldByOther.class);
        assertThat(lease.isHeld()).isTrue();
    }

    @Test
    void aReleaseFreesTheCopyToo() {
        LockProcess process = process();
        untilTheHeirIsReady(process, TTL);
        Lease lease = process.lease("job", TTL);
        assertThat(world.server("sql").holds("default", "job")).isTrue();

        lease.close();
        world.advance(Duration.ofMillis(10));
        assertThat(world.server("redis").holds("default", "job")).isFalse();
        assertThat(world.server("sql").holds("default", "job")).isFalse();
    }

    @Test
    void aHolderWithAnIdHasACopyTooAndGivesUpBoth() {
        LockProcess process = process();
        untilTheHeirIsReady(process, TTL);
        HolderLock held = world.await(process.async().acquireLock("order", "clerk", TTL));
        assertThat(held.acquired()).isTrue();
        assertThat(world.server("sql").holds("default", "order")).isTrue();

        assertThat(world.await(process.async().releaseLock("order", "clerk"))).isTrue();
        assertThat(world.server("redis").holds("default", "order")).isFalse();
        assertThat(world.server("sql").holds("default", "order")).isFalse();
    }

    /** Redis hangs and is replaced; then it goes on, and the other crashes before anybody has seen both. */
    @Test
    void onePeerThatWasTakenOverAndCrashedIsWaitedForThoughNothingTellsOfIt() {
        LockProcess one = process(LONG_TTL);
        LockProcess other = process(LONG_TTL);
        untilTheHeirIsReady(one, LONG_TTL);
        untilTheHeirIsReady(other, LONG_TTL);
        world.server("redis").stop();
        timeUntilGranted(one, "another", Duration.ofMinutes(1));
        Lease lease = one.lease("job", LONG_TTL);
        assertThat(lease.backend()).isEqualTo("sql");
        one.time().pause(LONG_TTL);
        other.time().pause(Duration.ofMillis(10));
        world.server("redis").up();
        world.server("sql").down();
        world.advance(Duration.ofMillis(20));

        timeUntilGranted(other, "job", Duration.ofMinutes(3));
        assertThat(lease.isHeld()).isFalse();
    }

    @Test
    void thePeerIsAwayForLongAndTheAuthorityGoesOnUnmirroredWhenItWasWaitedFor() {
        LockProcess process = process();
        untilTheHeirIsReady(process, TTL);
        world.server("sql").down();
        world.advance(Duration.ofSeconds(12));

        assertThat(process.tryAcquire("job", TTL)).isInstanceOfSatisfying(LockUnavailable.class, no -> {
            assertThat(no.reason()).isEqualTo(LockRefusal.DRAINING);
            Duration took = timeUntilGranted(process, "job", LockWorld.DRAIN.multipliedBy(2));
            assertThat(took).isBetween(no.retryAfter(), no.retryAfter().plusSeconds(1));
        });
        assertThat(record("redis").terms().mirrored()).isFalse();
        Lease unmirrored = process.lease("work", TTL);
        assertThat(unmirrored.backend()).isEqualTo("redis");

        // It is back, and has no copy of what was granted meanwhile.
        world.server("sql").restart();
        world.advance(Duration.ofSeconds(3));
        assertThat(record("redis").terms().mirrored()).isTrue();
        assertThat(unmirrored.isHeld()).isTrue();
        world.server("redis").down();
        timeUntilGranted(process, "work", LockWorld.DRAIN);
        assertThat(unmirrored.isHeld()).isFalse();
    }

    @Test
    void aPeerThatIsBackBeforeItWasWaitedForEndsTheWaitAndLeasesGoOn() {
        LockProcess process = process(LONG_TTL);
        untilTheHeirIsReady(process, LONG_TTL);
        Lease lease = process.lease("job", LONG_TTL);
        world.server("sql").down();
        world.advance(Duration.ofSeconds(20));
        assertThat(process.tryAcquire("another", TTL)).isInstanceOf(LockUnavailable.class);

        world.server("sql").restart();
        assertThat(timeUntilGranted(process, "another", LONG_TTL)).isLessThan(Duration.ofSeconds(5));
        assertThat(world.await(lease.renewAsync(LONG_TTL))).isEqualTo(Renewal.RENEWED);
        assertThat(record("sql").heirFrom()).isPositive();
    }

    @Test
    void oneProcessThatReachesOnlyTheAuthorityDoesNotEndTheModeForTheOthers() {
        LockProcess cutOff = process();
        LockProcess other = process();
        untilTheHeirIsReady(cutOff, TTL);
        untilTheHeirIsReady(other, TTL);
        cutOff.cut("sql");

        for (int i = 0; i < 60; i++) {
            assertThat(cutOff.tryAcquire("mine", TTL)).isInstanceOf(LockUnavailable.class);
            other.lease("job", TTL).close();
            world.advance(Duration.ofSeconds(1));
        }
        assertThat(record("redis").terms().mirrored()).isTrue();
        cutOff.heal();
        world.advance(Duration.ofSeconds(3));
        assertThat(cutOff.lease("mine", TTL).isHeld()).isTrue();
    }

    @Test
    void oneProcessThatReachesOnlyThePeerTakesTheOthersWithIt() {
        LockProcess cutOff = process();
        LockProcess other = process();
        untilTheHeirIsReady(cutOff, TTL);
        untilTheHeirIsReady(other, TTL);
        Lease lease = other.lease("job", TTL);
        cutOff.cut("redis");
        timeUntilGranted(cutOff, "another", Duration.ofMinutes(1));

        assertThat(cutOff.tryAcquire("job", TTL)).isInstanceOf(HeldByOther.class);
        assertThat(lease.isHeld()).isTrue();
        assertThat(other.lease("third", TTL).backend()).isEqualTo("sql");
        assertThat(record("redis").active()).isFalse();
    }

    /** What forgets would be waited for at each of its restarts. */
    @Test
    void aDurableAuthorityHasNoCopiesAtOneThatForgets() {
        LockProcess process = process();
        untilTheHeirIsReady(process, TTL);
        world.server("redis").down();
        timeUntilGranted(process, "job", Duration.ofMinutes(1));
        world.server("redis").restartEmpty();
        world.advance(Duration.ofSeconds(10));
        assertThat(record("sql").terms().mirrored()).isFalse();

        world.server("redis").restartEmpty();
        assertThat(process.tryAcquire("another", TTL).acquired()).isPresent();
        world.server("redis").down();
        assertThat(process.tryAcquire("third", TTL).acquired()).isPresent();
    }

    @Test
    void aProcessThatIsConfiguredOtherwiseIsRefused() {
        process().lease("job", TTL).close();

        assertThat(world.process().tryAcquire("job", TTL)).isInstanceOfSatisfying(LockUnavailable.class, no -> {
            assertThat(no.reason()).isEqualTo(LockRefusal.DISAGREES);
            assertThat(no.detail()).contains("locks.mirrored").contains("FAILOVER:redis,sql:MIRRORED");
        });
    }
}
