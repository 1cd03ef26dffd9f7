package io.resilientstorage.testkit.contract;

import static io.resilientstorage.testkit.contract.LockCalls.LONG;
import static io.resilientstorage.testkit.contract.LockCalls.active;
import static io.resilientstorage.testkit.contract.LockCalls.assertStatus;
import static io.resilientstorage.testkit.contract.LockCalls.between;
import static io.resilientstorage.testkit.contract.LockCalls.foreign;
import static io.resilientstorage.testkit.contract.LockCalls.passive;
import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockStatus;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Copies of what another backend has granted. */
public interface LockCopyContract extends Contract {

    /** An epoch of the other backend, far from any of this one. */
    long EPOCH = 1_000;

    @Test
    default void aCopyIsKnownHereWhenThisBackendTakesOver() {
        LockCalls locks = peer();
        long token = foreign(EPOCH, 7);
        LockReply copied = locks.copy("lock", "one", token, 30_000);
        assertThat(copied)
                .isEqualTo(new LockReply(
                        LockStatus.COPIED,
                        token,
                        30_000,
                        copied.serverMillis(),
                        locks.authority().incarnation(),
                        Optional.empty()));
        assertStatus(locks.acquire("lock", "two"), LockStatus.INACTIVE);
        Authority taken = locks.begin();
        LockReply held = locks.acquire("lock", "two");
        assertStatus(held, LockStatus.HELD);
        assertThat(held.serverMillis() + held.remainingMillis()).isEqualTo(copied.serverMillis() + 30_000);
        LockReply renewed = locks.renew("lock", "one", token, LONG);
        assertStatus(renewed, LockStatus.GRANTED);
        assertThat(renewed.token()).isEqualTo(token);
        assertThat(locks.acquire("lock", "one").token()).isEqualTo(token);
        assertStatus(locks.release("lock", "one", token), LockStatus.RELEASED);
        assertThat(locks.granted("lock", "two"))
                .isEqualTo(new FencingToken(taken.epoch(), taken.number(), 0).value())
                .isGreaterThan(token);
    }

    @Test
    default void aCopyTellsItsEpoch() {
        LockCalls locks = peer();
        long revision = locks.standing().revision();
        locks.copy("lock", "one", foreign(EPOCH + 5, 0), LONG);
        assertThat(locks.standing().floor()).isEqualTo(EPOCH + 5);
        assertThat(locks.standing().revision()).isEqualTo(revision);
        assertThat(locks.standing().counter()).isZero();
        locks.put(any -> passive(0));
        assertThat(locks.standing().floor())
                .as("who had not seen it does not undo it")
                .isEqualTo(EPOCH + 5);
    }

    /** Else a takeover that was planned before the copy came would grant beside the backend that was copied. */
    @Test
    default void whoDidNotSeeACopyTakesNotOverUnderItsEpoch() {
        LockCalls locks = peer();
        Authority seen = locks.standing();
        locks.copy("lock", "one", foreign(EPOCH + 5, 0), LONG);
        for (long epoch : List.of(EPOCH + 1, EPOCH + 5)) {
            assertThat(locks.set(seen.revision(), active(epoch))).isFalse();
        }
        assertThat(locks.set(seen.revision(), active(EPOCH + 6))).isTrue();
    }

    @Test
    default void underANewerEpochACopyIsRefused() {
        LockCalls locks = peer();
        locks.copy("lock", "one", foreign(EPOCH, 1), LONG);
        locks.put(any -> active(EPOCH + 1));
        LockReply refused = locks.copy("lock", "one", foreign(EPOCH, 2), LONG);
        assertStatus(refused, LockStatus.NEWER_EPOCH);
        assertThat(refused.authority()).contains(locks.standing());
        assertStatus(locks.copy("free", "two", foreign(EPOCH, 3), LONG), LockStatus.NEWER_EPOCH);
        locks.granted("free", "one");
        locks.put(any -> passive(EPOCH + 10));
        assertStatus(locks.copy("lock", "one", foreign(EPOCH + 9, 0), LONG), LockStatus.NEWER_EPOCH);
        assertStatus(locks.copy("lock", "one", foreign(EPOCH + 10, 0), LONG), LockStatus.COPIED);
    }

    @Test
    default void whoHearsOfANewerEpochGrantsNoMore() {
        LockCalls locks = peer();
        locks.put(any -> between(active(EPOCH + 1), 0, Authority.NO_END - 1));
        long own = locks.granted("lock", "one");
        assertStatus(locks.copy("another", "two", foreign(EPOCH + 2, 0), LONG), LockStatus.COPIED);
        assertStatus(locks.acquire("free", "one"), LockStatus.INACTIVE);
        assertStatus(locks.renew("lock", "one", own, LONG), LockStatus.INACTIVE);
    }

