package io.resilientstorage.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Lease;
import io.resilientstorage.api.LockRefusal;
import io.resilientstorage.api.LockResult;
import io.resilientstorage.api.LockUnavailable;
import io.resilientstorage.api.LossReason;
import io.resilientstorage.api.StorageEvent.LockAuthorityChanged;
import io.resilientstorage.api.StorageEvent.LockRefused;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.backend.LockTerms;
import io.resilientstorage.config.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** History 16, as far as it does not need a real Redis: what one backend that grants alone has lost. */
class SingleAuthorityTest {

    private static final Duration TTL = LockWorld.MAX_TTL;
    private static final Duration MOST = Duration.ofMillis(LockTerms.MOST_TTL_MILLIS + AuthorityRule.MARGIN_MILLIS);

    private static Duration refusal(LockResult result, LockRefusal reason) {
        LockUnavailable no = (LockUnavailable) result;
        assertThat(no.reason()).isEqualTo(reason);
        return no.retryAfter();
    }

    @Test
    void aDurableBackendThatNeverHadARecordGrantsAtOnce() {
        LockWorld world = new LockWorld().durableServer("sql");
        LockProcess process = world.process();

        assertThat(process.lease("job", TTL).isHeld()).isTrue();
        assertThat(process.events(LockAuthorityChanged.class))
                .singleElement()
                .satisfies(event -> assertThat(event.drain()).isZero());
    }

    @Test
    void aVolatileOneWithoutARecordMayHaveLostItAndGrantsNothingForTheLongestTtlOfAll() {
        LockWorld world = new LockWorld().volatileServer("redis");
        LockProcess process = world.process();

        assertThat(refusal(process.tryAcquire("job", TTL), LockRefusal.DRAINING))
                .isEqualTo(MOST);
        world.advance(MOST.minusMillis(1));
        assertThat(refusal(process.tryAcquire("job", TTL), LockRefusal.DRAINING))
                .isEqualTo(Duration.ofMillis(1));
        world.advance(Duration.ofMillis(1));

        assertThat(process.lease("job", TTL).isHeld()).isTrue();
        // It is told once, not for each call.
        assertThat(process.events(LockRefused.class)).hasSize(1);
    }

    @Test
    void oneThatLostItsLocksGrantsNothingUntilTheyHaveRunOut() {
        LockWorld world = new LockWorld().durableServer("sql");
        LockProcess one = world.process();
        LockProcess other = world.process();
        other.lease("warm", TTL).close();
        List<LossReason> told = new ArrayList<>();
        Lease lease = one.lease("job", TTL).keepRenewing().onLost(told::add);
        world.server("sql").restart();

        LockResult refused = other.tryAcquire("job", TTL);
        assertThat(refusal(refused, LockRefusal.DRAINING)).isEqualTo(TTL.plusMillis(AuthorityRule.MARGIN_MILLIS));
        Duration took = world.timeUntilAcquired(other, "job");

        assertThat(lease.isHeld()).isFalse();
        assertThat(told).containsExactly(LossReason.AUTHORITY_CHANGED);
        assertThat(took).isBetween(TTL, TTL.plusMillis(AuthorityRule.MARGIN_MILLIS + 100));
    }

    /** The mutant: without the quarantine there are two holders. */
    @Test
    void withoutTheQuarantineTheHarnessSeesTwoHolders() {
        LockWorld world = new LockWorld().volatileServer("redis");
        UnaryOperator<AuthorityRule> careless = rule -> new SingleRule(((SingleRule) rule).terms(), false);
        LockProcess one = world.process(draft -> {}, careless);
        LockProcess other = world.process(draft -> {}, careless);
        Lease lease = one.lease("job", TTL);
        world.server("redis").restartEmpty();

        assertThat(other.lease("job", TTL).isHeld() && lease.isHeld()).isTrue();
    }

