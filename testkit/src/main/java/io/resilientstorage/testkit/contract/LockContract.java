package io.resilientstorage.testkit.contract;

import static io.resilientstorage.testkit.contract.LockCalls.LONG;
import static io.resilientstorage.testkit.contract.LockCalls.assertStatus;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.LockAction;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of a lock, at a backend that may grant it. A part of {@link LockStoreContract}. */
public interface LockContract extends Contract {

    @Test
    default void aFreeLockIsGrantedUnderAToken() {
        LockCalls locks = locks();
        Authority authority = locks.begin();
        LockReply reply = locks.acquire("lock", "one", 5_000);
        assertThat(reply)
                .isEqualTo(new LockReply(
                        LockStatus.GRANTED,
                        new FencingToken(authority.epoch(), authority.number(), 0).value(),
                        5_000,
                        reply.serverMillis(),
                        locks.authority().incarnation(),
                        Optional.empty()));
        assertThat(locks.standing().counter()).isEqualTo(1);
    }

    @Test
    default void anAuthorityRecordThatComesTooLateIsNotPut() {
        LockCalls locks = locks();
        Authority standing = locks.begin();
        AuthorityReply seen = locks.authority();
        assertThat(locks.set(seen.incarnation(), standing.revision(), standing, seen.serverMillis() - 1))
                .isFalse();
        assertThat(locks.standing()).isEqualTo(standing);
        assertThat(locks.set(seen.incarnation(), standing.revision(), standing, seen.serverMillis() + LONG))
                .isTrue();
    }

    @Test
    default void aLockThatIsHeldIsRefusedToAllOthers() {
        LockCalls locks = locks();
        locks.begin();
        LockReply first = locks.acquire("lock", "one", 5_000);
        LockReply second = locks.acquire("lock", "two", 30_000);
        assertStatus(second, LockStatus.HELD);
        assertThat(second.token()).as("nobody tells another's token").isEqualTo(FencingToken.NONE);
        assertThat(second.serverMillis() + second.remainingMillis()).isEqualTo(first.serverMillis() + 5_000);
        assertStatus(locks.acquire("lock", "one", 5_000), LockStatus.GRANTED);
        assertStatus(locks.acquire("another lock", "two", 5_000), LockStatus.GRANTED);
    }

    @Test
    default void itsOwnerMayAcquireItAgainWhichExtendsIt() {
        LockCalls locks = locks();
        locks.begin();
        long token = locks.granted("lock", "one", 5_000);
        LockReply again = locks.acquire("lock", "one", 20_000);
        assertStatus(again, LockStatus.GRANTED);
        assertThat(again.token()).isEqualTo(token);
        assertThat(again.remainingMillis()).isEqualTo(20_000);
        LockReply shorter = locks.acquire("lock", "one", 10);
        assertThat(shorter.token()).isEqualTo(token);
        assertThat(shorter.serverMillis() + shorter.remainingMillis())
                .as("never shortened")
                .isEqualTo(again.serverMillis() + 20_000);
        assertThat(locks.standing().counter()).as("no token was used up").isEqualTo(1);
    }

    @Test
    default void aLockIsHeldUntilItEndsByTheBackendsClockAndNoLonger() {
        LockCalls locks = locks();
        locks.begin();
        LockReply first = locks.acquire("lock", "one", 300);
        long end = first.serverMillis() + 300;
        LockReply last = awaitEnd(() -> locks.acquire("lock", "two"), end, LockStatus.HELD);
        assertStatus(last, LockStatus.GRANTED);
        assertThat(last.token()).isGreaterThan(first.token());
        assertStatus(locks.acquire("lock", "one"), LockStatus.HELD);
    }

    @Test
    default void aStepOfTheWallClockEndsNoLockAndKeepsNone() {
        LockCalls locks = locks();
        locks.begin();
        for (int days : List.of(400, -800, 400)) {
            long held = locks.granted("held " + days, "one");
            LockReply ending = locks.acquire("ending " + days, "one", 20);
            subject().time().stepWallClock(Duration.ofDays(days));
            assertStatus(locks.acquire("held " + days, "two"), LockStatus.HELD);
            assertStatus(locks.renew("held " + days, "one", held, LONG), LockStatus.GRANTED);
            locks.awaitServerMillis(ending.serverMillis() + 20);
            assertStatus(locks.renew("ending " + days, "one", ending.token(), LONG), LockStatus.LOST);
        }
    }

