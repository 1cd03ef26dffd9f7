package io.resilientstorage.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.HolderLock;
import io.resilientstorage.api.Lease;
import io.resilientstorage.api.LockRefusal;
import io.resilientstorage.api.LockResult;
import io.resilientstorage.api.LockUnavailable;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Requests whose answers do not come, and callers that are gone when they do. */
class LostAnswersTest {

    private static final Duration TTL = Duration.ofSeconds(3);

    private final LockWorld world = new LockWorld().durableServer("sql");

    private LockProcess warm() {
        LockProcess process = world.process();
        process.lease("warm", TTL).close();
        return process;
    }

    @Test
    void theSameOwnerAsksAgainAndHasItOnce() {
        LockProcess process = warm();
        process.deafTo("sql");
        CompletableFuture<LockResult> call = process.async().tryAcquire("job", TTL);
        world.advance(Duration.ofMillis(200));
        process.heal();

        Lease lease = world.await(call).acquired().orElseThrow();
        assertThat(lease.isHeld()).isTrue();
        // It was held from the first request on, and is released as one.
        lease.close();
        assertThat(world.server("sql").holds("default", "job")).isFalse();
    }

    @Test
    void whatWasGrantedWithoutAnAnswerIsGivenUp() {
        LockProcess process = warm();
        process.deafTo("sql");

        LockResult result = process.tryAcquire("job", TTL);

        assertThat(result)
                .isInstanceOfSatisfying(
                        LockUnavailable.class, no -> assertThat(no.reason()).isEqualTo(LockRefusal.UNREACHABLE));
        // That of the warming up, and one for nothing.
        assertThat(world.server("sql").tokens()).hasSize(2);
        world.advance(Duration.ofSeconds(1));
        assertThat(world.server("sql").holds("default", "job")).isFalse();
    }

    @Test
    void aReleaseWithoutAnAnswerIsTriedAgain() {
        LockProcess process = warm();
        Lease lease = process.lease("job", TTL);
        process.cut("sql");
        CompletableFuture<Boolean> released = lease.release();
        world.advance(Duration.ofMillis(500));
        assertThat(released).isCompletedWithValue(false);
        assertThat(world.server("sql").holds("default", "job")).isTrue();

        process.heal();
        world.advance(Duration.ofSeconds(1));
        assertThat(world.server("sql").holds("default", "job")).isFalse();
    }

    @Test
    void aHungServerHoldsNoCallPastItsDeadline() {
        LockProcess process = warm();
        world.server("sql").stop();
        CompletableFuture<LockResult> call = process.async().tryAcquire("job", TTL);
        world.advance(Duration.ofSeconds(2));

        assertThat(call).isCompletedWithValueMatching(result -> result instanceof LockUnavailable);
    }

    /** It went on, and did what had come: that came too late to be done. */
    @Test
    void whatAHungServerDoesLateIsNotDone() {
        LockProcess process = warm();
        world.server("sql").stop();
        process.tryAcquire("job", TTL);
        process.cut("sql");
        world.advance(Duration.ofSeconds(3));
        world.server("sql").up();

        assertThat(world.server("sql").holds("default", "job")).isFalse();
    }

    @Test
    void aLeaseForACallerWhoIsGoneIsReleased() {
        LockProcess process = warm();
        process.slowTo("sql", Duration.ofMillis(100));
        CompletableFuture<LockResult> call = process.async().tryAcquire("job", TTL);
        assertThat(world.server("sql").holds("default", "job")).isTrue();
        call.cancel(false);
        world.advance(Duration.ofMillis(300));

        assertThat(world.server("sql").holds("default", "job")).isFalse();
    }

    @Test
    void anAnswerThatCameWhenTheTimeWasOverIsNoLease() {
        LockProcess process = warm();
        CompletableFuture<LockResult> call = process.async().tryAcquire("other", TTL);
        world.await(call);
        process.slowTo("sql", Duration.ofMillis(150));

        assertThat(process.tryAcquire("job", Duration.ofMillis(100))).isInstanceOf(LockUnavailable.class);
    }

    @Test
    void aHolderKeepsWhatItHasWhenAnAnswerIsLost() {
        LockProcess process = warm();
        HolderLock first = world.await(process.async().acquireLock("job", "me", TTL));
        process.deafTo("sql");
        HolderLock second = world.await(process.async().acquireLock("job", "me", TTL));
        process.heal();
        world.advance(Duration.ofSeconds(1));

        assertThat(first.acquired()).isTrue();
        assertThat(second.acquired()).isFalse();
        assertThat(second.error()).isPresent();
        assertThat(world.server("sql").holds("default", "job")).isTrue();
    }

    @Test
    void aHolderExtendsRenewsAndReleasesAndNobodyElseDoes() {
        LockProcess one = warm();
        LockProcess other = world.process();
        HolderLock first = world.await(one.async().acquireLock("job", "me", TTL));
        HolderLock again = world.await(other.async().acquireLock("job", "me", TTL));
        HolderLock stranger = world.await(other.async().acquireLock("job", "you", TTL));

        assertThat(again.fencingToken()).isEqualTo(first.fencingToken());
        assertThat(stranger.acquired()).isFalse();
        assertThat(stranger.error()).isPresent();
        long token = first.fencingToken().orElseThrow();
        assertThat(world.await(other.async().renewLock("job", "me", token, TTL)).acquired())
                .isTrue();
        assertThat(world.await(other.async().renewLock("job", "me", token + 1, TTL))
                        .acquired())
                .isFalse();
        assertThat(world.await(other.async().renewLock("job", "me", TTL)).fencingToken())
                .hasValue(token);
        assertThat(world.await(other.async().renewLock("job", "you", TTL)).acquired())
                .isFalse();
        assertThat(world.await(other.async().releaseLock("job", "you"))).isFalse();
        assertThat(world.await(other.async().releaseLock("job", "me"))).isTrue();
        assertThat(world.await(one.async().releaseLock("job", "me"))).isFalse();
        assertThat(world.await(one.async().renewLock("job", "me", TTL)).acquired())
                .as("renewed, though it was given up")
                .isFalse();
    }
}
