package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.api.CallInterruptedException;
import io.resilientstorage.api.OverloadedException;
import io.resilientstorage.api.StorageException;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import io.resilientstorage.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** In real time: who runs on which thread, and what an interrupt does. */
class ThreadsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Node node = new Node("one", StandIn.SHARED);
    private ResilientStorage storage = Careless.nothing();

    @BeforeEach
    void start() {
        storage = ResilientStorage.builder()
                .backend(node.faults(), options -> options.name("one").attemptTimeout(Duration.ofSeconds(30)))
                .callTimeout(Duration.ofSeconds(30))
                .maxWaitingCalls(50)
                .memory(false)
                .build();
        storage.set("k", "v");
    }

    @AfterEach
    void close() {
        node.heal();
        storage.close(Duration.ZERO);
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** The client of the backend answers on a thread of its own. */
    private static Fault answeredBy(String thread) {
        return new Fault() {
            @Override
            public <T> CompletionStage<T> meet(Supplier<CompletionStage<T>> call, Timers timers) {
                CompletableFuture<T> answer = new CompletableFuture<>();
                CompletionStage<T> real = call.get();
                timers.schedule(
                        Duration.ofMillis(50),
                        () -> new Thread(() -> real.whenComplete((value, failure) -> answer.complete(value)), thread)
                                .start());
                return answer;
            }
        };
    }

    @Test
    void callbacksRunOnThreadsOfTheStorageAndNotOnThoseOfTheBackendsClient() throws Exception {
        node.faults().inject(answeredBy("client-thread"), Call.READ);

        String thread = get(storage.async()
                .get("k")
                .thenApply(value -> Thread.currentThread().getName()));
        node.faults().inject(new FailingLater(Duration.ofMillis(50)), Call.READ);
        String ofFailure = get(storage.async()
                .get("k")
                .handle((value, failure) -> Thread.currentThread().getName()));

        assertThat(thread).startsWith("resilient-storage-callback");
        assertThat(ofFailure).startsWith("resilient-storage-callback");
    }

    @Test
    void aCallbackThatBlocksHoldsUpNoCall() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        node.faults().inject(Fault.delayReply(Duration.ofMillis(20)), Call.READ);
        CompletableFuture<Void> blocked = storage.async().get("k").thenAccept(value -> hold(release));

        assertThat(storage.get("k")).contains("v");
        assertThat(get(storage.async().get("k"))).contains("v");

        release.countDown();
        get(blocked);
    }

    @Test
    void whenAllCallbacksBlockFurtherOnesFailAsOverloadedAndBlockingCallsGoOn() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        node.faults().inject(Fault.delayReply(Duration.ofMillis(5)), Call.READ);
        List<CompletableFuture<?>> blocked = new ArrayList<>();
        CompletableFuture<Throwable> refused = new CompletableFuture<>();
        // 8 threads and a queue of as many as may wait.
        for (int i = 0; i < 8 + 50 + 1; i++) {
            CompletableFuture<Optional<String>> call = storage.async().get("k");
            blocked.add(call.handle((value, failure) -> {
                if (failure != null) {
                    refused.complete(failure);
                } else {
                    hold(release);
                }
                return "done";
            }));
            await().pollDelay(Duration.ZERO)
                    .atMost(PATIENCE)
                    .until(() -> storage.get("k").isPresent());
        }

        assertThat(get(refused).getCause() == null ? get(refused) : get(refused).getCause())
                .isInstanceOf(OverloadedException.class);
        assertThat(storage.get("k")).contains("v");
        release.countDown();
        for (CompletableFuture<?> each : blocked) {
            get(each);
        }
    }

    @Test
    void anInterruptEndsTheWaitAndLeavesTheFlagSet() throws Exception {
        node.faults().inject(Fault.hang(), Call.READ);
        CompletableFuture<Boolean> flag = new CompletableFuture<>();
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        Thread caller = new Thread(() -> {
            try {
                storage.get("k");
            } catch (StorageException e) {
                thrown.complete(e);
            }
            flag.complete(Thread.currentThread().isInterrupted());
        });
        long reads = node.reads();
        caller.start();
        await().atMost(PATIENCE).until(() -> node.reads() > reads);

        caller.interrupt();

        assertThat(get(thrown)).isInstanceOf(CallInterruptedException.class);
        assertThat(get(flag)).isTrue();
        caller.join();
    }

    @Test
    void aThreadThatIsInterruptedAlreadyGetsAnAnswerThatNeedsNoWaiting() {
        Thread.currentThread().interrupt();
        try {
            assertThat(storage.get("k")).contains("v");
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
    }

    @Test
    void theCallersStackIsInTheError() {
        node.failCalls(new FailingLater(Duration.ofMillis(20)));

        Throwable failure = catchThrowable(() -> storage.get("k"));

        assertThat(failure).isInstanceOf(StorageException.class);
        assertThat(failure.getSuppressed())
                .anySatisfy(suppressed -> assertThat(suppressed.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(ThreadsTest.class.getName())));
    }

    /** Virtual threads where this JDK has them, else platform threads: a wait that pinned its carrier would not end. */
    @Test
    void manyThreadsMayWaitAtOnce() throws Exception {
        int count = 40;
        node.faults().inject(Fault.delayReply(Duration.ofMillis(200)), Call.READ);
        List<CompletableFuture<Optional<String>>> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CompletableFuture<Optional<String>> answer = new CompletableFuture<>();
            answers.add(answer);
            startLightThread(() -> answer.complete(storage.get("k")));
        }

        for (CompletableFuture<Optional<String>> answer : answers) {
            assertThat(get(answer)).contains("v");
        }
    }

    private static void startLightThread(Runnable task) throws Exception {
        if (Runtime.version().feature() >= 21) {
            Thread.class.getMethod("startVirtualThread", Runnable.class).invoke(null, task);
        } else {
            new Thread(task).start();
        }
    }

    private static void hold(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
