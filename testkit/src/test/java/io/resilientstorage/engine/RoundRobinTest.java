package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.ReadKind;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.config.Strategy;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** ROUND_ROBIN: reads rotate, writes go to all before they are acknowledged. */
class RoundRobinTest {

    private static final List<String> NAMES = List.of("one", "two", "three");

    private static Lab lab() {
        return new Lab()
                .shared("one", "two", "three")
                .memory()
                .with(builder -> builder.strategy(Strategy.ROUND_ROBIN))
                .start();
    }

    @Test
    void readsAreSpreadEvenly() {
        try (Lab lab = lab()) {
            lab.storage().set("k", "v");
            for (int i = 0; i < 300; i++) {
                assertThat(lab.storage().get("k")).contains("v");
            }

            for (String name : NAMES) {
                assertThat(lab.node(name).reads()).as(name).isEqualTo(100);
            }
        }
    }

    @Test
    void everySharedBackendHasAWriteUnderOneVersionWhenItIsAcknowledged() {
        try (Lab lab = lab()) {
            Receipt receipt = lab.storage().set("k", "v");

            assertThat(receipt.backend()).isEqualTo("one");
            for (String name : NAMES) {
                assertThat(lab.node(name).server().stands("k"))
                        .isInstanceOfSatisfying(
                                ReadAnswer.Hit.class,
                                hit -> assertThat(hit.record().version()).isEqualTo(receipt.version()));
            }
        }
    }

    @Test
    void aWriteIsNotAcknowledgedBeforeTheSlowestHasIt() {
        try (Lab lab = lab()) {
            lab.node("three").faults().inject(Fault.delayReply(Duration.ofMillis(500)), Call.APPLY);

            CompletableFuture<Receipt> write = lab.async().set("k", "v");

            lab.advance(Duration.ofMillis(499));
            assertThat(write).isNotDone();
            lab.advance(Duration.ofMillis(1));
            assertThat(write).isCompleted();
        }
    }

    @Test
    void theSameBackendDecidesWhoeverReads() {
        try (Lab lab = lab()) {
            for (int i = 0; i < 10; i++) {
                lab.storage().get("k");
                lab.storage().set("k", "v" + i);
            }

            assertThat(lab.node("one").server().applies()).allMatch(apply -> apply.kind() == ApplyKind.DIRECT);
            assertThat(lab.node("two").server().applies()).allMatch(apply -> apply.kind() == ApplyKind.REPLAY);
            assertThat(lab.node("three").server().applies()).allMatch(apply -> apply.kind() == ApplyKind.REPLAY);
        }
    }

    @Test
    void oneThatFailsCostsTheWriteNothingButItsTimeOutAndItsMissesAreNotBelieved() {
        try (Lab lab = lab()) {
            lab.node("two").faults().injectNext(1, Fault.hang(), Call.APPLY);
            long begun = lab.time().clock().nanos();

            assertThat(lab.await(lab.async().set("k", "v")).backend()).isEqualTo("one");

            assertThat(Duration.ofNanos(lab.time().clock().nanos() - begun)).isLessThan(Duration.ofMillis(1_010));
            for (int turn = 0; turn < 6; turn++) {
                assertThat(lab.storage().get("k")).as("turn %d", turn).contains("v");
                assertThat(lab.storage().read("none").kind()).isEqualTo(ReadKind.ABSENT);
            }
        }
    }

    @Test
    void whenTheDeciderFailsTheNextOneDecidesAndTheFailedOneIsNotAskedTwice() {
        try (Lab lab = lab()) {
            lab.node("one").faults().inject(Fault.hang(), Call.APPLY);

            assertThat(lab.await(lab.async().set("k", "v")).backend()).isEqualTo("two");

            assertThat(lab.node("one").writes())
                    .as("by the call, and by who carries on")
                    .isEqualTo(2);
            assertThat(lab.node("three").server().lastApply().kind()).isEqualTo(ApplyKind.REPLAY);
            assertThat(lab.status("one").consecutiveFailures()).isEqualTo(2);
        }
    }

    @Test
    void withNoSharedBackendLeftMemoryServesAlone() {
        try (Lab lab = lab()) {
            NAMES.forEach(name -> lab.storage().takeOffline(name));

            assertThat(lab.storage().set("k", "v").backend()).isEqualTo("memory");
            assertThat(lab.storage().get("k")).contains("v");
        }
    }

    @Test
    void aDegradedBackendTakesWritesAndIsNotReadWhileAnotherIsHealthy() {
        try (Lab lab = lab()) {
            lab.node("two").faults().inject(Node.refused(), Call.PROBE);
            lab.advance(Duration.ofSeconds(40));
            long reads = lab.node("two").reads();
            lab.storage().set("k", "v");

            for (int i = 0; i < 10; i++) {
                assertThat(lab.storage().get("k")).contains("v");
            }

            assertThat(lab.node("two").reads()).isEqualTo(reads);
            assertThat(lab.node("two").server().stands("k")).isInstanceOf(ReadAnswer.Hit.class);
        }
    }

    @Test
    void aDeleteGoesToAllToo() {
        try (Lab lab = lab()) {
            lab.storage().set("k", "v");
            lab.storage().delete("k");

            for (String name : NAMES) {
                assertThat(lab.node(name).server().stands("k")).isInstanceOf(ReadAnswer.Miss.class);
            }
            for (int turn = 0; turn < 3; turn++) {
                assertThat(lab.storage().read("k").kind()).isEqualTo(ReadKind.ABSENT);
            }
        }
    }
}
