package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.resilientstorage.api.CallInterruptedException;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.StorageException;
import io.resilientstorage.config.Strategy;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A call whose caller waits takes its steps on that thread, and says the same as one that nobody waits for. */
class AwaitedCallTest {

    private static final long PATIENCE = 20;

    /** Ways in which the first candidate may answer. */
    enum Case {
        HIT(lab -> lab.storage().set("k", "v")),
        BELIEVED_MISS(lab -> {}),
        DELETED(lab -> {
            lab.storage().set("k", "v");
            lab.storage().delete("k");
        }),
        MISS_THAT_IS_NOT_BELIEVED(lab -> {
            lab.storage().set("k", "v");
            lab.storage().takeOffline("one");
        }),
        STILL_TO_GET_IT(lab -> {
            lab.node("one").faults().injectNext(1, Node.unreachable(), Call.APPLY);
            lab.storage().set("k", "v");
        }),
        OUT_OF_REACH(lab -> failing(lab, Node.unreachable())),
        NO_ANSWER(lab -> failing(lab, Node.noAnswer())),
        REFUSED(lab -> failing(lab, Node.refused())),
        INVALID(lab -> failing(lab, Node.invalid())),
        OVERLOADED(lab -> failing(lab, Node.overloaded())),
        ALL_FAIL(lab -> {
            failing(lab, Node.unreachable());
            lab.node("two").faults().inject(Node.noAnswer(), Call.READ);
        });

        @SuppressWarnings("ImmutableEnumChecker") // a lambda that captures nothing
        private final Consumer<Lab> given;

        Case(Consumer<Lab> given) {
            this.given = given;
        }

        private static void failing(Lab lab, Fault fault) {
            lab.storage().set("k", "v");
            lab.node("one").faults().inject(fault, Call.READ);
        }
    }

    /** What a call said, how often each backend was asked, and what was counted against the first. */
    private record Told(String said, long asksOfOne, long asksOfTwo, int failuresOfOne) {}

    private static Lab lab(Case how) {
        Lab lab = new Lab().shared("one", "two").with(builder -> builder.strategy(Strategy.PRIORITY));
        if (how == Case.MISS_THAT_IS_NOT_BELIEVED) {
            lab.activeOnly();
        }
        return lab.start();
    }

    private static Told told(Case how, Read read) {
        try (Lab lab = lab(how)) {
            how.given.accept(lab);
            long one = lab.node("one").reads();
            long two = lab.node("two").reads();
            String said;
            try {
                said = withoutVersion(read.of(lab));
            } catch (CompletionException e) {
                said = String.valueOf(e.getCause());
            } catch (StorageException e) {
                said = e.toString();
            }
            return new Told(
                    said,
                    lab.node("one").reads() - one,
                    lab.node("two").reads() - two,
                    lab.status("one").consecutiveFailures());
        }
    }

    /** Two labs make the same versions but for the part that is random. */
    private static String withoutVersion(Object result) {
        return result.toString().replaceAll("version=\\d+", "version");
    }

    private interface Read {
        Object of(Lab lab);
    }

    @ParameterizedTest
    @EnumSource
    void aReadSaysTheSameWhetherItsCallerWaitsOrNot(Case how) {
        Told awaited = told(how, lab -> lab.storage().read("k"));

        assertThat(awaited).isEqualTo(told(how, lab -> lab.async().read("k").join()));
        assertThat(awaited.asksOfOne()).as("nobody is asked twice").isLessThanOrEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    void aGetSaysTheSameWhetherItsCallerWaitsOrNot(Case how) {
        assertThat(told(how, lab -> lab.storage().get("k")))
                .isEqualTo(told(how, lab -> lab.async().get("k").join()));
    }

    @ParameterizedTest
    @EnumSource
    void aTouchSaysTheSameWhetherItsCallerWaitsOrNot(Case how) {
        Duration life = Duration.ofMinutes(1);
        assertThat(told(how, lab -> lab.storage().touch("k", life)))
                .isEqualTo(told(how, lab -> lab.async().touch("k", life).join()));
    }

    @Test
    void aCallerThatWaitsForAHungBackendGoesOnAfterOneAttempt() throws Exception {
        try (Lab lab = lab(Case.HIT)) {
            lab.storage().set("k", "v");
            lab.node("one").faults().inject(Fault.hang(), Call.READ);
            long asked = lab.node("one").reads();
            CompletableFuture<ReadResult<String>> read =
                    onItsOwnThread(() -> lab.storage().read("k"));
            await().until(() -> lab.node("one").reads() > asked);

            // The thread looks at the clock when it wakes, so time is moved until it has.
            await().until(() -> {
                lab.advance(Duration.ofMillis(100));
                return read.isDone();
            });

            assertThat(read.get(PATIENCE, TimeUnit.SECONDS).backend()).isEqualTo("two");
            assertThat(lab.node("one").reads()).as("asked once").isEqualTo(asked + 1);
            assertThat(lab.status("one").consecutiveFailures()).isEqualTo(1);
        }
    }

    @Test
    void aWriteGoesOnWhoseCallerIsInterrupted() throws Exception {
        try (Lab lab = lab(Case.HIT)) {
            lab.node("one").faults().inject(Fault.hang(), Call.APPLY);
            CompletableFuture<Thread> caller = new CompletableFuture<>();
            CompletableFuture<Receipt> write = onItsOwnThread(() -> {
                caller.complete(Thread.currentThread());
                return lab.storage().set("k", "v");
            });
            await().until(() -> lab.node("one").writes() == 1);

            caller.join().interrupt();

            assertThat(write.handle((receipt, failure) -> failure).get(PATIENCE, TimeUnit.SECONDS))
                    .isInstanceOf(CallInterruptedException.class);
            assertThat(lab.node("two").server().stands("k").toString()).contains("Miss");
            await().until(() -> {
                lab.advance(Duration.ofMillis(100));
                return lab.node("two").server().stands("k").toString().contains("Hit");
            });
        }
    }

    private static <T> CompletableFuture<T> onItsOwnThread(Callable<T> call) {
        CompletableFuture<T> end = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                end.complete(call.call());
            } catch (Exception e) {
                end.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        return end;
    }
}
