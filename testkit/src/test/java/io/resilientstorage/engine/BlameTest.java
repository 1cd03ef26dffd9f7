package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.Codec;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.InvalidRequestException;
import io.resilientstorage.api.KeyValueStore;
import io.resilientstorage.api.OverloadedException;
import io.resilientstorage.api.UnreadableValueException;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.ApplyReply;
import io.resilientstorage.backend.ApplyResult;
import io.resilientstorage.backend.ApplyStatus;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.ReadReply;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** P10: what is nobody's failure, or the caller's, opens no circuit and causes no failover. */
class BlameTest {

    private static final int OFTEN = 30;

    private static final Fault UNREADABLE_READ = Careless.replying(
            ReadReply.class,
            reply -> new ReadReply(List.of(new ReadAnswer.Unreadable("format 9")), reply.incarnation()));
    private static final Fault UNREADABLE_WRITE = Careless.replying(
            ApplyReply.class,
            reply -> new ApplyReply(
                    List.of(new ApplyResult(ApplyStatus.UNREADABLE, Version.NONE, true)), reply.incarnation()));

    static Stream<Arguments> blameless() {
        return Stream.of(
                Arguments.of("invalid", Node.invalid(), Node.invalid(), InvalidRequestException.class),
                Arguments.of("overloaded", Node.overloaded(), Node.overloaded(), OverloadedException.class),
                Arguments.of("unreadable", UNREADABLE_READ, UNREADABLE_WRITE, UnreadableValueException.class));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("blameless")
    void isThrownToTheCallerAndCountsForNothing(
            String what, Fault read, Fault write, Class<? extends RuntimeException> thrown) {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").faults().inject(read, Call.READ);
            lab.node("one").faults().inject(write, Call.APPLY);

            for (int i = 0; i < OFTEN; i++) {
                assertThatThrownBy(() -> lab.storage().set("k", "v")).isInstanceOf(thrown);
                assertThatThrownBy(() -> lab.storage().get("k")).isInstanceOf(thrown);
                assertThatThrownBy(() -> lab.storage().touch("k", Duration.ofSeconds(1)))
                        .isInstanceOf(thrown);
                assertThatThrownBy(() -> lab.storage().setAll(Map.of("k", "v"))).isInstanceOf(thrown);
            }

            nobodyIsBlamed(lab);
        }
    }

    /** The control: the same calls with a failure open the circuit and fail over. */
    @Test
    void aFailureOfTheBackendIsBlamed() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").failCalls(Node.unreachable());

            for (int i = 0; i < 5; i++) {
                lab.storage().set("k", "v");
            }

