package io.resilientstorage.testkit.contract;

import static io.resilientstorage.testkit.contract.LockCalls.LONG;
import static io.resilientstorage.testkit.contract.LockCalls.active;
import static io.resilientstorage.testkit.contract.LockCalls.assertStatus;
import static io.resilientstorage.testkit.contract.LockCalls.between;
import static io.resilientstorage.testkit.contract.LockCalls.passive;
import static io.resilientstorage.testkit.contract.LockCalls.switched;
import static io.resilientstorage.testkit.contract.LockCalls.under;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockStatus;
import io.resilientstorage.backend.LockTerms;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** The authority record of a lock space: how it is changed, and that nothing is granted against it. */
public interface LockAuthorityContract extends Contract {

    /** How many lock spaces there are at a restart: in a Cluster of a few nodes some are at the one that restarts. */
    int SPACES = 40;

    @Test
    default void withoutARecordNothingIsGranted() {
        LockCalls locks = locks();
        AuthorityReply none = locks.authority();
        assertThat(none.authority()).isEmpty();
        for (LockReply reply : List.of(
                locks.acquire("lock", "one"),
                locks.renew("lock", "one", 1, LONG),
                locks.copy("lock", "one", LockCalls.foreign(1, 1), LONG))) {
            assertStatus(reply, LockStatus.NO_AUTHORITY);
            assertThat(reply.authority()).isEmpty();
            assertThat(reply.incarnation()).isEqualTo(none.incarnation());
        }
        assertStatus(locks.release("lock", "one", 1), LockStatus.NOT_HELD);
        assertThat(locks.authority().authority()).isEmpty();
    }

    @Test
    default void everyPartOfTheRecordComesBack() {
        LockCalls locks = locks();
        Incarnation life = locks.authority().incarnation();
        long large = 1L << 53 | 1;
        LockTerms longest = new LockTerms("Aa0_.,:-".repeat(16), LockTerms.MOST_TTL_MILLIS, true);
        long revision = 0;
        for (Authority next : List.of(
                new Authority(9, false, 0, 0, 0, 0, 0, 0, 0, new LockTerms("a", 1, false), life),
                new Authority(9, true, 1, 5, 7, 1, large, Authority.NO_END, large, longest, life),
                new Authority(9, true, FencingToken.MOST_EPOCH - 1, 5, 7, 0, 1, large, Authority.NO_END, longest, life),
                new Authority(9, false, 0, 0, 1, FencingToken.MOST_EPOCH, 1, 2, 3, LockCalls.TERMS, life))) {
            assertThat(locks.set(revision, next)).as("%s", next).isTrue();
            revision++;
            assertThat(locks.standing())
                    .isEqualTo(new Authority(
                            revision,
                            next.active(),
                            next.epoch(),
                            0,
                            next.number(),
                            Math.max(next.floor(), next.epoch()),
                            next.grantsFrom(),
                            next.activeUntil(),
                            next.peerActiveUntil(),
                            next.terms(),
                            life));
        }
    }

    @Test
    default void aFirstRecordIsPutOnce() {
        LockCalls locks = locks();
        assertThat(locks.set(1, active(10))).as("there is nothing to replace").isFalse();
        assertThat(locks.set(0, active(10))).isTrue();
        assertThat(locks.set(0, active(20))).isFalse();
        assertThat(locks.standing().epoch()).isEqualTo(10);
    }

    @Test
    default void aRecordIsReplacedOnlyByWhoKnowsWhatStands() {
        LockCalls locks = locks();
        locks.put(any -> active(10));
        assertThat(locks.set(2, active(20))).isFalse();
        assertThat(locks.set(1, active(20))).isTrue();
        assertThat(locks.set(1, active(30))).isFalse();
        assertThat(locks.standing().epoch()).isEqualTo(20);
        assertThat(locks.standing().revision()).isEqualTo(2);
    }

    @Test
    default void ofSixteenThatPutTheFirstRecordOneSucceeds() throws Exception {
        for (int round = 0; round < 5; round++) {
            LockCalls locks = new LockCalls(subject(), subject().namespace() + round);
            List<Boolean> put = Parallel.run(thread -> locks.set(0, active(100 + thread)));
            assertThat(put.stream().filter(done -> done)).hasSize(1);
            assertThat(locks.standing().epoch()).isEqualTo(100 + put.indexOf(true));
        }
    }

