package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.OverloadedException;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The bound on waiting calls. */
class OverloadTest {

    private static List<CompletableFuture<?>> begin(Lab lab, int count) {
        List<CompletableFuture<?>> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            calls.add(lab.async().get("k"));
        }
        return calls;
    }

    @Test
    void moreCallsThanTheBoundAreRefusedAtOnceAndTheirPlacesComeFreeAgain() {
        try (Lab lab = new Lab()
                .shared("one")
                .with(builder -> builder.maxWaitingCalls(100))
                .start()) {
            lab.node("one").faults().inject(Fault.hang(), Call.READ);

            List<CompletableFuture<?>> calls = begin(lab, 150);

            assertThat(calls.subList(0, 100)).noneMatch(CompletableFuture::isDone);
            assertThat(calls.subList(100, 150)).allMatch(CompletableFuture::isCompletedExceptionally);
            assertThat(lab.failure(calls.get(120)))
                    .isInstanceOf(OverloadedException.class)
                    .hasMessageContaining("100")
                    .hasMessageContaining("maxWaitingCalls");
            assertThatThrownBy(() -> lab.storage().get("k")).isInstanceOf(OverloadedException.class);
            assertThatThrownBy(() -> lab.storage().getAll(List.of())).isInstanceOf(OverloadedException.class);

            lab.advance(Lab.CALL_TIMEOUT);
            assertThat(calls).allMatch(CompletableFuture::isDone);
            lab.node("one").heal();
            lab.advance(Duration.ofSeconds(3));
            lab.node("one").faults().inject(Fault.delayReply(Duration.ofMillis(50)), Call.READ);

            List<CompletableFuture<?>> again = begin(lab, 100);
            lab.advance(Duration.ofMillis(50));
            assertThat(again).allMatch(call -> call.isDone() && !call.isCompletedExceptionally());
        }
    }

    @Test
    void aRefusedCallCountsForNoCircuit() {
        try (Lab lab = new Lab()
                .shared("one", "two")
                .with(builder -> builder.maxWaitingCalls(1).circuitBreakerThreshold(2))
                .start()) {
            lab.node("one").faults().inject(Fault.delayReply(Duration.ofMillis(500)), Call.READ);

            List<CompletableFuture<?>> calls = begin(lab, 1_000);
            lab.advance(Duration.ofSeconds(1));

            assertThat(calls.get(0)).isCompleted();
            assertThat(lab.status("one").consecutiveFailures()).isZero();
            assertThat(lab.status("one").circuit()).isEqualTo(Circuit.CLOSED);
            assertThat(lab.events()).isEmpty();
        }
    }

    @Test
    void aCallThatIsAnsweredAtOnceTakesNoPlace() {
        try (Lab lab = new Lab()
                .shared("one")
                .with(builder -> builder.maxWaitingCalls(1))
                .start()) {
            for (int i = 0; i < 100; i++) {
                assertThat(lab.async().get("k")).isCompleted();
            }
        }
    }

    @Test
    void aCallThatFailsGivesItsPlaceBack() {
        try (Lab lab = new Lab()
                .shared("one")
                .with(builder -> builder.maxWaitingCalls(1).circuitBreakerThreshold(1_000))
                .start()) {
            lab.node("one").faults().inject(new FailingLater(Duration.ofMillis(10)), Call.READ, Call.APPLY);
            for (int i = 0; i < 50; i++) {
                assertThat(lab.failure(lab.async().get("k"))).isNotInstanceOf(OverloadedException.class);
                assertThat(lab.failure(lab.async().set("k", "v"))).isNotInstanceOf(OverloadedException.class);
                assertThat(lab.failure(lab.async().touch("k", Duration.ofSeconds(1))))
                        .isNotInstanceOf(OverloadedException.class);
            }
        }
    }

    @Test
    void tenThousandCallsMayWaitByDefaultAndAllEndByTheirDeadline() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").hang();
            lab.node("two").hang();

            List<CompletableFuture<?>> calls = begin(lab, 10_001);

            assertThat(calls.get(9_999)).isNotDone();
            assertThat(lab.failure(calls.get(10_000))).isInstanceOf(OverloadedException.class);
            lab.advance(Lab.CALL_TIMEOUT);
            assertThat(calls).allMatch(CompletableFuture::isDone);
        }
    }
}
