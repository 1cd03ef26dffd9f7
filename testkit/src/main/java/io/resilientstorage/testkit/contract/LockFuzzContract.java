package io.resilientstorage.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockAction;
import io.resilientstorage.backend.LockRecord;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockRule;
import io.resilientstorage.backend.LockStatus;
import io.resilientstorage.backend.LockTerms;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Test;

/**
 * Some thousand random steps with locks: the backend answers each as {@link LockRule} does at the moment that the
 * backend says it was.
 */
public interface LockFuzzContract extends Contract {

    /** How many steps one run has. */
    int STEPS = 2_000;

    @Test
    default void randomStepsWithAFixedSeedAgreeWithTheRule() {
        lockFuzz(20_260_101L);
    }

    @Test
    default void randomStepsWithAFreshSeedAgreeWithTheRule() {
        lockFuzz(ThreadLocalRandom.current().nextLong());
    }

    /** One run. To repeat one that failed, call this with the seed that it told. */
    default void lockFuzz(long seed) {
        LockFuzz fuzz = new LockFuzz(new LockCalls(subject(), Subject.unique("t")), new Random(seed));
        for (int step = 0; step < STEPS; step++) {
            String where = "seed " + seed + ", step " + step;
            if (fuzz.chance(12)) {
                fuzz.changeAuthority(where);
            } else {
                fuzz.perform(where);
            }
        }
        assertThat(fuzz.met)
                .as("what a run of seed %d has met at all", seed)
                .containsKeys(
                        LockStatus.GRANTED,
                        LockStatus.RELEASED,
                        LockStatus.COPIED,
                        LockStatus.LATE,
                        LockStatus.INACTIVE,
                        LockStatus.NEWER_EPOCH,
                        LockStatus.HELD,
                        LockStatus.LOST,
                        LockStatus.NOT_HELD);
    }

    /** One run: the backend, and what should stand in it. */
    final class LockFuzz {

        private static final LockTerms OTHER = new LockTerms("SINGLE", 60_000, false);
        private static final List<String> NAMES = List.of("a", "b", "\0{}");
        private static final List<String> OWNERS = List.of("one", "two", "1 2 3");

        private final LockCalls locks;
        private final Random random;
        private final Map<String, LockRecord> held = new HashMap<>();
        private final Map<LockStatus, Integer> met = new EnumMap<>(LockStatus.class);
        private Optional<Authority> authority = Optional.empty();

        LockFuzz(LockCalls locks, Random random) {
            this.locks = locks;
            this.random = random;
        }

        boolean chance(int oneIn) {
            return random.nextInt(oneIn) == 0;
        }

        private <T> T any(List<T> things) {
            return things.get(random.nextInt(things.size()));
        }

        void perform(String where) {
            String name = any(NAMES);
            LockAction action = any(List.of(LockAction.values()));
            long now = locks.authority().serverMillis();
            LockRequest request = new LockRequest(
                    action,
                    locks.space(),
                    name,
                    any(OWNERS),
                    any(List.of(1L, 2L, 5L, 20L, 60_000L)),
                    chance(30) ? OTHER : LockCalls.TERMS,
                    token(action, name),
                    any(List.of(ApplyRequest.NO_LIMIT, now + 1, now + 50_000, now - (chance(3) ? 1 : -50_000))),
                    Subject.TIMEOUT);
            LockReply reply = locks.perform(request);
            LockRule.Verdict verdict = new LockRule(reply.serverMillis(), reply.incarnation())
                    .decide(request, authority, Optional.ofNullable(held.get(name)));
            assertThat(reply)
                    .as("%s: %s, where %s stood under %s", where, request, held.get(name), authority)
                    .isEqualTo(verdict.reply());
            met.merge(reply.status(), 1, Integer::sum);
            authority = verdict.authority();
            verdict.lock().ifPresentOrElse(lock -> held.put(name, lock), () -> held.remove(name));
        }

        private long token(LockAction action, String name) {
            LockRecord lock = held.get(name);
            if (lock != null && !chance(4)) {
                return lock.token();
            }
            if ((action == LockAction.RELEASE || action == LockAction.RENEW) && chance(2)) {
                return FencingToken.NONE;
            }
            long epoch = authority.map(Authority::floor).orElse(1L) + (chance(8) ? random.nextInt(4) - 1 : 0);
            return LockCalls.foreign(Math.max(1, epoch), random.nextInt(8));
        }

        void changeAuthority(String where) {
            AuthorityReply standing = locks.authority();
            assertThat(standing.authority()).as(where).isEqualTo(authority);
            long now = standing.serverMillis();
            long epoch = any(List.of(
                    authority.map(Authority::epoch).orElse(0L),
                    Math.max(0, authority.map(Authority::floor).orElse(0L) + random.nextInt(3) - 1)));
            Authority next = new Authority(
                    7,
                    epoch > 0 && !chance(6),
                    epoch,
                    9,
                    random.nextInt(FencingToken.NUMBERS),
                    authority.map(Authority::floor).orElse(0L) + (chance(10) ? 1 : 0),
                    chance(5) ? now + random.nextInt(4) : 0,
                    chance(5) ? now + random.nextInt(8) : Authority.NO_END,
                    now + random.nextInt(100),
                    chance(12) ? OTHER : LockCalls.TERMS,
                    standing.incarnation());
            Incarnation life = chance(10) ? new Incarnation("another") : standing.incarnation();
            long expected = authority.map(Authority::revision).orElse(0L) + (chance(10) ? 1 : 0);
            Optional<Authority> replaced = new LockRule(now, standing.incarnation())
                    .replace(life, expected, next, ApplyRequest.NO_LIMIT, authority);
            assertThat(locks.set(life, expected, next))
                    .as("%s: %s, where %s stood", where, next, authority)
                    .isEqualTo(replaced.isPresent());
            authority = replaced.or(() -> authority);
        }
    }
}