    @Test
    default void sixteenThatChangeTheRecordLoseNoChange() throws Exception {
        LockCalls locks = locks();
        locks.put(any -> passive(1));
        int steps = 5;
        Parallel.run(thread -> {
            for (int done = 0; done < steps; ) {
                Authority seen = locks.standing();
                done += locks.set(seen.revision(), between(seen, seen.grantsFrom() + 1, Authority.NO_END)) ? 1 : 0;
            }
            return thread;
        });
        assertThat(locks.standing().grantsFrom()).isEqualTo((long) steps * Parallel.THREADS);
        assertThat(locks.standing().revision()).isEqualTo(1 + (long) steps * Parallel.THREADS);
    }

    @Test
    default void aRecordIsReplacedOnlyInTheLifeThatIsMeant() {
        LockCalls locks = locks();
        Incarnation life = locks.authority().incarnation();
        Incarnation other = new Incarnation(life.id() + " before");
        assertThat(locks.set(other, 0, active(10))).isFalse();
        assertThat(locks.authority().authority()).isEmpty();
        assertThat(locks.set(life, 0, active(10))).isTrue();
        assertThat(locks.set(other, 1, active(20))).isFalse();
        assertThat(locks.standing().epoch()).isEqualTo(10);
    }

    /** A counter that went on, or begins anew, under an epoch that was there before would grant a token twice. */
    @Test
    default void anEpochIsAboveAllThatWereSeenBefore() {
        LockCalls locks = locks();
        locks.put(any -> active(10));
        assertThat(locks.set(1, active(9))).isFalse();
        assertThat(locks.set(1, active(11))).isTrue();
        assertThat(locks.set(2, active(10))).isFalse();
        assertThat(locks.set(2, passive(50))).as("none grants nothing").isTrue();
        assertThat(locks.set(3, active(11)))
                .as("once given up, an epoch is over")
                .isFalse();
        assertThat(locks.set(3, active(50))).as("the floor is not above itself").isFalse();
        assertThat(locks.set(3, active(51))).isTrue();
        assertThat(locks.standing().floor()).isEqualTo(51);
    }

    @Test
    default void theCounterStaysWithItsEpochAndBeginsAnewWithAnother() {
        LockCalls locks = locks();
        locks.put(any -> active(10));
        long first = locks.granted("lock", "one");
        locks.put(standing -> between(standing, 0, Authority.NO_END));
        assertThat(locks.standing().counter()).isEqualTo(1);
        assertThat(locks.granted("second", "one")).isEqualTo(first + 1);
        locks.put(standing -> active(11));
        assertThat(locks.standing().counter()).isZero();
        assertThat(locks.granted("third", "one"))
                .isEqualTo(new FencingToken(11, 3, 0).value())
                .isGreaterThan(first + 1);
    }

    @Test
    default void theFloorNeverGoesDown() {
        LockCalls locks = locks();
        locks.put(any -> passive(100));
        locks.put(any -> passive(7));
        assertThat(locks.standing().floor()).isEqualTo(100);
        locks.put(any -> passive(101));
        assertThat(locks.standing().floor()).isEqualTo(101);
    }

    @Test
    default void grantsDoNotCountAsChangesOfTheRecord() {
        LockCalls locks = locks();
        locks.begin();
        Authority before = locks.standing();
        locks.granted("lock", "one");
        Authority after = locks.standing();
        assertThat(after.revision()).isEqualTo(before.revision());
        assertThat(locks.set(before.revision(), between(after, 0, 1))).isTrue();
    }

