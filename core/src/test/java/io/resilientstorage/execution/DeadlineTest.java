package io.resilientstorage.execution;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.time.Time;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A step of a call waits on the thread that waits for the call, and holds up no other. */
@Timeout(20)
class DeadlineTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    private final Time time = Time.system();
    private final CallGate gate = new CallGate(10, time);
    private final CompletableFuture<Void> never = new CompletableFuture<>();

    @AfterEach
    void close() {
        time.close();
    }

    private Deadline here() {
        return Deadline.awaitedHere(time.clock(), LONG.toNanos(), time.clock().nanos(), gate);
    }

    @Test
    void anotherThreadThanTheCallersIsNotHeldUp() throws Exception {
        Deadline ofThisThread = here();
        Thread other = new Thread(() -> ofThisThread.await(never, LONG));
        other.start();
        other.join();
    }

    @Test
    void aCallThatNobodyWaitsForHoldsUpNobody() {
        Deadline.in(time.clock(), LONG.toNanos()).await(never, LONG);
    }

    @Test
    void theCallersThreadWaitsUntilTheAnswer() {
        CompletableFuture<String> answer =
                new CompletableFuture<String>().completeOnTimeout("late", 120, TimeUnit.MILLISECONDS);

        here().await(answer, LONG);

        assertThat(answer).isCompleted();
    }

    @Test
    void theCallersThreadWaitsNoLongerThanItHasPatience() {
        Duration patience = Duration.ofMillis(120);
        long begun = time.clock().nanos();

        here().await(never, patience);

        assertThat(time.clock().nanos() - begun).isGreaterThanOrEqualTo(patience.toNanos());
    }

    @Test
    void theCallersThreadWaitsNoMoreOnceAllIsClosed() {
        gate.close(Duration.ZERO);

        here().await(never, LONG);
    }

    @Test
    void anInterruptEndsTheWaitingAndStaysSet() {
        Thread.currentThread().interrupt();

        here().await(never, LONG);

        assertThat(Thread.interrupted()).isTrue();
    }
}
