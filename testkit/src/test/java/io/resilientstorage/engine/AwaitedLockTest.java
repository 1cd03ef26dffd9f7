package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.api.AsyncLocks;
import io.resilientstorage.api.HeldByOther;
import io.resilientstorage.api.Lease;
import io.resilientstorage.api.Locks;
import io.resilientstorage.api.OverloadedException;
import io.resilientstorage.api.Renewal;
import io.resilientstorage.api.StorageClosedException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A step of a caller that waits may be done on the thread of the caller, and no other step may. */
class AwaitedLockTest {

    private static final Duration TTL = Duration.ofSeconds(30);

    private final ExecutorService others = Executors.newCachedThreadPool();
    private final HoldingLocks steps = new HoldingLocks();
    private final ResilientStorage storage = ResilientStorage.builder()
            .memory(false)
            .maxWaitingCalls(2)
            .backend(steps.backend())
            .build();

    @BeforeEach
    void begin() {
        // Before the first lock somebody looks who may grant; that is done by no caller.
        storage.locks().tryAcquire("first", TTL).acquired().orElseThrow().close();
        steps.forget();
    }

    @AfterEach
    void close() {
        others.shutdownNow();
        storage.close();
    }

    @Test
    void eachMethodThatWaitsTakesItsStepHere() {
        Locks locks = storage.locks();
        Lease lease = locks.tryAcquire("job", TTL).acquired().orElseThrow();
        assertThat(lease.renew(TTL)).isEqualTo(Renewal.RENEWED);
        lease.close();
        assertThat(locks.acquire("job", TTL, TTL).acquired().orElseThrow().isHeld())
                .isTrue();
        assertThat(locks.acquireLock("another", "me", TTL).acquired()).isTrue();
        assertThat(locks.renewLock("another", "me", TTL).acquired()).isTrue();
        assertThat(locks.releaseLock("another", "me")).isTrue();
        assertThat(steps.here()).hasSize(7).containsOnly(Thread.currentThread());
        assertThat(steps.elsewhere()).isZero();
    }

    /** The control of the test before. */
    @Test
    void noMethodThatDoesNotWaitDoes() {
        AsyncLocks locks = storage.locks().async();
        Lease lease = locks.tryAcquire("job", TTL).join().acquired().orElseThrow();
        assertThat(lease.renewAsync(TTL).join()).isEqualTo(Renewal.RENEWED);
        assertThat(lease.release().join()).isTrue();
        assertThat(locks.acquire("job", TTL, TTL).join().acquired()).isPresent();
        assertThat(locks.acquireLock("another", "me", TTL).join().acquired()).isTrue();
        assertThat(locks.renewLock("another", "me", TTL).join().acquired()).isTrue();
        assertThat(locks.releaseLock("another", "me").join()).isTrue();
        assertThat(steps.here()).isEmpty();
        assertThat(steps.elsewhere()).isEqualTo(7);
    }

    /** Of one who waits for a lock the first question is its own. Timers ask the others, and may not be held up. */
    @Test
    void whoWaitsForALockAsksAgainElsewhere() throws Exception {
        Lease lease = storage.locks().tryAcquire("job", TTL).acquired().orElseThrow();
        Future<Lease> next = others.submit(() -> {
            var result = storage.locks().acquire("job", TTL, Duration.ofMinutes(1));
            return result.acquired().orElseThrow();
        });
        await().until(() -> steps.elsewhere() >= 1);
        assertThat(storage.locks().tryAcquire("job", TTL)).isInstanceOf(HeldByOther.class);
        assertThat(lease.release().join()).isTrue();
        next.get().close();
        assertThat(steps.here())
                .as("two that tried, one that waited and closed")
                .hasSize(4);
    }

    @Test
    void whoIsInterruptedIsNotHeldUp() {
        Thread.currentThread().interrupt();
        boolean flag;
        try {
            var result = storage.locks().tryAcquire("job", TTL);
            assertThat(result.acquired()).isPresent();
        } finally {
            flag = Thread.interrupted();
        }
        assertThat(flag).isTrue();
        assertThat(steps.here()).isEmpty();
    }

    @Test
    void whoIsHeldUpCountsAsWaitingAndIsToldThatAllWasClosed() throws Exception {
        CountDownLatch end = steps.hold();
        List<Future<?>> calls = List.of(
                others.submit(() -> storage.locks().tryAcquire("one", TTL)),
                others.submit(() -> storage.locks().tryAcquire("two", TTL)));
        await().until(() -> steps.here().size() == 2);
        assertThatThrownBy(() -> storage.locks().tryAcquire("three", TTL)).isInstanceOf(OverloadedException.class);
        Future<?> closing = others.submit(() -> {
            storage.close();
            return true;
        });
        await().ignoreExceptions()
                .untilAsserted(() -> assertThatThrownBy(() -> storage.locks().tryAcquire("four", TTL))
                        .isInstanceOf(StorageClosedException.class));
        end.countDown();
        for (Future<?> call : calls) {
            assertThat(call)
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableThat()
                    .withCauseInstanceOf(StorageClosedException.class);
        }
        closing.get();
    }
}