    @Test
    default void aRenewalExtendsTheLockAndNeverShortensIt() {
        LockCalls locks = locks();
        locks.begin();
        long token = locks.granted("lock", "one", 5_000);
        LockReply longer = locks.renew("lock", "one", token, 20_000);
        assertStatus(longer, LockStatus.GRANTED);
        assertThat(longer.token()).isEqualTo(token);
        assertThat(longer.remainingMillis()).isEqualTo(20_000);
        LockReply shorter = locks.renew("lock", "one", token, 10);
        assertStatus(shorter, LockStatus.GRANTED);
        assertThat(shorter.serverMillis() + shorter.remainingMillis()).isEqualTo(longer.serverMillis() + 20_000);
    }

    @Test
    default void aRenewalNeedsTheLockTheOwnerAndTheToken() {
        LockCalls locks = locks();
        locks.begin();
        long token = locks.granted("lock", "one");
        assertStatus(locks.renew("lock", "two", token, LONG), LockStatus.LOST);
        assertStatus(locks.renew("lock", "one", token + 1, LONG), LockStatus.LOST);
        assertStatus(locks.renew("lock", "one", token - 1, LONG), LockStatus.LOST);
        assertStatus(locks.renew("no lock", "one", token, LONG), LockStatus.LOST);
        assertStatus(locks.acquire("no lock", "two"), LockStatus.GRANTED);
        locks.release("lock", "one", token);
        assertStatus(locks.renew("lock", "one", token, LONG), LockStatus.LOST);
        long later = locks.granted("lock", "one");
        assertStatus(locks.renew("lock", "one", token, LONG), LockStatus.LOST);
        assertStatus(locks.renew("lock", "one", later, LONG), LockStatus.GRANTED);
    }

    @Test
    default void withoutATokenARenewalNeedsTheLockAndTheOwner() {
        LockCalls locks = locks();
        locks.begin();
        long token = locks.granted("lock", "one", 5_000);
        assertStatus(locks.renew("lock", "two", FencingToken.NONE, LONG), LockStatus.LOST);
        assertStatus(locks.renew("no lock", "one", FencingToken.NONE, LONG), LockStatus.LOST);
        LockReply renewed = locks.renew("lock", "one", FencingToken.NONE, 20_000);
        assertStatus(renewed, LockStatus.GRANTED);
        assertThat(renewed.token()).isEqualTo(token);
        assertThat(renewed.remainingMillis()).isEqualTo(20_000);
        locks.release("lock", "one", token);
        assertStatus(locks.renew("lock", "one", FencingToken.NONE, LONG), LockStatus.LOST);
    }

    @Test
    default void whatHasEndedIsNotRenewed() {
        LockCalls locks = locks();
        locks.begin();
        LockReply granted = locks.acquire("lock", "one", 20);
        locks.awaitServerMillis(granted.serverMillis() + 20);
        assertStatus(locks.renew("lock", "one", granted.token(), LONG), LockStatus.LOST);
        assertStatus(locks.renew("lock", "one", FencingToken.NONE, LONG), LockStatus.LOST);
        assertThat(locks.granted("lock", "one")).as("a new grant").isGreaterThan(granted.token());
    }

    @Test
    default void aReleasedLockIsFree() {
        LockCalls locks = locks();
        locks.begin();
        long token = locks.granted("lock", "one");
        LockReply released = locks.release("lock", "one", token);
        assertStatus(released, LockStatus.RELEASED);
        assertThat(released.remainingMillis()).isZero();
        assertStatus(locks.release("lock", "one", token), LockStatus.NOT_HELD);
        long next = locks.granted("lock", "two");
        assertThat(next).isGreaterThan(token);
        assertStatus(locks.release("lock", "two", FencingToken.NONE), LockStatus.RELEASED);
        assertThat(locks.granted("lock", "one")).isGreaterThan(next);
    }

    @Test
    default void onlyItsOwnerReleasesALock() {
        LockCalls locks = locks();
        locks.begin();
        long token = locks.granted("lock", "one");
        assertStatus(locks.release("lock", "two", token), LockStatus.NOT_HELD);
        assertStatus(locks.release("lock", "two", FencingToken.NONE), LockStatus.NOT_HELD);
        assertStatus(locks.release("lock", "one", token + 1), LockStatus.NOT_HELD);
        assertStatus(locks.release("no lock", "one", token), LockStatus.NOT_HELD);
        assertStatus(locks.renew("lock", "one", token, LONG), LockStatus.GRANTED);
    }

    @Test
    default void whatHasEndedIsNotReleased() {
        LockCalls locks = locks();
        locks.begin();
        LockReply granted = locks.acquire("lock", "one", 20);
        locks.awaitServerMillis(granted.serverMillis() + 20);
        assertStatus(locks.release("lock", "one", granted.token()), LockStatus.NOT_HELD);
        assertStatus(locks.release("lock", "one", FencingToken.NONE), LockStatus.NOT_HELD);
    }

