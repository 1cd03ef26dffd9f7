package io.resilientstorage.execution;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.OverloadedException;
import io.resilientstorage.api.StorageClosedException;
import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The way in: counts the calls that wait, bounds them, and lets nobody in after the close. */
class CallGateTest {

    private final CallGate gate = new CallGate(2, Time.system());

    private CompletableFuture<Void> call() {
        gate.enter();
        CompletableFuture<Void> call = new CompletableFuture<>();
        gate.count(call);
        return call;
    }

    @Test
    void itIsFullAtItsBoundAndOpensAgainWhenACallEndsHoweverItEnds() {
        CompletableFuture<Void> good = call();
        CompletableFuture<Void> bad = call();
        assertThatThrownBy(gate::enter).isInstanceOf(OverloadedException.class);
        assertThat(gate.waiting()).isEqualTo(2);

        bad.completeExceptionally(new IllegalStateException());
        assertThat(gate.waiting()).isEqualTo(1);
        CompletableFuture<Void> cancelled = call();
        cancelled.cancel(true);
        good.complete(null);

        assertThat(gate.waiting()).isZero();
        gate.enter();
    }

    @Test
    void closingWithNobodyInsideEndsAtOnce() {
        assertThat(gate.close(Duration.ofHours(1))).isZero();
        assertThat(gate.isClosed()).isTrue();
        assertThatThrownBy(gate::enter).isInstanceOf(StorageClosedException.class);
    }

    @Test
    void closingEndsTheCallsThatDidNotEndInTime() {
        CompletableFuture<Void> one = call();
        CompletableFuture<Void> two = call();

        assertThat(gate.close(Duration.ofMillis(1))).isEqualTo(2);

        assertThatThrownBy(one::join).hasCauseInstanceOf(StorageClosedException.class);
        assertThatThrownBy(two::join).hasCauseInstanceOf(StorageClosedException.class);
        assertThat(gate.waiting()).isZero();
    }

    @Test
    void aCallThatCameInJustBeforeTheCloseAndIsCountedAfterItIsEndedToo() {
        gate.enter();
        gate.close(Duration.ZERO);
        CompletableFuture<Void> late = new CompletableFuture<>();

        gate.count(late);

        assertThatThrownBy(late::join).hasCauseInstanceOf(StorageClosedException.class);
    }

    @Test
    void closingWaitsForTheLastCall() throws Exception {
        CompletableFuture<Void> one = call();
        CompletableFuture<Void> two = call();
        CompletableFuture<Integer> left = CompletableFuture.supplyAsync(() -> gate.close(Duration.ofSeconds(20)));
        one.complete(null);
        two.complete(null);

        assertThat(left.get(20, TimeUnit.SECONDS)).isZero();
        assertThat(two).isCompleted();
    }

    @Test
    void anInterruptEndsTheWaitAndLeavesTheFlagSet() {
        CompletableFuture<Void> call = call();
        Thread.currentThread().interrupt();

        assertThat(gate.close(Duration.ofHours(1))).isEqualTo(1);

        assertThat(Thread.interrupted()).isTrue();
        assertThat(call).isCompletedExceptionally();
    }
}
