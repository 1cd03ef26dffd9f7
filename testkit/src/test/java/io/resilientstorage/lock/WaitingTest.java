package io.resilientstorage.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.HeldByOther;
import io.resilientstorage.api.Lease;
import io.resilientstorage.api.LockRefusal;
import io.resilientstorage.api.LockResult;
import io.resilientstorage.api.LockUnavailable;
import io.resilientstorage.config.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Waiting for a lock. */
class WaitingTest {

    private static final Duration TTL = Duration.ofSeconds(3);
    private static final Duration LONG = Duration.ofMinutes(5);

    private final LockWorld world = new LockWorld().durableServer("sql");

    @Test
    void whoWaitsGetsItWhenTheHolderInAnotherProcessGivesItUp() {
        Lease held = world.process().lease("job", TTL);
        CompletableFuture<LockResult> call = world.process().async().acquire("job", TTL, LONG);
        world.advance(Duration.ofSeconds(1));
        assertThat(call).isNotDone();

        held.close();
        world.advance(Duration.ofMillis(400));
        assertThat(call)
                .isCompletedWithValueMatching(result -> result.acquired().isPresent());
    }

    @Test
    void aReleaseInTheSameProcessWakesTheNextAtOnce() {
        LockProcess process = world.process();
        Lease held = process.lease("job", TTL);
        CompletableFuture<LockResult> call = process.async().acquire("job", TTL, LONG);
        world.advance(Duration.ofSeconds(1));

        held.close();
        assertThat(call).isDone();
    }

    @Test
    void inOneProcessTheyGetItInTheOrderInWhichTheyCame() {
        LockProcess process = world.process();
        Lease held = process.lease("job", TTL).keepRenewing();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            int mine = i;
            var unused = process.async().acquire("job", TTL, LONG).thenAccept(result -> {
                order.add(mine);
                result.acquired().orElseThrow().close();
            });
        }
        world.advance(Duration.ofSeconds(10));
        assertThat(order).isEmpty();
        held.close();
        world.advance(Duration.ofSeconds(10));

        assertThat(order).hasSize(20).isSorted();
    }

    /** I7. */
    @Test
    void theTimeToWaitIsKeptAndTheLastAnswerTold() {
        Lease held = world.process().lease("job", TTL).keepRenewing();
        CompletableFuture<LockResult> call = world.process().async().acquire("job", TTL, Duration.ofMillis(1_500));
        world.advance(Duration.ofMillis(1_499));
        assertThat(call).isNotDone();
        world.advance(Duration.ofMillis(1));

        assertThat(call)
                .isCompletedWithValueMatching(result ->
                        result instanceof HeldByOther other && other.remaining().compareTo(Duration.ZERO) > 0);
        held.close();
    }

    @Test
    void itIsKeptWhileTheServerHangsToo() {
        LockProcess process = world.process();
        process.lease("warm", TTL).close();
        world.server("sql").stop();
        CompletableFuture<LockResult> call = process.async().acquire("job", TTL, Duration.ofMillis(1_700));
        world.advance(Duration.ofMillis(1_700));

        assertThat(call)
                .isCompletedWithValueMatching(
                        result -> result instanceof LockUnavailable no && no.reason() == LockRefusal.UNREACHABLE);
    }

    @Test
    void whoStopsWaitingMakesRoomAndGetsNothing() {
        LockProcess process = world.process();
        Lease held = process.lease("job", TTL);
        CompletableFuture<LockResult> first = process.async().acquire("job", TTL, LONG);
        CompletableFuture<LockResult> second = process.async().acquire("job", TTL, LONG);
        first.cancel(false);
        held.close();
        world.advance(Duration.ofMillis(500));

        assertThat(second)
                .isCompletedWithValueMatching(result -> result.acquired().isPresent());
    }

    @Test
    void whoWaitsThroughAnOutageGetsItAfterwards() {
        LockProcess process = world.process();
        process.lease("warm", TTL).close();
        world.server("sql").down();
        CompletableFuture<LockResult> call = process.async().acquire("job", TTL, LONG);
        world.advance(Duration.ofSeconds(30));
        world.server("sql").up();
        world.advance(Duration.ofSeconds(1));

        assertThat(call)
                .isCompletedWithValueMatching(result -> result.acquired().isPresent());
    }

    /** What is given up for an earlier question must not take away what a later one brought. */
    @Test
    void whoGotNoAnswerAtFirstKeepsWhatItGetsLater() {
        LockProcess process = world.process();
        process.lease("warm", TTL).close();
        process.deafTo("sql");
        CompletableFuture<LockResult> call = process.async().acquire("job", TTL, LONG);
        world.advance(Duration.ofMillis(700));
        process.heal();
        world.advance(Duration.ofSeconds(1));

        Lease lease = call.join().acquired().orElseThrow().keepRenewing();
        world.advance(Duration.ofSeconds(20));
        assertThat(lease.isHeld()).isTrue();
        assertThat(world.server("sql").holds("default", "job")).isTrue();
    }

    @Test
    void whoCannotAgreeDoesNotWait() {
        world.process().lease("warm", TTL).close();
        LockProcess other = world.process(draft -> draft.set(Settings.LOCKS_MAX_TTL, Duration.ofSeconds(30)));

        assertThat(world.await(other.async().acquire("job", TTL, LONG)))
                .isInstanceOfSatisfying(
                        LockUnavailable.class, no -> assertThat(no.reason()).isEqualTo(LockRefusal.DISAGREES));
    }

    @Test
    void ofManyWaitersInManyProcessesEachGetsItAndTheNextSoonAfterACrash() {
        LockProcess holder = world.process();
        holder.lease("job", TTL);
        holder.time().kill();
        List<CompletableFuture<LockResult>> calls = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            calls.add(world.process().async().acquire("job", TTL, LONG));
        }
        calls.forEach(call -> {
            var unused =
                    call.thenAccept(result -> result.acquired().orElseThrow().close());
        });

        world.advance(TTL.plusMillis(500));
        assertThat(calls).anyMatch(CompletableFuture::isDone);
        world.advance(Duration.ofMinutes(1));
        assertThat(calls).allMatch(call -> call.isDone() && !call.isCompletedExceptionally());
    }
}
