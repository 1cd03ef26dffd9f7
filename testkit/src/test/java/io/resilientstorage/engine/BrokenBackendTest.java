package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Health;
import io.resilientstorage.api.ReadKind;
import io.resilientstorage.api.Receipt;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.record.Content;
import io.resilientstorage.record.RecordKey;
import io.resilientstorage.record.VersionedRecord;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A user's own backend that breaks the rules of the SPI harms nobody but itself. */
class BrokenBackendTest {

    @ParameterizedTest
    @EnumSource(Careless.class)
    void aCarelessWriteCountsAsAFailureAndTheNextBackendTakesIt(Careless way) {
        try (Lab lab = new Lab().shared("own", "next").start()) {
            lab.node("own").faults().inject(way, Call.APPLY);

            assertThat(lab.await(lab.async().set("k", "v")).backend()).isEqualTo("next");
            assertThat(lab.status("own").consecutiveFailures()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Careless.class)
    void aCarelessReadCountsAsAFailureAndTheNextBackendAnswersIt(Careless way) {
        try (Lab lab = new Lab().shared("own", "next").start()) {
            lab.node("own").faults().inject(way, Call.READ);

            assertThat(lab.await(lab.async().read("k")).backend()).isEqualTo("next");
            assertThat(lab.status("own").consecutiveFailures()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @EnumSource(Careless.class)
    void aCarelessProbeIsABadProbeAndTheScheduleGoesOn(Careless way) {
        try (Lab lab = new Lab().shared("own", "next").start()) {
            lab.node("own").faults().inject(way, Call.PROBE);

            lab.advance(Duration.ofMinutes(2));
            assertThat(lab.status("own").health()).isEqualTo(Health.UNHEALTHY);
            assertThat(lab.active()).isEqualTo("next");

            lab.node("own").heal();
            lab.advance(Duration.ofSeconds(3));
            assertThat(lab.status("own").health()).isEqualTo(Health.HEALTHY);
        }
    }

    @ParameterizedTest
    @EnumSource(Careless.class)
    void aCarelessFirstProbeDoesNotKeepTheStorageFromStarting(Careless way) {
        try (Lab lab = new Lab()
                .shared("own", "next")
                .given("own", node -> node.faults().inject(way, Call.PROBE))
                .start()) {
            assertThat(lab.active()).isEqualTo("next");

            lab.node("own").heal();
            lab.advance(Duration.ofSeconds(15));
            assertThat(lab.active()).isEqualTo("own");
        }
    }

    @Test
    void aReplyWithTooFewOrTooManyAnswersIsNone() {
        try (Lab lab = new Lab().shared("own", "next").start()) {
            for (int i = 0; i < 2; i++) {
                int copies = i * 2;
                lab.node("own")
                        .faults()
                        .inject(
                                Careless.replying(
                                        ReadReply.class,
                                        reply -> new ReadReply(times(copies, reply.answers()), reply.incarnation())),
                                Call.READ);
                lab.node("own")
                        .faults()
                        .inject(
                                Careless.replying(
                                        ApplyReply.class,
                                        reply -> new ApplyReply(times(copies, reply.results()), reply.incarnation())),
                                Call.APPLY);

                assertThat(lab.await(lab.async().set("k", "v")).backend()).isEqualTo("next");
                assertThat(lab.await(lab.async().get("k"))).contains("v");
            }
            assertThat(lab.status("own").consecutiveFailures()).isEqualTo(4);
        }
    }

    private static <T> List<T> times(int copies, List<T> list) {
        List<T> many = new ArrayList<>();
        for (int i = 0; i < copies; i++) {
            many.addAll(list);
        }
        return many;
    }

    /** Without the check the caller would get a receipt for a record that nobody has. */
    @Test
    void aBackendThatAnswersANewWriteWithSupersededHasNotTakenIt() {
        try (Lab lab = new Lab().shared("own", "next").start()) {
            lab.node("own").faults().inject(replying(ApplyStatus.SUPERSEDED), Call.APPLY);

            Receipt receipt = lab.await(lab.async().set("k", "v"));

            assertThat(receipt.backend()).isEqualTo("next");
            assertThat(receipt.superseded()).isFalse();
        }
    }

    @Test
    void aConditionThatNobodyAskedForCannotFail() {
        try (Lab lab = new Lab().shared("own", "next").start()) {
            lab.node("own").faults().inject(replying(ApplyStatus.CONDITION_FAILED), Call.APPLY);

            assertThat(lab.await(lab.async().set("k", "v")).backend()).isEqualTo("next");
            assertThat(lab.await(lab.async().delete("k")).receipt().backend()).isEqualTo("next");
        }
    }

    private static Fault replying(ApplyStatus status) {
        return Careless.replying(
                ApplyReply.class,
                reply -> new ApplyReply(List.of(new ApplyResult(status, Version.NONE, false)), reply.incarnation()));
    }

    @Test
    void aTombstoneThatIsReturnedAsFoundIsAMiss() {
        try (Lab lab = new Lab().shared("own").start()) {
            VersionedRecord tombstone = new VersionedRecord(
                    new RecordKey("default", "k"), Version.of(1, 0, 1), Content.tombstone(), VersionedRecord.NEVER);
            lab.node("own")
                    .faults()
                    .inject(
                            Careless.replying(
                                    ReadReply.class,
                                    reply ->
                                            new ReadReply(List.of(new ReadAnswer.Hit(tombstone)), reply.incarnation())),
                            Call.READ);

            assertThat(lab.storage().read("k").kind()).isEqualTo(ReadKind.ABSENT);
        }
    }

    @Test
    void aStageThatEndsAfterItsTimeOutIsCountedOnce() {
        try (Lab lab = new Lab().shared("own", "next").start()) {
            lab.node("own").faults().injectNext(1, Fault.delayReply(Duration.ofMillis(1_500)), Call.APPLY);
            assertThat(lab.await(lab.async().set("k", "v")).backend()).isEqualTo("next");
            assertThat(lab.status("own").consecutiveFailures()).isEqualTo(1);

            lab.advance(Duration.ofSeconds(1));

            // The record has arrived there since, and the late end has not counted after it.
            assertThat(lab.status("own").consecutiveFailures()).isZero();
        }
    }

    @Test
    void oneThatThrowsWhenItIsClosedKeepsNoOtherFromBeingClosed() {
        Lab lab = new Lab().shared("own", "next").start();
        lab.node("own")
                .faults()
                .inject(
                        new Fault() {
                            @Override
                            public <T> java.util.concurrent.CompletionStage<T> meet(
                                    java.util.function.Supplier<java.util.concurrent.CompletionStage<T>> call,
                                    io.resilientstorage.time.Timers timers) {
                                throw new NoClassDefFoundError("a/missing/Driver");
                            }
                        },
                        Call.CLOSE);

        lab.close();

        assertThat(lab.node("next").faults().calls(Call.CLOSE)).isEqualTo(1);
    }
}
