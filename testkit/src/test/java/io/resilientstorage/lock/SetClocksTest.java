package io.resilientstorage.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Lease;
import io.resilientstorage.api.LossReason;
import io.resilientstorage.api.Renewal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Clocks that are set, and what is promised then; see {@link RandomLockFaultsTest} for the many ways. */
class SetClocksTest {

    private static final Duration TTL = LockWorld.MAX_TTL;
    private static final Duration SLOW = Duration.ofMillis(200);

    private final LockWorld world = new LockWorld().durableServer("sql");

    /** The renewal found the lease over, and gave up what it got for it. */
    @Test
    void aLeaseThatAWallClockEndedIsNotHeldAgainWhenThatIsSetBack() {
        LockProcess one = world.process();
        List<LossReason> told = new ArrayList<>();
        Lease lease = one.lease("job", TTL).onLost(told::add);
        one.slowTo("sql", SLOW);
        var renewal = lease.renewAsync(TTL);
        one.time().stepWallClock(Duration.ofHours(1));
        assertThat(world.await(renewal)).isEqualTo(Renewal.LOST);
        world.advance(SLOW);
        one.time().stepWallClock(Duration.ofHours(-1));

        assertThat(world.process().lease("job", TTL).isHeld()).isTrue();
        assertThat(lease.isHeld()).isFalse();
        assertThat(told).containsExactly(LossReason.EXPIRED);
    }

    @Test
    void aLeaseThatAWallClockEndedIsToldToBeLostWhenItWouldHaveBeenRenewed() {
        LockProcess one = world.process();
        List<LossReason> told = new ArrayList<>();
        one.lease("job", TTL).keepRenewing().onLost(told::add);
        one.time().stepWallClock(Duration.ofHours(1));
        world.advance(TTL.dividedBy(2));

        assertThat(told).containsExactly(LossReason.EXPIRED);
    }

    @Test
    void anAuthorityThatHungAndWasSetBackByASecondGrantsNothing() {
        assertThat(grantsAfterItWasSetBack(Duration.ofMillis(AuthorityRule.MARGIN_MILLIS)))
                .isFalse();
    }

    /** What the documents do not promise: its window is open again, and who has not looked yet gets a lock there. */
    @Test
    void anAuthorityThatHungAndWasSetBackByTheDrainGrantsWhatIsHeldElsewhere() {
        assertThat(grantsAfterItWasSetBack(LockWorld.DRAIN.multipliedBy(2))).isTrue();
    }

    /** Whether a process that has slept through a failover gets the lock, before it has heard of the peer. */
    private static boolean grantsAfterItWasSetBack(Duration by) {
        LockWorld world = new LockWorld().volatileServer("redis").durableServer("sql");
        LockProcess asleep = world.process();
        LockProcess other = world.process();
        asleep.lease("job", TTL).close();
        other.lease("warm", TTL).close();
        world.server("redis").stop();
        asleep.slowTo("sql", SLOW);
        asleep.time().pause(LockWorld.DRAIN.multipliedBy(2));
        world.timeUntilAcquired(other, "job");
        Lease held = other.lease("job", TTL).keepRenewing();
        while (!asleep.time().isRunning()) {
            world.advance(Duration.ofMillis(1));
        }
        world.server("redis").stepClock(by.negated());
        world.server("redis").up();
        Optional<Lease> second = asleep.tryAcquire("job", TTL).acquired();

        assertThat(held.isHeld()).isTrue();
        second.ifPresent(lease -> {
            assertThat(lease.isHeld()).isTrue();
            assertThat(lease.fencingToken()).isNotEqualTo(held.fencingToken());
        });
        return second.isPresent();
    }
}
