package io.resilientstorage.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockAction;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockStatus;
import io.resilientstorage.backend.LockTerms;
import io.resilientstorage.testkit.ManualTime;
import io.resilientstorage.time.ReferenceClock;
import java.time.Duration;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** What is special about locks in memory: their bounds, and their clock. */
class MemoryLocksTest {

    private static final LockTerms TERMS = new LockTerms("LOCAL", 60_000, false);
    private static final Incarnation LIFE = new Incarnation("life");
    private static final long BYTES = 4_000;

    private final ManualTime time = new ManualTime(1);
    private final ReferenceClock clock = new ReferenceClock(time.clock());
    private final MemoryLocks locks = new MemoryLocks(clock, LIFE, BYTES);

    @Test
    void whenThereIsNoRoomFurtherLocksAreRefusedAsOverloadAndThoseThatAreHeldGoOn() {
        begin("space");
        int held = fill();
        assertThat(held).isPositive();
        assertThat(locks.bytes()).isLessThanOrEqualTo(BYTES);
        assertOverloaded(() -> acquire("one more", "one"));
        assertOverloaded(() -> locks.compareAndSet("another space", LIFE, 0, authority(), ApplyRequest.NO_LIMIT));
        assertThat(locks.authority("another space").authority()).isEmpty();
        assertThat(acquire("lock 0", "one").status()).isEqualTo(LockStatus.GRANTED);
        assertThat(acquire("lock 0", "two").status()).isEqualTo(LockStatus.HELD);
        assertThat(locks.authority("space").authority().orElseThrow().counter())
                .as("what was refused has no token")
                .isEqualTo(held);
    }

    @Test
    void whatIsReleasedMakesRoom() {
        begin("space");
        int held = fill();
        for (int i = 0; i < held; i++) {
            assertThat(perform(LockAction.RELEASE, "lock " + i, "one", ApplyRequest.NO_LIMIT)
                            .status())
                    .isEqualTo(LockStatus.RELEASED);
        }
        assertThat(fill()).isEqualTo(held);
    }

    @Test
    void whatHasEndedIsSwept() {
        begin("space");
        long before = locks.bytes();
        int held = fill();
        time.advance(Duration.ofSeconds(30));
        locks.sweep();
        assertThat(locks.bytes()).isEqualTo(before);
        assertThat(fill()).isEqualTo(held);
    }

    @Test
    void whatIsHeldIsNotSwept() {
        begin("space");
        acquire("lock", "one");
        time.advance(Duration.ofMillis(29_999));
        locks.sweep();
        assertThat(acquire("lock", "two").status()).isEqualTo(LockStatus.HELD);
    }

    @Test
    void aNewOffsetOfTheSharedClockEndsNoLock() {
        begin("space");
        acquire("lock", "one");
        clock.useOffset(3_600_000);
        assertThat(acquire("lock", "two").status()).isEqualTo(LockStatus.HELD);
        clock.useOffset(-3_600_000);
        assertThat(acquire("lock", "two").remainingMillis()).isEqualTo(30_000);
    }

    @Test
    void theNotAfterTimeIsThatOfTheSharedClock() {
        begin("space");
        clock.useOffset(3_600_000);
        assertThat(perform(LockAction.ACQUIRE, "lock", "one", clock.millis() - 1)
                        .status())
                .isEqualTo(LockStatus.LATE);
        assertThat(perform(LockAction.ACQUIRE, "lock", "one", clock.millis()).status())
                .isEqualTo(LockStatus.GRANTED);
    }

    private int fill() {
        for (int i = 0; ; i++) {
            try {
                acquire("lock " + i, "one");
            } catch (BackendException e) {
                return i;
            }
        }
    }

    private void begin(String space) {
        assertThat(locks.compareAndSet(space, LIFE, 0, authority(), ApplyRequest.NO_LIMIT))
                .isTrue();
    }

    private static Authority authority() {
        return new Authority(0, true, 1, 0, 0, 0, 0, Authority.NO_END, 0, TERMS, LIFE);
    }

    private LockReply acquire(String name, String owner) {
        return perform(LockAction.ACQUIRE, name, owner, ApplyRequest.NO_LIMIT);
    }

    private LockReply perform(LockAction action, String name, String owner, long notAfter) {
        return locks.perform(new LockRequest(
                action, "space", name, owner, 30_000, TERMS, FencingToken.NONE, notAfter, Duration.ofSeconds(1)));
    }

    private static void assertOverloaded(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatThrownBy(call)
                .asInstanceOf(InstanceOfAssertFactories.type(BackendException.class))
                .extracting(BackendException::kind)
                .isEqualTo(BackendException.Kind.OVERLOADED);
    }
}
