package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.InvalidRequestException;
import io.resilientstorage.api.InvalidSettingException;
import io.resilientstorage.api.KeyValueStore;
import io.resilientstorage.api.NamespaceDisagreementException;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.Version;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyRequest;
import io.resilientstorage.backend.Change;
import io.resilientstorage.config.Strategy;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** History 13: processes that would use a namespace in different ways are refused. */
class NamespaceAgreementTest {

    private static final RecordKey RECORD = new RecordKey("_rs", "carts");
    private static final String DEFAULTS = "1 writeMode=MIRROR_ASYNC maxValueBytes=1048576";
    private static final String OTHERS = "1 writeMode=MIRROR_SYNC maxValueBytes=1048576";

    private static KeyValueStore<String> carts(Lab lab) {
        return lab.storage().namespace("carts");
    }

    /** What another process has stored. */
    private static void othersSay(Lab lab, String node, Content content) {
        long now = lab.time().clock().wallMillis();
        lab.node(node).server().put(RECORD, content, Version.of(now, 0, StandIn.OTHER_WRITER), ApplyKind.DIRECT);
    }

    private static void othersSay(Lab lab, String text) {
        othersSay(lab, "one", StandIn.text(text));
    }

    private static List<VersionedRecord> stored(Lab lab, String node) {
        return lab.node(node).server().applies().stream()
                .map(ApplyRequest::changes)
                .flatMap(List::stream)
                .map(Change::record)
                .filter(record -> record.key().namespace().equals("_rs"))
                .toList();
    }

    private static long questions(Lab lab, String node) {
        return lab.node(node).server().reads().stream()
                .filter(read -> read.keys().contains(RECORD))
                .count();
    }

    private static void isRefused(Throwable failure) {
        assertThat(failure)
                .isInstanceOf(NamespaceDisagreementException.class)
                .hasMessage("namespace 'carts' is used here with writeMode=MIRROR_ASYNC maxValueBytes=1048576, and the"
                        + " record at one says writeMode=MIRROR_SYNC maxValueBytes=1048576; all processes must use it"
                        + " alike");
    }

    @Test
    void theFirstWriteMakesTheRecordAndNoOtherCallAsks() {
        try (Lab lab = new Lab().asking().shared("one").start()) {
            carts(lab).read("k");
            assertThat(questions(lab, "one")).as("a read does not ask").isZero();

            carts(lab).set("k", "v");
            carts(lab).delete("k");
            lab.await(carts(lab).async().setIfAbsent("k", "v"));
            carts(lab).touch("k", Duration.ofMinutes(1));

            assertThat(questions(lab, "one")).isEqualTo(1);
            assertThat(stored(lab, "one")).singleElement().satisfies(record -> {
                assertThat(record.key()).isEqualTo(RECORD);
                assertThat(new String(((Content.Value) record.content()).bytes(), StandardCharsets.UTF_8))
                        .isEqualTo(DEFAULTS);
                assertThat(record.expiresAt()).isEqualTo(VersionedRecord.NEVER);
            });
        }
    }

    @Test
    void whoHoldsTheSameAsTheOthersMakesNoRecord() {
        try (Lab lab = new Lab().asking().shared("one").start()) {
            othersSay(lab, DEFAULTS);

            assertThat(carts(lab).set("k", "v").backend()).isEqualTo("one");

            assertThat(stored(lab, "one")).isEmpty();
        }
    }

    @Test
    void whoHoldsSomethingElseIsRefusedAndNothingIsStored() {
        try (Lab lab = new Lab().asking().shared("one").start()) {
            othersSay(lab, OTHERS);
            long writes = lab.node("one").writes();

            isRefused(lab.failure(carts(lab).async().set("k", "v")));
            isRefused(lab.failure(carts(lab).async().delete("k")));
            isRefused(lab.failure(carts(lab).async().touch("k", Duration.ofMinutes(1))));
            isRefused(lab.failure(carts(lab).async().read("k")));
            assertThatThrownBy(() -> carts(lab).get("k")).isInstanceOf(NamespaceDisagreementException.class);

            assertThat(lab.node("one").writes()).isEqualTo(writes);
            assertThat(questions(lab, "one")).isEqualTo(1);
            assertThat(lab.storage().namespace("users").set("k", "v").backend())
                    .as("another namespace")
                    .isEqualTo("one");
        }
    }

    @Test
    void whoAsksForTheModeOfTheOthersIsNotRefused() {
        try (Lab lab = new Lab().asking().shared("one").start()) {
            othersSay(lab, OTHERS);

            assertThat(lab.namespace("carts", WriteMode.MIRROR_SYNC)
                            .set("k", "v")
                            .backend())
                    .isEqualTo("one");
        }
    }

    @Test
    void aRecordOfANewerFormatIsRefused() {
        try (Lab lab = new Lab().asking().shared("one").start()) {
            othersSay(lab, "2 writeMode=MIRROR_ASYNC maxValueBytes=1048576");

            assertThat(lab.failure(carts(lab).async().set("k", "v")))
                    .isInstanceOf(NamespaceDisagreementException.class)
                    .hasMessageContaining("something that this version of the library does not understand");
        }
    }

    @Test
    void ofTwoThatAreFirstOneMakesTheRecordAndTheOtherComparesItself() {
        try (Lab lab = new Lab().asking().shared("one").start()) {
            lab.node("one").faults().injectNext(1, Fault.delayReply(Duration.ofMillis(50)), Call.READ);
            CompletableFuture<Receipt> call = carts(lab).async().set("k", "v");
            lab.advance(Duration.ofMillis(20));
            othersSay(lab, OTHERS);

            isRefused(lab.failure(call));
        }
    }