    /** It has no successor: the newer epoch is that of another voter. */
    @Test
    default void oneWithoutAnEndGrantsThoughItKnowsOfANewerEpoch() {
        LockCalls locks = peer();
        locks.put(any -> active(EPOCH + 1));
        long token = locks.granted("lock", "one");
        locks.put(standing -> LockCalls.knowingOfANewerEpoch(standing, Authority.NO_END));
        assertStatus(locks.renew("lock", "one", token, LONG), LockStatus.GRANTED);
        assertStatus(locks.acquire("free", "one"), LockStatus.GRANTED);
        long older = locks.granted("another", "one");
        assertStatus(locks.copy("another", "one", older, LONG), LockStatus.NEWER_EPOCH);
    }

    @Test
    default void aCopyIsTakenWhateverTheTimeToGrant() {
        LockCalls locks = peer();
        long now = locks.authority().serverMillis();
        locks.put(any -> between(passive(0), now + 60_000, now));
        assertStatus(locks.copy("lock", "one", foreign(EPOCH, 1), LONG), LockStatus.COPIED);
    }

    @Test
    default void aCopyExtendsItsLockAndNeverShortensIt() {
        LockCalls locks = peer();
        long token = foreign(EPOCH, 1);
        locks.copy("lock", "one", token, 5_000);
        LockReply longer = locks.copy("lock", "one", token, 30_000);
        assertThat(longer.remainingMillis()).isEqualTo(30_000);
        LockReply shorter = locks.copy("lock", "one", token, 10);
        assertStatus(shorter, LockStatus.COPIED);
        assertThat(shorter.serverMillis() + shorter.remainingMillis()).isEqualTo(longer.serverMillis() + 30_000);
    }

    /** Copies may overtake each other on their way. */
    @Test
    default void theCopyOfALaterGrantStays() {
        LockCalls locks = peer();
        assertStatus(locks.copy("lock", "one", foreign(EPOCH, 9), LONG), LockStatus.COPIED);
        assertStatus(locks.copy("lock", "two", foreign(EPOCH, 10), 20_000), LockStatus.COPIED);
        LockReply late = locks.copy("lock", "one", foreign(EPOCH, 9), LONG);
        assertStatus(late, LockStatus.LOST);
        assertThat(late.token()).isEqualTo(FencingToken.NONE);
        assertStatus(locks.copy("lock", "two", foreign(EPOCH, 2), LONG), LockStatus.LOST);
        assertStatus(locks.copy("lock", "one", foreign(EPOCH + 1, 0), 10_000), LockStatus.COPIED);
        assertStatus(locks.copy("lock", "two", foreign(EPOCH + 1, 1), 10_000), LockStatus.COPIED);
        locks.begin();
        assertThat(locks.acquire("lock", "one").remainingMillis()).isBetween(1L, 10_000L);
        assertStatus(locks.renew("lock", "two", foreign(EPOCH + 1, 1), LONG), LockStatus.GRANTED);
    }

    /** As doubles the two tokens are one. */
    @Test
    default void tokensOfCopiesAreComparedExactly() {
        LockCalls locks = peer();
        long token = foreign(FencingToken.MOST_EPOCH, 8);
        locks.copy("lock", "one", token, LONG);
        assertStatus(locks.copy("lock", "one", token - 1, LONG), LockStatus.LOST);
        assertStatus(locks.copy("lock", "two", token + 1, LONG), LockStatus.COPIED);
        assertStatus(locks.copy("lock", "one", token, LONG), LockStatus.LOST);
        assertStatus(locks.release("lock", "two", token), LockStatus.NOT_HELD);
        assertStatus(locks.release("lock", "two", token + 1), LockStatus.RELEASED);
    }

    @Test
    default void aCopyEndsAsALockDoes() {
        LockCalls locks = peer();
        LockReply copied = locks.copy("lock", "one", foreign(EPOCH, 9), 20);
        locks.awaitServerMillis(copied.serverMillis() + 20);
        assertStatus(locks.release("lock", "one", foreign(EPOCH, 9)), LockStatus.NOT_HELD);
        assertStatus(locks.copy("lock", "two", foreign(EPOCH, 8), LONG), LockStatus.COPIED);
    }

    private LockCalls peer() {
        LockCalls locks = new LockCalls(subject(), subject().namespace());
        locks.put(any -> passive(EPOCH));
        return locks;
    }
}
