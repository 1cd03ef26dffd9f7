package io.resilientstorage.lock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.resilientstorage.api.HeldByOther;
import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.api.Lease;
import io.resilientstorage.api.LockPolicy;
import io.resilientstorage.api.LockRefusal;
import io.resilientstorage.api.LockScope;
import io.resilientstorage.api.LockUnavailable;
import io.resilientstorage.api.Renewal;
import io.resilientstorage.backend.FencingToken;
import io.resilientstorage.config.Settings;
import io.resilientstorage.config.StorageSettings;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The row of the table for MAJORITY: three backends that vote. */
class MajorityTest {

    private static final Duration TTL = LockWorld.MAX_TTL;
    private static final Duration QUARANTINE = TTL.plusMillis(AuthorityRule.MARGIN_MILLIS);

    private final LockWorld world =
            new LockWorld().durableServer("sql").volatileServer("redis").volatileServer("valkey");

    @AfterEach
    void close() {
        world.close();
    }

    private LockProcess process() {
        return world.process(draft -> draft.set(Settings.LOCKS_POLICY, LockPolicy.MAJORITY));
    }

    private static LockUnavailable refused(LockProcess process) {
        return (LockUnavailable) process.tryAcquire("another", TTL);
    }

    @Test
    void whereADurableOneHasNoRecordNothingWasEverGranted() {
        Lease lease = process().lease("job", TTL);

        assertThat(lease.isHeld()).isTrue();
        assertThat(lease.scope()).isEqualTo(LockScope.SHARED);
        assertThat(lease.backend()).isEqualTo("majority(sql,redis,valkey)");
        assertThat(process().tryAcquire("job", TTL)).isInstanceOf(HeldByOther.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sql", "redis", "valkey"})
    void whileOneOfThreeIsAwayLocksAreGrantedRenewedAndReleased(String away) {
        LockProcess one = process();
        LockProcess other = process();
        Lease before = one.lease("before", TTL);
        world.server(away).down();

        assertThat(other.tryAcquire("before", TTL)).isInstanceOf(HeldByOther.class);
        assertThat(world.await(before.renewAsync(TTL))).isEqualTo(Renewal.RENEWED);
        Lease lease = one.lease("job", TTL);
        assertThat(lease.fencingToken()).isGreaterThan(before.fencingToken());
        assertThat(other.tryAcquire("job", TTL)).isInstanceOf(HeldByOther.class);
        lease.close();
        assertThat(other.lease("job", TTL).fencingToken()).isGreaterThan(lease.fencingToken());
    }

    /** The cell in which FAILOVER is not exclusive. */
    @Test
    void whoReachesOtherBackendsThanAnotherStillExcludesIt() {
        LockProcess left = process();
        LockProcess right = process();
        left.lease("warm", TTL).close();
        left.cut("sql");
        right.cut("valkey");

        Lease lease = left.lease("job", TTL).keepRenewing();
        for (int second = 0; second < 60; second++) {
            assertThat(right.tryAcquire("job", TTL)).isInstanceOf(HeldByOther.class);
            world.advance(Duration.ofSeconds(1));
        }
        assertThat(lease.isHeld()).isTrue();
        lease.close();
        assertThat(right.lease("job", TTL).fencingToken()).isGreaterThan(lease.fencingToken());
    }

    @Test
    void withTwoOfThreeAwayNothingIsGrantedAndWhatWasGrantedEndsInTime() {
        LockProcess process = process();
        Lease lease = process.lease("job", TTL).keepRenewing();
        world.server("sql").down();
        world.server("redis").down();

        assertThat(refused(process()).reason()).isEqualTo(LockRefusal.UNREACHABLE);
        world.advance(TTL);
        assertThat(lease.isHeld()).isFalse();
        world.server("redis").up();
        world.advance(Duration.ofSeconds(4));
        assertThat(process.lease("job", TTL).fencingToken()).isGreaterThan(lease.fencingToken());
    }

    /** What it has voted for is not known any more; the others go on without it. */
    @Test
    void oneThatLostItsVotesVotesAgainWhenThoseHaveRunOut() {
        LockProcess process = process();
        process.lease("warm", TTL).close();
        world.server("redis").restartEmpty();
        world.advance(Duration.ofSeconds(4));
        assertThat(process.lease("job", TTL).isHeld()).isTrue();
        long epoch = world.server("redis").authority("default").orElseThrow().epoch();
        assertThat(epoch)
                .isGreaterThan(
                        world.server("sql").authority("default").orElseThrow().epoch());

        // Nothing tells for how long it may have voted.
        world.server("valkey").down();
        assertThat(refused(process).reason()).isEqualTo(LockRefusal.DRAINING);
        world.advance(Duration.ofMinutes(5).plusSeconds(5));
        assertThat(process.lease("job", TTL).isHeld()).isTrue();
    }

    @Test
    void oneThatLostItsVotesNeedsBothOthersToVoteAgain() {
        LockProcess process = process();
        process.lease("warm", TTL).close();
        world.server("valkey").down();
        world.server("redis").restart();
        world.advance(QUARANTINE.multipliedBy(3));

        assertThat(refused(process).reason()).isEqualTo(LockRefusal.UNREACHABLE);
        world.server("valkey").up();
        world.advance(Duration.ofSeconds(4));
        assertThat(process.lease("job", TTL).isHeld()).isTrue();
    }

    /** History 17: without the copy of the greatest epoch the two that are left would grant a smaller token. */
    @Test
    void tokensGrowWhenTheVoterWithTheGreatestEpochGoesAway() {
        LockProcess process = process();
        long highest = process.lease("job", TTL).fencingToken();
        String its =
                List.of("sql", "redis", "valkey").get(FencingToken.of(highest).number());
        world.advance(TTL);
        world.server(its).down();

        Lease lease = process.lease("job", TTL);
        assertThat(lease.fencingToken()).isGreaterThan(highest);
        assertThat(FencingToken.of(lease.fencingToken()).number())
                .isNotEqualTo(FencingToken.of(highest).number());
    }

    @Test
    void ofTwoThatHaveAVoteEachOneGetsTheLockSoon() {
        LockProcess one = process();
        LockProcess other = process();
        one.lease("warm", TTL).close();
        one.slowTo("redis", Duration.ofMillis(30));
        other.slowTo("sql", Duration.ofMillis(30));
        var first = one.async().acquire("job", TTL, Duration.ofSeconds(4));
        var second = other.async().acquire("job", TTL, Duration.ofSeconds(4));

        world.advance(Duration.ofSeconds(2));
        assertThat(first.isDone() || second.isDone()).isTrue();
        world.await(first).acquired().ifPresent(Lease::close);
        world.await(second).acquired().ifPresent(Lease::close);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 9})
    void isRefusedWithFewerThanThreeBackendsOrMoreThanEight(int shared) {
        StorageSettings settings = new StorageSettings.Draft()
                .set(Settings.LOCKS_POLICY, LockPolicy.MAJORITY)
                .build();
        List<String> names =
                IntStream.range(0, shared).mapToObj(i -> "backend" + i).toList();

        assertThatExceptionOfType(InvalidSettingException.class)
                .isThrownBy(() -> LockEngine.check(settings, names))
                .withMessageContaining("locks.policy")
                .withMessageContaining("three to 8 SHARED backends")
                .withMessageContaining("there are " + shared);
    }
}
