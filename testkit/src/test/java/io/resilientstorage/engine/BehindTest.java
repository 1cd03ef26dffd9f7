package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.ConditionalResult;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyRule;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.record.Content;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A write whose version is far behind what stands is made again under a newer one (docs/decisions/0003). */
class BehindTest {

    private static final long AHEAD = 60_000;
    private static final Duration SLOW = Duration.ofMillis(300);

    /** A writer whose clock is a minute ahead has written this key. */
    private static void ahead(Lab lab, String key) {
        lab.node("one").server().put(key, "ahead", lab.time().clock().wallMillis() + AHEAD);
    }

    private static List<ApplyKind> kinds(Lab lab, String node) {
        return lab.node(node).server().applies().stream()
                .map(ApplyRequest::kind)
                .toList();
    }

    @Test
    void theSameBackendTakesItAtTheSecondTime() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.storage().set("other", "v");
            int before = lab.node("one").server().applies().size();
            ahead(lab, "k");

            Receipt receipt = lab.storage().set("k", "v");

            assertThat(receipt.backend()).isEqualTo("one");
            assertThat(receipt.superseded()).isFalse();
            assertThat(lab.storage().get("k")).contains("v");
            assertThat(kinds(lab, "one")).hasSize(before + 2).containsOnly(ApplyKind.DIRECT);
            assertThat(lab.status("one").consecutiveFailures()).isZero();
            ahead(lab, "k");
            lab.storage().set("k", "w");
            assertThat(kinds(lab, "one"))
                    .as("the clock has moved past what it saw")
                    .hasSize(before + 3);
        }
    }

    @Test
    void ofABatchOnlyWhatIsBehindIsMadeAgain() {
        try (Lab lab = new Lab().shared("one").start()) {
            long ahead = lab.time().clock().wallMillis() + AHEAD;
            ahead(lab, "b");

            Map<String, Receipt> receipts = lab.storage().setAll(Map.of("a", "1", "b", "2", "c", "3"));

            assertThat(receipts)
                    .hasSize(3)
                    .allSatisfy((key, receipt) ->
                            assertThat(receipt.version().millis() >= ahead).isEqualTo(key.equals("b")));
            assertThat(lab.node("one").server().lastApply().changes())
                    .singleElement()
                    .satisfies(change -> assertThat(change.record().key().key()).isEqualTo("b"));
            assertThat(lab.storage().getAll(List.of("a", "b", "c"))).hasSize(3).containsEntry("b", "2");
        }
    }

    @Test
    void aConditionIsJudgedAgain() {
        try (Lab lab = new Lab().shared("one").start()) {
            StandIn one = lab.node("one").server();
            Version deleted = Version.of(lab.time().clock().wallMillis() + AHEAD, 0, StandIn.OTHER_WRITER);
            one.put(StandIn.key("k"), Content.tombstone(), deleted, ApplyKind.REPLAY);
            ahead(lab, "taken");

            ConditionalResult free = lab.storage().setIfAbsent("k", "v");
            ConditionalResult taken = lab.storage().setIfAbsent("taken", "v");

            assertThat(free.applied()).isTrue();
            assertThat(taken.applied()).isFalse();
            assertThat(lab.storage().get("k")).contains("v");
        }
    }

    /** The last time it may be raised above what stands. */
    @Test
    void aBackendThatFindsItBehindAgainAndAgainIsLeftForTheNext() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").faults().inject(alwaysBehind(), Call.APPLY);

            assertThat(lab.storage().set("k", "v").backend()).isEqualTo("two");

            Duration timeout = lab.node("two").server().lastApply().timeout();
            assertThat(lab.node("one").server().applies())
                    .filteredOn(apply -> apply.kind() == ApplyKind.DIRECT)
                    .extracting(ApplyRequest::mostBehind)
                    .containsExactly(
                            ApplyRequest.NEVER_OLDER,
                            ApplyRequest.NEVER_OLDER,
                            ApplyRequest.NEVER_OLDER,
                            Math.max(timeout.toMillis(), ApplyRule.TRUSTED_AHEAD_MILLIS));
            assertThat(kinds(lab, "two")).as("nothing was stored").containsExactly(ApplyKind.DIRECT);
        }
    }

    /** Others write while the answer is on its way: with no room it would meet something newer each time. */
    @Test
    void whereTheWayIsSlowTheSecondTimeHasRoomForAllThatTheFirstTook() {
        try (Lab lab = new Lab().shared("one").start()) {
            int before = lab.node("one").server().applies().size();
            ahead(lab, "k");
            lab.node("one").faults().inject(Fault.delayReply(SLOW), Call.APPLY);

            lab.await(lab.async().set("k", "v"));

            assertThat(lab.node("one").server().applies().stream().skip(before))
                    .extracting(ApplyRequest::mostBehind)
                    .containsExactly(ApplyRequest.NEVER_OLDER, SLOW.toMillis());
        }
    }

    private static Fault alwaysBehind() {
        return Careless.replying(
                ApplyReply.class,
                reply -> new ApplyReply(
                        reply.results().stream()
                                .map(result -> new ApplyResult(ApplyStatus.BEHIND, result.version(), result.metLive()))
                                .toList(),
                        reply.incarnation()));
    }
}
