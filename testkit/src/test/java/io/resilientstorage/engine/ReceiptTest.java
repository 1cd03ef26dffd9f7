package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Durability;
import io.resilientstorage.api.Found;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** P2: a receipt tells the truth. */
class ReceiptTest {

    private static Lab lab() {
        return new Lab()
                .shared("redis")
                .backend("sql", StandIn.DURABLE, options -> {})
                .memory();
    }

    @Test
    void itNamesTheBackendThatTookTheWriteItsDurabilityAndTheVersionThatStandsThere() {
        try (Lab lab = lab().start()) {
            Receipt first = lab.storage().set("k", "v");

            assertThat(first.backend()).isEqualTo("redis");
            assertThat(first.durability()).isEqualTo(Durability.VOLATILE);
            assertThat(first.pending()).as("not waited for").containsExactly("sql");
            assertThat(first.superseded()).isFalse();
            assertThat(((Found<String>) lab.storage().read("k")).version()).isEqualTo(first.version());

            lab.storage().takeOffline("redis");
            Receipt second = lab.storage().set("k", "w");

            assertThat(second.backend()).isEqualTo("sql");
            assertThat(second.durability()).isEqualTo(Durability.DURABLE);
            assertThat(second.version()).isGreaterThan(first.version());

            lab.storage().takeOffline("sql");
            assertThat(lab.storage().set("k", "x").durability()).isEqualTo(Durability.VOLATILE);
            assertThat(lab.storage().set("k", "x").backend()).isEqualTo("memory");
        }
    }

    @Test
    void itNamesTheBackendThatAnsweredAndNotTheOneWhoseReplyWasLost() {
        try (Lab lab = lab().start()) {
            lab.node("redis").faults().injectNext(1, Fault.dropReply(), Call.APPLY);

            Receipt receipt = lab.await(lab.async().set("k", "v"));

            assertThat(receipt.backend()).isEqualTo("sql");
            assertThat(receipt.durability()).isEqualTo(Durability.DURABLE);
            assertThat(lab.node("redis")
                            .server()
                            .lastApply()
                            .changes()
                            .get(0)
                            .record()
                            .version())
                    .as("both have it under one version")
                    .isEqualTo(receipt.version());
        }
    }

    @Test
    void theVersionIsTheOneThatTheBackendAssignedWhenItHadANewerOne() {
        try (Lab lab = new Lab().shared("one").start()) {
            Receipt first = lab.storage().set("k", "v");
            // A writer whose clock is a minute ahead.
            lab.node("one").server().put("k", "ahead", first.version().millis() + 60_000);

            Receipt second = lab.storage().set("k", "w");

            assertThat(second.version().millis()).isEqualTo(first.version().millis() + 60_000);
            assertThat(((Found<String>) lab.storage().read("k")).version()).isEqualTo(second.version());
            assertThat(lab.storage().get("k")).contains("w");
            assertThat(lab.storage().set("other", "x").version())
                    .as("the clock has moved past what it saw")
                    .isGreaterThan(second.version());
        }
    }

    @Test
    void eachKeyOfABatchHasItsOwnReceipt() {
        try (Lab lab = lab().start()) {
            Map<String, Receipt> receipts = lab.storage().setAll(Map.of("a", "1", "b", "2"));

            assertThat(receipts).containsOnlyKeys("a", "b");
            assertThat(receipts.values().stream().map(Receipt::version)).doesNotHaveDuplicates();
            receipts.forEach(
                    (key, receipt) -> assertThat(((Found<String>) lab.storage().read(key)).version())
                            .isEqualTo(receipt.version()));
        }
    }

    @Test
    void aDeleteIsRecordedAlsoWhereThereWasNothingToDelete() {
        try (Lab lab = lab().start()) {
            assertThat(lab.storage().delete("k").deleted()).isFalse();
            assertThat(lab.storage().delete("k").receipt().backend()).isEqualTo("redis");

            lab.storage().set("k", "v");
            assertThat(lab.storage().delete("k").deleted()).isTrue();
        }
    }
}