    @ParameterizedTest
    @EnumSource
    default void whatComesAfterItsNotAfterTimeDoesNothing(LockAction action) {
        LockCalls locks = locks();
        locks.begin();
        LockReply granted = locks.acquire("lock", "one", 20_000);
        Authority before = locks.standing();
        String name = action == LockAction.ACQUIRE ? "free" : "lock";
        long late = granted.serverMillis() - 60;
        LockReply reply = locks.perform(action, name, "one", LONG, granted.token(), late);
        assertStatus(reply, LockStatus.LATE);
        assertThat(reply.remainingMillis()).isZero();
        assertThat(locks.standing()).isEqualTo(before);
        assertThat(locks.acquire("lock", "two").remainingMillis()).isBetween(1L, 20_000L);
        assertStatus(locks.acquire("free", "two"), LockStatus.GRANTED);
        LockReply inTime = locks.perform(action, name, "one", LONG, granted.token(), granted.serverMillis() + 600_000);
        assertThat(inTime.status()).isNotEqualTo(LockStatus.LATE);
    }

    @Test
    default void tokensAreExactAtBothEndsOfTheirRange() {
        for (long epoch : List.of(1L, FencingToken.MOST_EPOCH - 1, FencingToken.MOST_EPOCH)) {
            for (int number : List.of(0, 7)) {
                LockCalls locks = new LockCalls(subject(), Subject.unique("t"));
                locks.put(any -> new Authority(
                        0, true, epoch, 0, number, 0, 0, Authority.NO_END, 0, LockCalls.TERMS, any.incarnation()));
                long token = new FencingToken(epoch, number, 0).value();
                assertThat(locks.granted("lock", "one")).isEqualTo(token);
                assertThat(locks.granted("lock", "one")).as("the same again").isEqualTo(token);
                assertThat(locks.granted("second", "one")).isEqualTo(token + 1);
                assertStatus(locks.renew("lock", "one", token + 1, LONG), LockStatus.LOST);
                assertStatus(locks.renew("lock", "one", token, LONG), LockStatus.GRANTED);
                assertStatus(locks.release("second", "one", token), LockStatus.NOT_HELD);
                assertStatus(locks.release("second", "one", token + 1), LockStatus.RELEASED);
            }
        }
    }

    @Test
    default void whenAllTokensOfAnEpochAreGrantedItNeedsAnother() throws Exception {
        LockCalls locks = locks();
        Authority begun = locks.begin();
        long held = locks.granted("held", "one");
        long before = locks.granted("held before", "one");
        assertStatus(locks.release("held before", "one", before), LockStatus.RELEASED);
        subject().fixture().useUpTokens(locks.space(), 2);
        long last = new FencingToken(begun.epoch(), begun.number(), FencingToken.COUNTERS - 1).value();
        assertThat(locks.granted("last but one", "one")).isEqualTo(last - 1);
        assertThat(locks.granted("last", "one")).isEqualTo(last);
        LockReply full = locks.acquire("another", "one");
        assertStatus(full, LockStatus.FULL);
        assertThat(full.authority()).contains(locks.standing());
        assertThat(full.authority().orElseThrow().isFull()).isTrue();
        assertStatus(locks.acquire("held before", "one"), LockStatus.FULL);
        assertStatus(locks.acquire("held before", "two"), LockStatus.FULL);
        assertStatus(locks.renew("held before", "one", before, LONG), LockStatus.LOST);
        assertStatus(locks.acquire("last", "two"), LockStatus.HELD);
        assertStatus(locks.acquire("last", "one"), LockStatus.GRANTED);
        assertStatus(locks.renew("held", "one", held, LONG), LockStatus.GRANTED);
        Authority next = locks.begin();
        assertThat(next.counter()).isZero();
        assertThat(locks.granted("another", "one"))
                .isEqualTo(new FencingToken(next.epoch(), next.number(), 0).value())
                .isGreaterThan(last);
        assertStatus(locks.renew("held", "one", held, LONG), LockStatus.GRANTED);
    }