    @Test
    void whereNobodyCanTellCallsGoOnAndTheQuestionIsAskedAgainNowAndThen() {
        try (Lab lab = new Lab().asking().shared("one").memory().start()) {
            othersSay(lab, OTHERS);
            lab.node("one").down();

            for (int i = 0; i < 100; i++) {
                assertThat(lab.await(carts(lab).async().set("k" + i, "v")).backend())
                        .isEqualTo("memory");
                lab.advance(Duration.ofMillis(10));
            }
            lab.node("one").heal();
            lab.advance(Duration.ofSeconds(20));
            carts(lab).set("k", "v");

            isRefused(lab.failure(carts(lab).async().set("k", "v")));
            assertThat(questions(lab, "one")).isEqualTo(1);
        }
    }

    @Test
    void noRecordIsMadeWhereOthersWouldNotLookFirst() {
        try (Lab lab = new Lab().asking().shared("one", "two").memory().start()) {
            lab.storage().takeOffline("one");
            assertThat(carts(lab).set("k", "v").backend()).isEqualTo("two");
            lab.storage().takeOffline("two");
            lab.advance(Duration.ofSeconds(6));
            assertThat(carts(lab).set("k", "v").backend()).isEqualTo("memory");

            assertThat(stored(lab, "two")).isEmpty();
        }
    }

    @Test
    void aBackendThatHangsHoldsUpNoCallPastItsDeadline() {
        try (Lab lab = new Lab().asking().shared("one", "two").memory().start()) {
            lab.node("one").hang();
            lab.node("two").hang();
            long begun = lab.time().clock().nanos();

            Receipt receipt = lab.await(carts(lab).async().set("k", "v"));

            assertThat(receipt.backend()).isEqualTo("memory");
            assertThat(Duration.ofNanos(lab.time().clock().nanos() - begun)).isLessThanOrEqualTo(Lab.CALL_TIMEOUT);
        }
    }

    @Test
    void manyCallsAtOnceAskOnce() {
        try (Lab lab = new Lab().asking().shared("one").start()) {
            lab.node("one").faults().inject(Fault.delayReply(Duration.ofMillis(50)));
            List<CompletableFuture<Receipt>> calls = IntStream.range(0, 50)
                    .mapToObj(i -> carts(lab).async().set("k" + i, "v"))
                    .toList();

            calls.forEach(call -> assertThat(lab.await(call).backend()).isEqualTo("one"));

            assertThat(questions(lab, "one")).isEqualTo(1);
            assertThat(stored(lab, "one")).hasSize(1);
        }
    }

    @Test
    void memoryAloneHasNobodyToAgreeWith() {
        try (Lab lab = new Lab().asking().memory().start()) {
            carts(lab).set("k", "v");
            assertThat(lab.namespace("carts", WriteMode.MIRROR_SYNC)
                            .set("k", "w")
                            .backend())
                    .isEqualTo("memory");
        }
    }

    @Test
    void anOperatorForgetsWhatWasAgreedOnAndTheNextWriteSaysItAnew() {
        try (Lab lab = new Lab().asking().shared("one").start()) {
            othersSay(lab, OTHERS);
            isRefused(lab.failure(carts(lab).async().set("k", "v")));

            assertThat(lab.storage().forgetAgreement("carts").deleted()).isTrue();
            assertThat(lab.storage().forgetAgreement("never").deleted()).isFalse();

            assertThat(carts(lab).set("k", "v").backend()).isEqualTo("one");
            assertThat(stored(lab, "one")).hasSize(3);
        }
    }

    @Test
    void aRefusedProcessNoticesThatAnotherHasForgottenIt() {
        try (Lab lab = new Lab().asking().shared("one").start()) {
            othersSay(lab, OTHERS);
            isRefused(lab.failure(carts(lab).async().set("k", "v")));
            othersSay(lab, "one", Content.tombstone());
            lab.advance(Duration.ofSeconds(6));

            isRefused(lab.failure(carts(lab).async().read("k")));
            assertThat(carts(lab).get("k")).as("asked meanwhile").isEmpty();
            assertThat(carts(lab).set("k", "v").backend()).isEqualTo("one");
        }
    }

    @Test
    void aNamespaceThatNeedsMirrorsRefusesActiveOnlyBeforeAnyBackendIsTouched() {
        try (Lab lab = new Lab()
                .asking()
                .shared("one", "two")
                .with(builder -> builder.strategy(Strategy.ROUND_ROBIN))
                .start()) {
            assertThatThrownBy(() -> lab.namespace("carts", WriteMode.ACTIVE_ONLY))
                    .isInstanceOf(InvalidSettingException.class)
                    .hasMessageContaining("writeMode");
            assertThat(lab.namespace("carts", WriteMode.MIRROR_SYNC)
                            .set("k", "v")
                            .backend())
                    .isEqualTo("one");
            assertThat(stored(lab, "two")).as("a record like any other").hasSize(1);
        }
    }

    @Test
    void noUserNamesTheNamespaceOfTheRecords() {
        try (Lab lab = new Lab().asking().shared("one").start()) {
            assertThatThrownBy(() -> lab.storage().namespace("_rs")).isInstanceOf(InvalidRequestException.class);
            assertThatThrownBy(() -> lab.storage().forgetAgreement("_rs")).isInstanceOf(InvalidRequestException.class);
        }
    }
}
