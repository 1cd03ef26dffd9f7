package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.Sync;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who gets a write besides the backend that takes it, and what the receipt says of them. */
class MirrorTest {

    private static Lab lab(WriteMode mode) {
        return new Lab()
                .shared("one", "two")
                .given(java.util.List.of("one", "two"), node -> {
                    node.server().keepHints();
                    node.server().keepSentinel();
                })
                .mode(mode)
                .start();
    }

    private static boolean has(Lab lab, String name) {
        return lab.node(name).server().stands("k") instanceof ReadAnswer.Hit;
    }

    @Test
    void mirrorAsyncDoesNotWaitAndBringsItAllTheSame() {
        try (Lab lab = lab(WriteMode.MIRROR_ASYNC)) {
            lab.node("two").faults().injectNext(1, Fault.delayCall(Duration.ofMillis(500)), Call.APPLY);

            assertThat(lab.storage().set("k", "v").pending()).containsExactly("two");

            assertThat(has(lab, "two")).isFalse();
            assertThat(lab.node("one").server().hintsFor("two").pending()).isEqualTo(1);
            lab.advance(Duration.ofMillis(600));
            assertThat(has(lab, "two")).isTrue();
            assertThat(lab.node("one").server().hintsFor("two").pending()).isZero();
        }
    }

    @Test
    void mirrorSyncWaitsForThoseInSyncAndNoLongerThanTheDeadline() {
        try (Lab lab = lab(WriteMode.MIRROR_SYNC)) {
            assertThat(lab.await(lab.async().set("k", "v")).pending()).isEmpty();
            assertThat(has(lab, "two")).isTrue();

            lab.node("two").faults().inject(Fault.hang(), Call.APPLY);
            Receipt receipt = lab.await(lab.async().set("k", "w"));
            assertThat(receipt.pending()).containsExactly("two");
        }
    }

    /** Else a mirror that hangs would take the time that the rest needs. */
    @Test
    void mirrorSyncWaitsOnlyWhenAllOfABatchIsTaken() {
        try (Lab lab = lab(WriteMode.MIRROR_SYNC)) {
            lab.node("two").faults().inject(Fault.hang(), Call.APPLY);
            lab.node("one").faults().injectNext(1, findingTheSecondBehind(), Call.APPLY);

            Map<String, Receipt> receipts = lab.await(lab.async().setAll(Map.of("a", "1", "b", "2")));

            assertThat(receipts.values())
                    .hasSize(2)
                    .allSatisfy(receipt -> assertThat(receipt.backend()).isEqualTo("one"))
                    .allSatisfy(receipt -> assertThat(receipt.pending()).containsExactly("two"));
        }
    }

    private static Fault findingTheSecondBehind() {
        return Careless.replying(ApplyReply.class, reply -> {
            ApplyResult second = reply.results().get(1);
            return new ApplyReply(
                    List.of(
                            reply.results().get(0),
                            new ApplyResult(ApplyStatus.BEHIND, second.version(), second.metLive())),
                    reply.incarnation());
        });
    }

    @Test
    void activeOnlyBringsItToABetterOneThatWasAwayAndToNobodyElse() {
        try (Lab lab = lab(WriteMode.ACTIVE_ONLY)) {
            assertThat(lab.storage().set("k", "v").pending()).isEmpty();
            lab.advance(Duration.ofSeconds(5));
            assertThat(has(lab, "two")).isFalse();

            lab.storage().takeOffline("one");
            assertThat(lab.storage().set("k", "w").pending()).containsExactly("one");
        }
    }

    /** History 11. */
    @Test
    void aDeleteWaitsAHundredMillisecondsForAMirrorThatHangs() {
        try (Lab lab = lab(WriteMode.MIRROR_ASYNC)) {
            lab.node("two").faults().inject(Fault.hang(), Call.APPLY);
            long begun = lab.time().clock().nanos();

            Receipt receipt = lab.await(lab.async().delete("k")).receipt();

            assertThat(receipt.pending()).containsExactly("two");
            assertThat(Duration.ofNanos(lab.time().clock().nanos() - begun))
                    .isBetween(Duration.ofMillis(100), Duration.ofMillis(110));
        }
    }

    /** The control for what was never brought into sync once a reader had found it COLD. */
    @Test
    void aBackendThatCameBackEmptyComesIntoSync() {
        try (Lab lab = lab(WriteMode.MIRROR_ASYNC)) {
            lab.node("one").server().emptySecretly();
            lab.await(lab.async().read("k"));

            lab.advance(Duration.ofSeconds(30));

            assertThat(lab.status("one").sync()).isEqualTo(Sync.IN_SYNC);
        }
    }
}