    @Test
    default void whoDisagreesIsToldWhatStands() {
        LockCalls locks = locks();
        Authority begun = locks.begin();
        long token = locks.granted("lock", "one");
        LockTerms terms = LockCalls.TERMS;
        for (LockTerms other : List.of(
                new LockTerms("SINGLE", terms.maxTtlMillis(), terms.mirrored()),
                new LockTerms(terms.policy(), LONG + 1, terms.mirrored()),
                new LockTerms(terms.policy(), terms.maxTtlMillis(), !terms.mirrored()))) {
            locks.put(standing -> under(standing, other));
            for (LockReply reply : List.of(
                    locks.acquire("free", "one"),
                    locks.renew("lock", "one", token, LONG),
                    locks.copy("lock", "one", LockCalls.foreign(begun.epoch() + 1, 1), LONG))) {
                assertStatus(reply, LockStatus.DISAGREES);
                assertThat(reply.authority().map(Authority::terms)).contains(other);
            }
            assertThat(locks.standing().floor()).isEqualTo(begun.floor());
        }
        assertStatus(locks.release("lock", "one", token), LockStatus.RELEASED);
    }

    @Test
    default void whoIsNotActiveGrantsNothing() {
        LockCalls locks = locks();
        Authority begun = locks.begin();
        long token = locks.granted("lock", "one");
        locks.put(standing -> passive(0));
        assertRefused(locks, token, LockStatus.INACTIVE);
        locks.put(standing -> active(begun.epoch() + 1));
        locks.put(standing -> LockCalls.knowingOfANewerEpoch(standing, Authority.NO_END - 1));
        assertRefused(locks, token, LockStatus.INACTIVE);
        assertStatus(locks.release("lock", "one", token), LockStatus.RELEASED);
    }

    /** A grant that was on its way when the record changed was granted before, or not at all. */
    @Test
    default void onceTheAuthorityIsTakenAwayNothingMoreIsGranted() throws Exception {
        LockCalls locks = locks();
        locks.begin();
        AtomicBoolean over = new AtomicBoolean();
        Parallel.run(thread -> {
            if (thread == 0) {
                try {
                    takeAwayAndGiveBack(locks);
                } finally {
                    over.set(true);
                }
            }
            while (!over.get()) {
                locks.acquire("lock " + thread, "one");
                locks.release("lock " + thread, "one", FencingToken.NONE);
            }
            return thread;
        });
    }

    private static void takeAwayAndGiveBack(LockCalls locks) {
        for (int round = 0; round < 10; round++) {
            int granted = locks.put(standing -> switched(standing, false)).counter();
            for (int i = 0; i < 5; i++) {
                assertThat(locks.standing().counter()).isEqualTo(granted);
            }
            locks.put(standing -> switched(standing, true));
        }
    }

    @Test
    default void whoseTimeHasRunOutGrantsNothing() {
        LockCalls locks = locks();
        locks.begin();
        long token = locks.granted("lock", "one");
        long end = locks.authority().serverMillis() + 300;
        locks.put(standing -> between(standing, 0, end));
        await().pollInterval(Duration.ofMillis(5)).until(() -> {
            LockReply reply = locks.renew("lock", "one", token, LONG);
            assertThat(reply.status() == LockStatus.GRANTED).isEqualTo(reply.serverMillis() < end);
            return reply.status() != LockStatus.GRANTED;
        });
        assertRefused(locks, token, LockStatus.LAPSED);
        locks.put(standing -> between(standing, 0, end + 600_000));
        assertStatus(locks.renew("lock", "one", token, LONG), LockStatus.GRANTED);
    }

    @Test
    default void whoseTimeHasNotComeGrantsNothingAndTellsHowLong() {
        LockCalls locks = locks();
        locks.begin();
        long token = locks.granted("lock", "one");
        long from = locks.authority().serverMillis() + 60_000;
        locks.put(standing -> between(standing, from, Authority.NO_END));
        assertRefused(locks, token, LockStatus.DRAINING);
        LockReply reply = locks.acquire("free", "one");
        assertThat(reply.remainingMillis()).isEqualTo(from - reply.serverMillis());
        long soon = locks.authority().serverMillis() + 300;
        locks.put(standing -> between(standing, soon, Authority.NO_END));
        assertStatus(
                LockContract.awaitEnd(() -> locks.acquire("free", "one"), soon, LockStatus.DRAINING),
                LockStatus.GRANTED);
    }

