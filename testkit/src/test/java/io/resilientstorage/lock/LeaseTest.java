package io.resilientstorage.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.HeldByOther;
import io.resilientstorage.api.InvalidRequestException;
import io.resilientstorage.api.Lease;
import io.resilientstorage.api.LockScope;
import io.resilientstorage.api.LossReason;
import io.resilientstorage.api.OverloadedException;
import io.resilientstorage.api.Renewal;
import io.resilientstorage.api.StorageClosedException;
import io.resilientstorage.api.StorageEvent.LockLost;
import io.resilientstorage.config.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a lease says of itself, and how it ends. */
class LeaseTest {

    private static final Duration TTL = Duration.ofSeconds(3);

    private final LockWorld world = new LockWorld().durableServer("sql");

    @Test
    void aLockThatIsHeldIsRefusedToAnotherAndToldForHowLong() {
        LockProcess one = world.process();
        LockProcess other = world.process();
        Lease lease = one.lease("job", TTL);
        world.advance(Duration.ofSeconds(1));

        assertThat(other.tryAcquire("job", TTL)).isEqualTo(new HeldByOther(Duration.ofSeconds(2)));
        assertThat(one.tryAcquire("job", TTL)).isInstanceOf(HeldByOther.class);
        assertThat(other.lease("another job", TTL).isHeld()).isTrue();
        assertThat(lease.scope()).isEqualTo(LockScope.SHARED);
        assertThat(lease.backend()).isEqualTo("sql");
    }

    @Test
    void closingGivesItUpAtOnceAndTheNextTokenIsHigher() {
        LockProcess one = world.process();
        LockProcess other = world.process();
        Lease lease = one.lease("job", TTL);
        lease.close();

        assertThat(lease.isHeld()).isFalse();
        assertThat(lease.remaining()).isZero();
        assertThat(other.lease("job", TTL).fencingToken()).isGreaterThan(lease.fencingToken());
    }

    @Test
    void itEndsHereBeforeAnotherCanHaveIt() {
        LockProcess one = world.process();
        LockProcess other = world.process();
        one.slowTo("sql", Duration.ofMillis(100));
        Lease lease = one.lease("job", TTL);

        while (lease.isHeld()) {
            assertThat(other.tryAcquire("job", TTL)).isInstanceOf(HeldByOther.class);
            world.advance(Duration.ofMillis(1));
        }
        assertThat(other.tryAcquire("job", TTL)).isInstanceOf(HeldByOther.class);
    }

    /** I5: whoever holds it is told by the time that it is over, once. */
    @Test
    void itsEndIsToldOnceByItsDeadline() {
        LockProcess process = world.process();
        List<LossReason> told = new ArrayList<>();
        Lease lease = process.lease("job", TTL).onLost(told::add);
        Duration left = lease.remaining();
        world.advance(left.minusMillis(1));
        assertThat(lease.isHeld()).isTrue();
        assertThat(told).isEmpty();

        world.advance(Duration.ofMillis(1));
        assertThat(lease.isHeld()).isFalse();
        assertThat(told).containsExactly(LossReason.EXPIRED);
        world.advance(TTL);
        lease.close();

        assertThat(told).hasSize(1);
        assertThat(process.events(LockLost.class)).hasSize(1);
        lease.onLost(told::add);
        assertThat(told).containsExactly(LossReason.EXPIRED, LossReason.EXPIRED);
    }

    @Test
    void aLeaseThatWasClosedIsNotLost() {
        LockProcess process = world.process();
        List<LossReason> told = new ArrayList<>();
        process.lease("job", TTL).onLost(told::add).close();
        world.advance(TTL.multipliedBy(2));

        assertThat(told).isEmpty();
        assertThat(process.events(LockLost.class)).isEmpty();
    }

    /** The machine was suspended: monotonic time stood still, the wall clock did not. */
    @Test
    void aStepOfTheWallClockForwardsEndsIt() {
        Lease lease = world.process().lease("job", TTL);
        world.time().stepWallClock(Duration.ofSeconds(4));

        assertThat(lease.isHeld()).isFalse();
    }

    @Test
    void aStepOfTheWallClockBackwardsDoesNotLengthenIt() {
        Lease lease = world.process().lease("job", TTL);
        world.time().stepWallClock(Duration.ofSeconds(-100));
        world.advance(TTL);

        assertThat(lease.isHeld()).isFalse();
    }

    @Test
    void renewingLengthensItAndNeverShortensIt() {
        Lease lease = world.process().lease("job", TTL);
        world.advance(Duration.ofSeconds(2));

        assertThat(world.await(lease.renewAsync(TTL))).isEqualTo(Renewal.RENEWED);
        assertThat(lease.remaining()).isGreaterThan(Duration.ofMillis(2_900));
        assertThat(world.await(lease.renewAsync(Duration.ofSeconds(1)))).isEqualTo(Renewal.RENEWED);
        assertThat(lease.remaining()).isGreaterThan(Duration.ofMillis(2_900));
    }

