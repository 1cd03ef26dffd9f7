package io.resilientstorage.lock;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Lease;
import io.resilientstorage.api.LockResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Waiting for a lock at a backend that tells of releases. */
class ToldReleasesTest {

    private static final Duration TTL = Duration.ofSeconds(4);
    private static final Duration LONG = Duration.ofMinutes(5);

    /** As long as who is called may take, on links without delay. */
    private static final Duration SOON = Duration.ofMillis(10);

    /** As long as who asks at intervals may take. */
    private static final Duration POLLED = Duration.ofMillis(400);

    /** As long as one who hears may take that nobody has told. */
    private static final Duration UNTOLD = Duration.ofSeconds(3);

    private final LockWorld world = new LockWorld().durableServer("sql");
    private final LockServer server = world.server("sql");

    @BeforeEach
    void tell() {
        server.tellReleases();
    }

    private static boolean has(CompletableFuture<LockResult> call) {
        return call.isDone() && call.join().acquired().isPresent();
    }

    /** One that has waited for so long that it hears of releases and asks seldom. */
    private CompletableFuture<LockResult> settled(LockProcess process, String name) {
        CompletableFuture<LockResult> call = process.async().acquire(name, TTL, LONG);
        world.advance(Duration.ofSeconds(1));
        return call;
    }

    @Test
    void aReleaseInAnotherProcessCallsTheNextSoon() {
        LockProcess holder = world.process();
        LockProcess waiter = world.process();
        for (int round = 0; round < 20; round++) {
            Lease held = holder.lease("job", TTL);
            CompletableFuture<LockResult> call = settled(waiter, "job");
            assertThat(call).isNotDone();
            held.close();
            world.advance(SOON);
            assertThat(has(call)).isTrue();
            call.join().acquired().orElseThrow().close();
        }
    }

    @Test
    void whoHearsAsksSeldomAndNotOfEveryOtherLock() {
        LockProcess holder = world.process();
        LockProcess waiter = world.process();
        Lease held = holder.lease("job", TTL).keepRenewing();
        var unused = settled(waiter, "job");
        holder.lease("another", TTL).close();
        world.advance(Duration.ofSeconds(1));
        int before = waiter.requests();
        world.advance(Duration.ofSeconds(10));
        for (int i = 0; i < 100; i++) {
            holder.lease("other" + i, TTL).close();
        }
        assertThat(waiter.requests() - before).isLessThanOrEqualTo(10);
        held.close();
    }

    /** It is the lock's own end that matters then, and nobody tells of that. */
    @Test
    void whoHearsGetsALockThatEndsByItself() {
        LockProcess holder = world.process();
        holder.lease("job", TTL);
        CompletableFuture<LockResult> call = world.process().async().acquire("job", TTL, LONG);
        holder.time().kill();
        world.advance(TTL.plusMillis(50));

        assertThat(has(call)).isTrue();
    }

    @Test
    void manyReleasesThatAreToldAtOnceMakeOneQuestion() {
        LockProcess holder = world.process();
        LockProcess waiter = world.process();
        Lease held = holder.lease("job", TTL).keepRenewing();
        var unused = settled(waiter, "job");
        int before = waiter.requests();
        for (int i = 0; i < 1_000; i++) {
            server.tell("default", "job");
        }
        world.advance(SOON);
        assertThat(waiter.requests() - before).isEqualTo(1);
        held.close();
    }

    @Test
    void ofManyWaitersTheFirstOfEachProcessIsCalled() {
        LockProcess holder = world.process();
        List<LockProcess> processes = List.of(world.process(), world.process(), world.process());
        Lease held = holder.lease("job", TTL).keepRenewing();
        List<CompletableFuture<LockResult>> calls = new ArrayList<>();
        processes.forEach(process -> {
            for (int i = 0; i < 20; i++) {
                calls.add(settled(process, "job"));
            }
        });
        world.advance(Duration.ofSeconds(1));
        int before = processes.stream().mapToInt(LockProcess::requests).sum();
        held.close();
        world.advance(SOON);
        // Each asks once; who gets it asks once more for its next.
        assertThat(calls).filteredOn(ToldReleasesTest::has).hasSize(1);
        assertThat(processes.stream().mapToInt(LockProcess::requests).sum() - before)
                .isLessThanOrEqualTo(4);
    }