    @Test
    default void theFirstReasonIsTheOneThatIsTold() {
        LockCalls locks = locks();
        locks.begin();
        long token = locks.granted("lock", "one");
        long now = locks.authority().serverMillis();
        LockTerms other = new LockTerms("SINGLE", LONG, false);
        locks.put(standing -> under(between(passive(0), now + 60_000, now), other));
        assertRefused(locks, token, LockStatus.DISAGREES);
        locks.put(standing -> between(passive(0), now + 60_000, now));
        assertRefused(locks, token, LockStatus.INACTIVE);
        locks.put(standing -> between(active(standing.floor() + 1), now + 60_000, now));
        assertRefused(locks, token, LockStatus.LAPSED);
        locks.put(standing -> between(standing, now + 60_000, Authority.NO_END));
        assertRefused(locks, token, LockStatus.DRAINING);
        assertStatus(locks.acquire("lock", "two"), LockStatus.DRAINING);
        locks.put(standing -> between(standing, 0, Authority.NO_END));
        assertStatus(locks.acquire("lock", "two"), LockStatus.HELD);
    }

    /** Where only a part of the backend is restarted, the lock spaces of the other parts go on. */
    @Test
    default void afterARestartNothingIsGrantedUntilSomebodyHasSeenToIt() throws Exception {
        List<BeforeRestart> all = new ArrayList<>();
        for (int i = 0; i < SPACES; i++) {
            LockCalls locks = new LockCalls(subject(), subject().namespace() + i);
            Authority authority = locks.begin();
            long token = locks.granted("lock", "one");
            all.add(new BeforeRestart(locks, authority, token, locks.authority().incarnation()));
        }
        subject().fixture().restartServer();
        await().ignoreExceptionsInstanceOf(BackendException.class)
                .until(() -> subject().probe().degraded().isEmpty());
        int restarted = 0;
        for (BeforeRestart before : all) {
            LockCalls locks = before.locks();
            AuthorityReply found = locks.authority();
            if (found.incarnation().equals(before.life())) {
                assertStatus(locks.renew("lock", "one", before.token(), LONG), LockStatus.GRANTED);
            } else {
                restarted++;
                assertRestarted(before, found);
            }
        }
        assertThat(restarted).as("lock spaces in a new life").isPositive();
    }

    /** A lock that was held before a restart. */
    record BeforeRestart(LockCalls locks, Authority authority, long token, Incarnation life) {}

    private static void assertRestarted(BeforeRestart before, AuthorityReply found) {
        LockCalls locks = before.locks();
        long nextEpoch = before.authority().epoch() + 1;
        Optional<Authority> kept = found.authority();
        LockStatus refusal = kept.isPresent() ? LockStatus.OTHER_LIFE : LockStatus.NO_AUTHORITY;
        for (LockReply reply : List.of(
                locks.acquire("free", "one"),
                locks.renew("lock", "one", before.token(), LONG),
                locks.copy("lock", "one", LockCalls.foreign(nextEpoch, 1), LONG))) {
            assertStatus(reply, refusal);
            assertThat(reply.authority()).isEqualTo(kept);
            assertThat(reply.incarnation()).isEqualTo(found.incarnation());
        }
        long revision = kept.map(Authority::revision).orElse(0L);
        assertThat(locks.set(before.life(), revision, active(nextEpoch)))
                .as("in its former life")
                .isFalse();
        if (kept.isPresent()) {
            assertThat(kept.get().counter()).as("tokens may be left out").isPositive();
            assertThat(locks.set(revision, before.authority()))
                    .as("under the epoch that stood, of whose tokens it is not known how many were granted")
                    .isFalse();
        }
        assertThat(locks.set(revision, active(nextEpoch))).isTrue();
        assertThat(locks.granted("free", "one")).isGreaterThan(before.token());
        assertStatus(
                locks.renew("lock", "one", before.token(), LONG),
                kept.isPresent() ? LockStatus.GRANTED : LockStatus.LOST);
    }

    private static void assertRefused(LockCalls locks, long token, LockStatus status) {
        Authority standing = locks.standing();
        for (LockReply reply : List.of(
                locks.acquire("free", "one"), locks.acquire("lock", "one"), locks.renew("lock", "one", token, LONG))) {
            assertStatus(reply, status);
            assertThat(reply.token()).isEqualTo(FencingToken.NONE);
            assertThat(reply.authority()).contains(standing);
        }
        assertThat(locks.standing()).isEqualTo(standing);
    }

    private LockCalls locks() {
        return new LockCalls(subject(), subject().namespace());
    }
}