    @Test
    void ensureAsksNobodyWhileThereIsTimeEnough() {
        LockProcess process = world.process();
        Lease lease = process.lease("job", TTL);
        int before = process.requests();

        assertThat(world.await(lease.ensureAsync(Duration.ofSeconds(1)))).isTrue();
        assertThat(process.requests()).isEqualTo(before);
        world.advance(Duration.ofMillis(2_500));
        assertThat(world.await(lease.ensureAsync(Duration.ofSeconds(1)))).isTrue();
        assertThat(process.requests()).isEqualTo(before + 1);
        assertThatThrownBy(() -> lease.ensureAsync(TTL.plusMillis(1))).isInstanceOf(InvalidRequestException.class);
    }

    @Test
    void keptRenewedItLastsForAsLongAsItIsOpenAndNoLonger() {
        LockProcess one = world.process();
        LockProcess other = world.process();
        Lease lease = one.lease("job", TTL).keepRenewing();
        world.advance(Duration.ofMinutes(2));
        assertThat(lease.isHeld()).isTrue();
        assertThat(other.tryAcquire("job", TTL)).isInstanceOf(HeldByOther.class);

        lease.close();
        int requests = one.requests();
        Lease next = other.lease("job", TTL);
        world.advance(Duration.ofMinutes(1));

        // I10: nothing renews what was closed.
        assertThat(one.requests()).isEqualTo(requests);
        assertThat(next.isHeld()).isFalse();
    }

    @Test
    void aRenewalThatFailsIsTriedAgainAndTheLossSaysThatNobodyAnswered() {
        LockProcess process = world.process();
        List<LossReason> told = new ArrayList<>();
        Lease lease = process.lease("job", TTL).keepRenewing().onLost(told::add);
        process.cut("sql");
        world.advance(Duration.ofMillis(1_500));
        process.heal();
        world.advance(Duration.ofSeconds(10));
        assertThat(lease.isHeld()).isTrue();

        process.cut("sql");
        world.advance(TTL);
        assertThat(told).containsExactly(LossReason.UNREACHABLE);
    }

    @Test
    void aBackendThatRefusesToStoreIsAsOneThatDoesNotAnswer() {
        LockProcess process = world.process();
        List<LossReason> told = new ArrayList<>();
        process.lease("job", TTL).keepRenewing().onLost(told::add);
        world.server("sql").readOnly();
        world.advance(TTL);

        assertThat(told).containsExactly(LossReason.UNREACHABLE);
    }

    @Test
    void whoIsToldThatAnotherHasItHoldsItNoMore() {
        LockProcess process = world.process();
        List<LossReason> told = new ArrayList<>();
        Lease lease = process.lease("job", TTL).onLost(told::add);
        world.server("sql").restartEmpty();
        process.tryAcquire("another job", TTL);

        assertThat(world.await(lease.renewAsync(TTL))).isEqualTo(Renewal.LOST);
        assertThat(lease.isHeld()).isFalse();
        assertThat(told).containsExactly(LossReason.TAKEN);
    }

    @Test
    void whenTheStorageIsClosedAllAreLostAndGivenUp() {
        LockProcess one = world.process();
        List<LossReason> told = new ArrayList<>();
        Lease lease = one.lease("job", TTL).onLost(told::add);
        one.close();

        assertThat(lease.isHeld()).isFalse();
        assertThat(told).containsExactly(LossReason.STORAGE_CLOSED);
        assertThat(world.process().lease("job", TTL).isHeld()).isTrue();
        assertThatThrownBy(() -> one.locks().tryAcquire("job", TTL)).isInstanceOf(StorageClosedException.class);
    }

    @Test
    void thereAreNoMoreLeasesThanTheBoundSays() {
        LockProcess process = world.process(draft -> draft.set(Settings.LOCKS_MAX_LEASES, 2L));
        Lease first = process.lease("a", TTL);
        process.lease("b", TTL);

        assertThatThrownBy(() -> process.locks().tryAcquire("c", TTL)).isInstanceOf(OverloadedException.class);
        first.close();
        assertThat(process.lease("c", TTL).isHeld()).isTrue();
    }

    @Test
    void illegalArgumentsAreRefusedBeforeAnythingIsAsked() {
        LockProcess process = world.process();

        assertThatThrownBy(() -> process.locks().tryAcquire("", TTL)).isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> process.locks().tryAcquire("x".repeat(513), TTL))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> process.locks().tryAcquire("job", Duration.ofMillis(99)))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> process.locks().tryAcquire("job", LockWorld.MAX_TTL.plusMillis(1)))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> process.locks().acquire("job", TTL, Duration.ofHours(25)))
                .isInstanceOf(InvalidRequestException.class);
        assertThatThrownBy(() -> process.locks().acquireLock("job", "\ud800", TTL))
                .isInstanceOf(InvalidRequestException.class);
        assertThat(process.requests()).isZero();
    }

    @Test
    void anUncontendedAcquireAndReleaseTakeOneRequestEach() {
        LockProcess process = world.process();
        process.lease("job", TTL).close();
        int before = process.requests();

        process.lease("job", TTL).close();

        assertThat(process.requests()).isEqualTo(before + 2);
    }
}