    @Test
    default void everyLegalNameAndOwnerIsKeptApartFromAllOthers() {
        LockCalls locks = locks();
        locks.begin();
        List<String> texts = new ArrayList<>(Samples.keys());
        Samples.lookalikes().forEach(texts::addAll);
        Set<String> names = new HashSet<>(texts);
        Set<Long> tokens = new HashSet<>();
        for (String name : names) {
            long token = locks.granted(name, name);
            assertThat(tokens.add(token)).as("a token of its own").isTrue();
            for (List<String> group : Samples.lookalikes()) {
                for (String other : group) {
                    if (group.contains(name) && !other.equals(name)) {
                        assertStatus(locks.acquire(name, other), LockStatus.HELD);
                        assertStatus(locks.renew(name, other, token, LONG), LockStatus.LOST);
                        assertStatus(locks.release(name, other, token), LockStatus.NOT_HELD);
                    }
                }
            }
            assertStatus(locks.renew(name, name, token, LONG), LockStatus.GRANTED);
        }
        for (String name : names) {
            assertStatus(locks.release(name, name, FencingToken.NONE), LockStatus.RELEASED);
        }
    }

    @Test
    default void lockSpacesStayApart() {
        LockCalls locks = locks();
        LockCalls others = new LockCalls(subject(), locks.space() + "2");
        locks.begin();
        assertStatus(others.acquire("lock", "two"), LockStatus.NO_AUTHORITY);
        others.begin();
        locks.granted("lock", "one");
        assertStatus(others.release("lock", "one", FencingToken.NONE), LockStatus.NOT_HELD);
        others.granted("lock", "two");
        assertThat(locks.release("lock", "two", FencingToken.NONE).status()).isEqualTo(LockStatus.NOT_HELD);
        others.put(standing -> LockCalls.passive(standing.floor()));
        assertStatus(locks.acquire("lock", "one"), LockStatus.GRANTED);
    }

    @Test
    default void ofSixteenThatWantALockOneGetsIt() throws Exception {
        LockCalls locks = locks();
        locks.begin();
        for (int round = 0; round < 20; round++) {
            String name = "lock " + round;
            List<LockReply> replies = Parallel.run(thread -> locks.acquire(name, "owner " + thread));
            assertThat(replies)
                    .allMatch(reply -> reply.status() == LockStatus.GRANTED || reply.status() == LockStatus.HELD);
            assertThat(replies.stream().filter(reply -> reply.status() == LockStatus.GRANTED))
                    .hasSize(1);
        }
        assertThat(locks.standing().counter()).isEqualTo(20);
    }

    /** Who holds the lock is alone, and all who hold it come after each other, as their tokens say. */
    @Test
    default void sixteenThatTakeTurnsAreNeverTwo() throws Exception {
        LockCalls locks = locks();
        locks.begin();
        AtomicInteger inside = new AtomicInteger();
        List<Long> order = new ArrayList<>();
        int turns = 10;
        Parallel.run(thread -> {
            for (int done = 0; done < turns; ) {
                LockReply reply = locks.acquire("lock", "owner " + thread);
                if (reply.status() != LockStatus.GRANTED) {
                    assertStatus(reply, LockStatus.HELD);
                    continue;
                }
                assertThat(inside.incrementAndGet()).as("inside at once").isEqualTo(1);
                order.add(reply.token());
                inside.decrementAndGet();
                assertStatus(locks.release("lock", "owner " + thread, reply.token()), LockStatus.RELEASED);
                done++;
            }
            return thread;
        });
        assertThat(order)
                .hasSize(turns * Parallel.THREADS)
                .doesNotHaveDuplicates()
                .isSorted();
    }

    @Test
    default void tokensOfDifferentLocksAreAllDifferentWhoeverGetsThem() throws Exception {
        LockCalls locks = locks();
        locks.begin();
        int each = 20;
        List<List<Long>> tokens = Parallel.run(thread -> {
            List<Long> mine = new ArrayList<>();
            for (int i = 0; i < each; i++) {
                mine.add(locks.granted(thread + "/" + i, "owner"));
            }
            assertThat(mine).as("later grants have larger tokens").isSorted();
            return mine;
        });
        assertThat(tokens.stream().flatMap(List::stream))
                .hasSize(each * Parallel.THREADS)
                .doesNotHaveDuplicates();
        assertThat(locks.standing().counter()).isEqualTo(each * Parallel.THREADS);
    }

    /** Repeats a call until it is not refused in this way any more, which must be at this moment and not before. */
    static LockReply awaitEnd(Supplier<LockReply> call, long end, LockStatus until) {
        return await().pollInterval(Duration.ofMillis(5))
                .until(
                        () -> {
                            LockReply reply = call.get();
                            if (reply.status() == until) {
                                assertThat(reply.serverMillis()).isLessThan(end);
                                assertThat(reply.remainingMillis()).isEqualTo(end - reply.serverMillis());
                            } else {
                                assertThat(reply.serverMillis()).isGreaterThanOrEqualTo(end);
                            }
                            return reply;
                        },
                        reply -> reply.status() != until);
    }

    private LockCalls locks() {
        return new LockCalls(subject(), subject().namespace());
    }
}
