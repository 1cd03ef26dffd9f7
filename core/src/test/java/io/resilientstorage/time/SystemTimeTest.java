package io.resilientstorage.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SystemTimeTest {

    private static final long PATIENCE_SECONDS = 20;

    private final Time time = Time.system();

    @AfterEach
    void close() {
        time.close();
    }

    @Test
    void aTimerRunsOnceOnAnotherThreadNotBeforeItsDelay() throws Exception {
        long begin = time.clock().nanos();
        CompletableFuture<Thread> ran = new CompletableFuture<>();
        time.timers().schedule(Duration.ofMillis(30), () -> ran.complete(Thread.currentThread()));
        Thread thread = ran.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(time.clock().nanos() - begin).isGreaterThanOrEqualTo(30_000_000);
        assertThat(thread).isNotSameAs(Thread.currentThread());
        assertThat(thread.isDaemon()).as("keeps no process alive").isTrue();
        assertThat(thread.getName()).startsWith("resilient-storage-timer");
    }

    @Test
    void aNegativeDelayMeansAsSoonAsPossible() throws Exception {
        CompletableFuture<Boolean> ran = new CompletableFuture<>();
        time.timers().schedule(Duration.ofDays(-1), () -> ran.complete(true));
        assertThat(ran.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aTimerThatThrowsEndsNoOther() throws Exception {
        CompletableFuture<Boolean> ran = new CompletableFuture<>();
        time.timers().schedule(Duration.ZERO, () -> {
            throw new IllegalStateException("deliberate");
        });
        time.timers().schedule(Duration.ZERO, () -> {
            throw new AssertionError("deliberate");
        });
        time.timers().schedule(Duration.ofMillis(1), () -> ran.complete(true));
        assertThat(ran.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aCancelledTimerDoesNotRun() throws Exception {
        AtomicBoolean cancelledRan = new AtomicBoolean();
        CompletableFuture<Boolean> later = new CompletableFuture<>();
        time.timers()
                .schedule(Duration.ofMillis(20), () -> cancelledRan.set(true))
                .cancel();
        time.timers().schedule(Duration.ofMillis(40), () -> later.complete(true));
        later.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(cancelledRan).isFalse();
    }

    @Test
    void afterItsCloseATimerIsTakenAndNeverRuns() {
        time.close();
        time.timers().schedule(Duration.ZERO, () -> {}).cancel();
    }

    @Test
    void workersRunOnNamedThreadsUpToTheirNumber() throws Exception {
        Workers workers = time.workers("some-workers", 2, 10);
        CountDownLatch bothRun = new CountDownLatch(2);
        List<CompletableFuture<String>> names = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            CompletableFuture<String> name = new CompletableFuture<>();
            names.add(name);
            workers.execute(() -> {
                bothRun.countDown();
                awaitQuietly(bothRun);
                name.complete(Thread.currentThread().getName());
            });
        }
        Set<String> seen = new HashSet<>();
        for (CompletableFuture<String> name : names) {
            seen.add(name.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
        }
        assertThat(seen).containsExactlyInAnyOrder("some-workers-1", "some-workers-2");
        assertThat(workers.close(Duration.ofSeconds(PATIENCE_SECONDS))).isTrue();
    }

    @Test
    void whatTheQueueCannotTakeIsRefused() {
        CountDownLatch end = new CountDownLatch(1);
        Workers workers = time.workers("w", 1, 1);
        workers.execute(() -> awaitQuietly(end));
        workers.execute(() -> {});
        assertThatThrownBy(() -> workers.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        end.countDown();
        assertThat(workers.close(Duration.ofSeconds(PATIENCE_SECONDS))).isTrue();
        assertThatThrownBy(() -> workers.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void aTaskThatThrowsEndsNoWorker() throws Exception {
        Workers workers = time.workers("w", 1, 10);
        CompletableFuture<String> name = new CompletableFuture<>();
        workers.execute(() -> {
            throw new IllegalStateException("deliberate");
        });
        workers.execute(() -> name.complete(Thread.currentThread().getName()));
        assertThat(name.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo("w-1");
        workers.close(Duration.ofSeconds(PATIENCE_SECONDS));
    }

    @Test
    void workersThatDoNotEndInTimeAreInterrupted() throws Exception {
        Workers workers = time.workers("w", 1, 1);
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        workers.execute(() -> {
            begun.countDown();
            try {
                never.await();
            } catch (InterruptedException e) {
                interrupted.complete(true);
            }
        });
        assertThat(begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(workers.close(Duration.ofMillis(10))).isFalse();
        assertThat(interrupted.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void anInterruptWhileClosingIsKept() {
        Workers workers = time.workers("w", 1, 1);
        CountDownLatch never = new CountDownLatch(1);
        workers.execute(() -> awaitQuietly(never));
        Thread.currentThread().interrupt();
        assertThat(workers.close(Duration.ofSeconds(PATIENCE_SECONDS))).isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void chanceIsSpreadAndInItsRange() {
        Set<Long> seen = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            seen.add(time.randomness().nextLong());
            assertThat(time.randomness().nextDouble()).isBetween(0.0, Math.nextDown(1.0));
        }
        assertThat(seen).hasSize(1_000);
        assertThat(((Randomness) () -> -1L).nextDouble()).isLessThan(1.0);
        assertThat(((Randomness) () -> 0L).nextDouble()).isZero();
    }

    @Test
    void aShortTimeNeverBecomesNone() {
        assertThat(Time.ceilMillis(Duration.ZERO)).isZero();
        assertThat(Time.ceilMillis(Duration.ofNanos(1))).isEqualTo(1);
        assertThat(Time.ceilMillis(Duration.ofMillis(1))).isEqualTo(1);
        assertThat(Time.ceilMillis(Duration.ofNanos(1_000_001))).isEqualTo(2);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("nobody came");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