    @Test
    void whenTheListeningEndsItIsAskedAsIfNobodyEverTold() {
        LockProcess holder = world.process();
        LockProcess waiter = world.process();
        for (int round = 0; round < 10; round++) {
            Lease held = holder.lease("job", TTL);
            CompletableFuture<LockResult> call = settled(waiter, "job");
            server.hangUp();
            held.close();
            world.advance(POLLED);
            assertThat(has(call)).isTrue();
            call.join().acquired().orElseThrow().close();
        }
    }

    /** As where one of several who release may not tell. */
    @Test
    void whatNobodyTellsIsFoundOutAndThenNobodyIsBelieved() {
        LockProcess holder = world.process();
        LockProcess waiter = world.process();
        Lease warm = holder.lease("warm", TTL);
        var hears = settled(waiter, "warm");
        warm.close();
        world.advance(SOON);
        assertThat(has(hears)).isTrue();
        server.forgetToTell();
        for (int round = 0; round < 12; round++) {
            Lease held = holder.lease("job", TTL).keepRenewing();
            CompletableFuture<LockResult> call = settled(waiter, "job");
            held.close();
            world.advance(round < 2 ? UNTOLD : POLLED);
            assertThat(has(call)).as("round %s", round).isTrue();
            call.join().acquired().orElseThrow().close();
        }
    }

    @Test
    void nobodyListensWhereNobodyWaits() {
        LockProcess holder = world.process();
        LockProcess waiter = world.process();
        Lease held = holder.lease("job", TTL);
        CompletableFuture<LockResult> call = settled(waiter, "job");
        assertThat(server.listeners()).isEqualTo(1);
        held.close();
        world.advance(SOON);
        call.join().acquired().orElseThrow().close();
        world.advance(SpaceWatch.IDLE.multipliedBy(2));
        assertThat(server.listeners()).isZero();

        Lease again = holder.lease("job", TTL).keepRenewing();
        var unused = settled(waiter, "job");
        world.advance(SpaceWatch.IDLE.multipliedBy(5));
        assertThat(server.listeners()).isEqualTo(1);
        waiter.close();
        assertThat(server.listeners()).isZero();
        again.close();
    }

    /** Each gives it back and wants it again at once, which nobody in another process could be as quick as. */
    @Test
    void aProcessThatWantsItAgainAndAgainLetsOthersHaveIt() {
        assertSharesIt(Duration.ofMillis(500));
    }

    @Test
    void whoNeverHeardAnythingAsksOften() {
        server.forgetToTell();
        LockProcess holder = world.process();
        LockProcess waiter = world.process();
        for (int round = 0; round < 10; round++) {
            Lease held = holder.lease("job", TTL);
            CompletableFuture<LockResult> call = settled(waiter, "job");
            held.close();
            world.advance(POLLED);
            assertThat(has(call)).isTrue();
            call.join().acquired().orElseThrow().close();
        }
    }

    @Test
    void itDoesSoWhereNobodyTellsOfReleases() {
        server.forgetToTell();
        assertSharesIt(Duration.ofSeconds(5));
    }

    private void assertSharesIt(Duration within) {
        LockProcess greedy = world.process();
        for (int i = 0; i < 8; i++) {
            again(greedy);
        }
        world.advance(Duration.ofSeconds(6));
        for (int round = 0; round < 20; round++) {
            CompletableFuture<LockResult> call = world.process().async().acquire("job", TTL, LONG);
            world.advance(within);
            assertThat(has(call)).as("round %s", round).isTrue();
            call.join().acquired().orElseThrow().close();
            world.advance(Duration.ofMillis(500));
        }
    }

    private void again(LockProcess process) {
        var unused = process.async().acquire("job", TTL, LONG).thenAccept(result -> {
            Lease lease = result.acquired().orElseThrow();
            var unusedTimer = world.time().timers().schedule(Duration.ofMillis(20), () -> {
                lease.close();
                again(process);
            });
        });
    }
}