    @Test
    void dataThatIsLostTogetherWithADeployOfASmallerMaxTtlMakesNoSecondHolder() {
        LockWorld world = new LockWorld().volatileServer("redis");
        LockProcess old = world.process(draft -> draft.set(Settings.LOCKS_MAX_TTL, Duration.ofMinutes(5)));
        old.tryAcquire("job", TTL);
        world.advance(MOST);
        Lease lease = old.lease("job", Duration.ofMinutes(5));
        world.server("redis").restartEmpty();
        LockProcess next = world.process(draft -> draft.set(Settings.LOCKS_MAX_TTL, Duration.ofSeconds(1)));

        while (lease.isHeld()) {
            assertThat(next.tryAcquire("job", Duration.ofSeconds(1))).isInstanceOf(LockUnavailable.class);
            world.advance(Duration.ofSeconds(1));
        }
    }

    @Test
    void aProcessWithAnotherMaxTtlIsRefusedWithBothValues() {
        LockWorld world = new LockWorld().durableServer("sql");
        world.process().lease("job", TTL).close();
        LockProcess other = world.process(draft -> draft.set(Settings.LOCKS_MAX_TTL, Duration.ofSeconds(30)));

        LockResult result = other.tryAcquire("job", TTL);

        refusal(result, LockRefusal.DISAGREES);
        assertThat(((LockUnavailable) result).detail()).contains("5000", "30000", "sql", "locks.maxTtl");
    }

    @Test
    void whenItIsAwayNobodyGetsALockAndWhenItIsBackUnchangedEverybodyKeepsHis() {
        LockWorld world = new LockWorld().durableServer("sql");
        LockProcess one = world.process();
        LockProcess other = world.process();
        other.lease("warm", TTL).close();
        Lease lease = one.lease("job", TTL);
        world.server("sql").down();
        refusal(other.tryAcquire("job", TTL), LockRefusal.UNREACHABLE);
        world.server("sql").up();

        assertThat(other.tryAcquire("job", TTL).acquired()).isEmpty();
        assertThat(lease.isHeld()).isTrue();
        assertThat(other.lease("another", TTL).isHeld()).isTrue();
    }

    @Test
    void whenItRefusesToStoreThatIsTheReasonFromTheFirstAnswerOn() {
        LockWorld world = new LockWorld().durableServer("sql");
        LockProcess process = world.process();
        Lease lease = process.lease("job", TTL).keepRenewing();
        world.server("sql").readOnly();
        for (int i = 0; i < 3; i++) {
            LockResult result = process.tryAcquire("another", TTL);
            refusal(result, LockRefusal.UNSUPPORTED);
            assertThat(((LockUnavailable) result).detail()).containsPattern("sql: (read-only|it refuses)");
            world.advance(Refusals.SOON);
        }
        world.server("sql").up();
        world.advance(Duration.ofSeconds(1));

        assertThat(lease.isHeld()).isTrue();
        assertThat(process.lease("another", TTL).isHeld()).isTrue();
    }

    /** I4: contention is no fault. */
    @Test
    void contentionChangesNothing() {
        LockWorld world = new LockWorld().durableServer("sql");
        LockProcess process = world.process();
        process.lease("job", TTL);
        for (int i = 0; i < 100; i++) {
            process.tryAcquire("job", TTL);
        }

        assertThat(process.events(LockRefused.class)).isEmpty();
        assertThat(process.events(LockAuthorityChanged.class)).hasSize(1);
    }

    /** History 17. */
    @Test
    void whenAllTokensOfAnEpochAreUsedANewEpochGoesOnAtOnce() {
        LockWorld world = new LockWorld().durableServer("sql");
        LockProcess process = world.process();
        long before = 0;
        for (int i = 0; i <= FencingToken.COUNTERS; i++) {
            Lease lease = process.lease("job", TTL);
            assertThat(lease.fencingToken()).isGreaterThan(before);
            before = lease.fencingToken();
            lease.close();
        }

        assertThat(process.events(LockAuthorityChanged.class)).hasSize(2);
    }

    @Test
    void tokensGrowThoughItsClockWasSetBack() {
        LockWorld world = new LockWorld().durableServer("sql");
        LockProcess process = world.process();
        Lease first = process.lease("job", TTL);
        first.close();
        world.server("sql").skew(Duration.ofDays(-1));
        world.server("sql").restart();
        process.tryAcquire("job", TTL);
        world.advance(TTL.plusSeconds(2));

        assertThat(process.lease("job", TTL).fencingToken()).isGreaterThan(first.fencingToken());
    }
}
