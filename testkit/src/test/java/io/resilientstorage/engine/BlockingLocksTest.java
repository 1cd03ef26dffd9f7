package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.api.CallInterruptedException;
import io.resilientstorage.api.HeldByOther;
import io.resilientstorage.api.HolderLock;
import io.resilientstorage.api.Lease;
import io.resilientstorage.api.LockResult;
import io.resilientstorage.api.Renewal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The face of locks for callers that wait, with the machine's own threads and clocks. */
class BlockingLocksTest {

    private static final Duration TTL = Duration.ofSeconds(30);

    private final ResilientStorage storage = ResilientStorage.builder().build();
    private final ExecutorService others = Executors.newCachedThreadPool();

    @AfterEach
    void close() {
        others.shutdownNow();
        storage.close();
    }

    @Test
    void eachMethodWaitsForItsAnswer() {
        Lease lease = storage.locks().tryAcquire("job", TTL).acquired().orElseThrow();

        assertThat(lease.renew(TTL)).isEqualTo(Renewal.RENEWED);
        assertThat(lease.ensure(TTL.minusSeconds(5))).isTrue();
        assertThat(storage.locks().acquire("job", TTL, Duration.ofMillis(30))).isInstanceOf(HeldByOther.class);
        lease.close();
        HolderLock held = storage.locks().acquireLock("job", "me", TTL);
        assertThat(held.acquired()).isTrue();
        assertThat(storage.locks()
                        .renewLock("job", "me", held.fencingToken().orElseThrow(), TTL)
                        .acquired())
                .isTrue();
        assertThat(storage.locks().releaseLock("job", "me")).isTrue();
    }

    @Test
    void anInterruptEndsTheWaitingKeepsItsFlagAndLeavesNothingBehind() throws Exception {
        Lease lease = storage.locks().tryAcquire("job", TTL).acquired().orElseThrow();
        CompletableFuture<Thread> waiting = new CompletableFuture<>();
        CompletableFuture<Boolean> flag = new CompletableFuture<>();
        Future<LockResult> call = others.submit(() -> {
            waiting.complete(Thread.currentThread());
            try {
                return storage.locks().acquire("job", TTL, Duration.ofMinutes(1));
            } finally {
                flag.complete(Thread.currentThread().isInterrupted());
            }
        });
        Thread thread = waiting.get(10, TimeUnit.SECONDS);
        await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
        thread.interrupt();

        assertThat(flag.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(call)
                .failsWithin(Duration.ofSeconds(10))
                .withThrowableThat()
                .withCauseInstanceOf(CallInterruptedException.class);
        lease.close();
        assertThat(storage.locks().tryAcquire("job", TTL).acquired()).isPresent();
    }

    /** I1 on real threads: what one lock protects is never done by two. */
    @Test
    void manyThreadsEnterOneAtATime() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        AtomicInteger together = new AtomicInteger();
        for (int i = 0; i < 16; i++) {
            var unused = others.submit(() -> {
                for (int round = 0; round < 50; round++) {
                    Lease lease = storage.locks()
                            .acquire("job", TTL, Duration.ofMinutes(1))
                            .acquired()
                            .orElseThrow();
                    if (inside.incrementAndGet() > 1) {
                        together.incrementAndGet();
                    }
                    inside.decrementAndGet();
                    lease.close();
                    done.incrementAndGet();
                }
            });
        }
        await().atMost(Duration.ofMinutes(1)).until(() -> done.get() == 800);

        assertThat(together).hasValue(0);
    }
}
