package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.api.StorageClosedException;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Closing ends everything, in bounded time. */
class CloseTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void afterwardsEveryCallIsRefused() {
        Lab lab = new Lab().shared("one").start();
        lab.storage().set("k", "v");
        lab.close();

        assertThatThrownBy(() -> lab.storage().get("k")).isInstanceOf(StorageClosedException.class);
        assertThatThrownBy(() -> lab.storage().set("k", "v")).isInstanceOf(StorageClosedException.class);
        assertThat(lab.failure(lab.async().delete("k"))).isInstanceOf(StorageClosedException.class);
        assertThat(lab.node("one").faults().calls(Call.CLOSE)).isEqualTo(1);
        lab.storage().close();
        assertThat(lab.node("one").faults().calls(Call.CLOSE))
                .as("closing again does nothing")
                .isEqualTo(1);
    }

    @Test
    void aCallThatStillWaitsAtTheEndIsEnded() {
        Lab lab = new Lab().shared("one").start();
        lab.node("one").faults().inject(Fault.hang(), Call.READ);
        CompletableFuture<?> call = lab.async().get("k");

        boolean allEnded = lab.storage().close(Duration.ZERO);

        assertThat(allEnded).isFalse();
        assertThat(lab.failure(call)).isInstanceOf(StorageClosedException.class);
        lab.close();
    }

    @Test
    void itLeavesNoTimerThatGoesOn() {
        Lab lab = new Lab().shared("one", "two").memory().start();
        lab.node("one").down();
        lab.storage().set("k", "v");
        lab.node("two").faults().inject(Fault.hang());
        var unused = lab.async().set("k", "v");
        lab.advance(Duration.ofMillis(100));
        lab.close();

        lab.advance(Duration.ofMinutes(1));

        assertThat(lab.time().pendingTimers()).isZero();
    }

    @Test
    void itWaitsForCallsThatEndInTime() throws Exception {
        Node node = new Node("one", StandIn.SHARED);
        try (ResilientStorage storage = real(node)) {
            node.faults().inject(Fault.delayReply(Duration.ofMillis(300)), Call.APPLY);
            CompletableFuture<?> call = storage.async().set("k", "v");

            assertThat(storage.close(PATIENCE)).isTrue();

            call.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @Test
    void itDoesNotWaitLongerThanItWasTold() {
        Node node = new Node("one", StandIn.SHARED);
        try (ResilientStorage storage = real(node)) {
            node.faults().inject(Fault.hang(), Call.APPLY);
            CompletableFuture<?> call = storage.async().set("k", "v");
            long begun = System.nanoTime();

            assertThat(storage.close(Duration.ofMillis(200))).isFalse();

            assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(5));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(call).isCompletedExceptionally());
        }
    }

    @Test
    void aThreadThatWaitsForItsCallIsSetFree() throws Exception {
        Node node = new Node("one", StandIn.SHARED);
        CompletableFuture<Throwable> failure = new CompletableFuture<>();
        try (ResilientStorage storage = real(node)) {
            node.faults().inject(Fault.hang(), Call.READ);
            Thread caller = new Thread(() -> {
                try {
                    storage.get("k");
                } catch (RuntimeException e) {
                    failure.complete(e);
                }
            });
            caller.start();
            await().atMost(PATIENCE).until(() -> node.reads() == 1);

            storage.close(Duration.ofMillis(50));

            assertThat(failure.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(StorageClosedException.class);
            caller.join();
        }
    }

    @Test
    void severalListenersThatBlockShareOneTime() {
        CountDownLatch never = new CountDownLatch(1);
        Node node = new Node("one", StandIn.SHARED);
        ResilientStorage storage = real(node);
        CountDownLatch blocked = new CountDownLatch(5);
        for (int i = 0; i < 5; i++) {
            storage.onEvent(event -> {
                blocked.countDown();
                hold(never);
            });
        }
        storage.takeOffline("one");
        await().atMost(PATIENCE).until(() -> blocked.getCount() == 0);
        long begun = System.nanoTime();

        storage.close(Duration.ofMillis(500));

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(2));
    }

    private static void hold(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static ResilientStorage real(Node node) {
        return ResilientStorage.builder()
                .backend(node.faults(), options -> options.name("one").attemptTimeout(Duration.ofMinutes(10)))
                .callTimeout(Duration.ofMinutes(10))
                .memory(false)
                .build();
    }
}