            assertThat(lab.status("one").circuit()).isEqualTo(Circuit.OPEN);
            assertThat(lab.active()).isEqualTo("two");
        }
    }

    private static void nobodyIsBlamed(Lab lab) {
        assertThat(lab.status("one").circuit()).isEqualTo(Circuit.CLOSED);
        assertThat(lab.status("one").health()).isEqualTo(Health.HEALTHY);
        assertThat(lab.status("one").consecutiveFailures()).isZero();
        assertThat(lab.active()).isEqualTo("one");
        assertThat(lab.node("two").reads()).isZero();
        assertThat(lab.node("two").writes()).isZero();
        assertThat(lab.events()).isEmpty();
        assertThat(lab.storage().healthStatus().switches()).isZero();
    }

    @Test
    void contentionIsAnAnswer() {
        try (Lab lab = new Lab().shared("one", "two").activeOnly().start()) {
            lab.storage().set("k", "v");

            for (int i = 0; i < OFTEN; i++) {
                assertThat(lab.storage().setIfAbsent("k", "w").applied()).isFalse();
                assertThat(lab.storage()
                                .compareAndSet("k", Version.of(1, 0, 1), "w")
                                .applied())
                        .isFalse();
            }

            nobodyIsBlamed(lab);
        }
    }

    @Test
    void aMissIsAnAnswer() {
        try (Lab lab = new Lab().shared("one", "two").activeOnly().start()) {
            for (int i = 0; i < OFTEN; i++) {
                assertThat(lab.storage().get("k")).isEmpty();
                assertThat(lab.storage().delete("k").deleted()).isFalse();
            }

            nobodyIsBlamed(lab);
        }
    }

    static Stream<Arguments> mistakes() {
        String tooLong = "k".repeat(513);
        Duration day = Duration.ofDays(1);
        return Stream.of(
                mistake("null key", s -> s.get(Careless.nothing())),
                mistake("empty key", s -> s.get("")),
                mistake("key too long", s -> s.set(tooLong, "v")),
                mistake("lone surrogate", s -> s.delete("\ud800")),
                mistake("null value", s -> s.set("k", Careless.nothing())),
                mistake("ttl zero", s -> s.set("k", "v", Duration.ZERO)),
                mistake("ttl negative", s -> s.set("k", "v", day.negated())),
                mistake("ttl too long", s -> s.set("k", "v", Duration.ofDays(36_501))),
                mistake("ttl null", s -> s.set("k", "v", Careless.nothing())),
                mistake("value too large", s -> s.set("k", "v".repeat((1 << 20) + 1))),
                mistake("value without a UTF-8 form", s -> s.set("k", "\udc00")),
                mistake("null expected version", s -> s.compareAndSet("k", Careless.nothing(), "v")),
                mistake("touch with ttl zero", s -> s.touch("k", Duration.ZERO)),
                mistake("null keys", s -> s.getAll(Careless.nothing())),
                mistake("a null among keys", s -> s.getAll(Arrays.asList("a", Careless.nothing()))),
                mistake("a bad key among good ones", s -> s.setAll(Map.of("a", "1", tooLong, "2"))),
                mistake(
                        "too large a batch",
                        s -> s.deleteAll(Stream.iterate(0, i -> i + 1)
                                .limit(1_001)
                                .map(i -> "k" + i)
                                .toList())));
    }

    private interface Use {
        Object of(KeyValueStore<String> storage);
    }

    private static Arguments mistake(String what, Use use) {
        return Arguments.of(what, use);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("mistakes")
    void aMistakeOfTheCallerIsRefusedBeforeAnyBackendIsTouched(String what, Use use) {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            for (int i = 0; i < OFTEN; i++) {
                assertThatThrownBy(() -> use.of(lab.storage())).isInstanceOf(InvalidRequestException.class);
            }

            assertThat(lab.node("one").reads() + lab.node("one").writes()).isZero();
            nobodyIsBlamed(lab);
        }
    }

    @Test
    void aMistakeCompletesTheFutureOfTheOtherFace() {
        try (Lab lab = new Lab().shared("one").start()) {
            assertThat(lab.failure(lab.async().get(""))).isInstanceOf(InvalidRequestException.class);
        }
    }

    @Test
    void aCodecThatThrowsOrReturnsNullIsTheCallers() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.storage().set("k", "v");
            for (boolean isNull : new boolean[] {true, false}) {
                KeyValueStore<String> store =
                        lab.storage().namespace("default", isNull ? new NullCodec() : new ThrowingCodec());
                for (int i = 0; i < OFTEN; i++) {
                    refused(InvalidRequestException.class, () -> store.set("k", "w"));
                    refused(UnreadableValueException.class, () -> store.get("k"));
                    refused(UnreadableValueException.class, () -> store.readAll(List.of("k")));
                }
            }

            nobodyAtAll(lab);
        }
    }

    private static void nobodyAtAll(Lab lab) {
        assertThat(lab.status("one").consecutiveFailures()).isZero();
        assertThat(lab.events()).isEmpty();
    }

    private static void refused(Class<? extends RuntimeException> type, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOf(type).hasMessageContaining("codec");
    }

    private static final class NullCodec implements Codec<String> {
        @Override
        public byte[] encode(String value) {
            return Careless.nothing();
        }

        @Override
        public String decode(byte[] bytes) {
            return Careless.nothing();
        }
    }

    private static final class ThrowingCodec implements Codec<String> {
        @Override
        public byte[] encode(String value) {
            throw new IllegalStateException("a defect");
        }

        @Override
        public String decode(byte[] bytes) {
            throw new IllegalStateException("a defect");
        }
    }

    @Test
    void aRefusalSendsTheCallOnAndDegradesTheBackendButCountsForNoCircuit() {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            lab.node("one").faults().inject(Node.refused(), Call.APPLY, Call.PROBE);

            for (int i = 0; i < OFTEN; i++) {
                assertThat(lab.storage().set("k", "v").backend()).isEqualTo("two");
            }

            assertThat(lab.status("one").health()).isEqualTo(Health.DEGRADED);
            assertThat(lab.status("one").lastError()).contains("read-only");
            assertThat(lab.status("one").circuit()).isEqualTo(Circuit.CLOSED);
            assertThat(lab.status("one").consecutiveFailures()).isZero();
            assertThat(lab.active()).isEqualTo("two");
            assertThat(lab.node("one").writes())
                    .as("once by a call until it was known, and once by who brings what is pending")
                    .isEqualTo(2);

            lab.node("one").heal();
            lab.advance(Duration.ofSeconds(15));
            assertThat(lab.active()).isEqualTo("one");
        }
    }

    @Test
    void aBackendThatRefusesItsProbesStillServesReadsWhenNothingElseIsLeft() {
        try (Lab lab = new Lab().shared("one").start()) {
            lab.storage().set("k", "v");
            lab.node("one").down();
            for (int i = 0; i < 5; i++) {
                lab.failure(lab.async().get("k"));
            }
            assertThat(lab.status("one").circuit()).isEqualTo(Circuit.OPEN);

            // It is back, read-only.
            lab.node("one").heal();
            lab.node("one").faults().inject(Node.refused(), Call.APPLY, Call.PROBE);
            lab.advance(Duration.ofSeconds(3));

            assertThat(lab.status("one").circuit()).isEqualTo(Circuit.CLOSED);
            assertThat(lab.status("one").health()).isEqualTo(Health.DEGRADED);
            assertThat(lab.storage().get("k")).contains("v");
        }
    }
}
