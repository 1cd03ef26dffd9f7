package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.api.AllBackendsFailedException;
import io.resilientstorage.api.Health;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A backend that is not well at the start is tried again in the background, and never dropped (P1, R11). */
class StartTest {

    static Stream<Arguments> troubles() {
        return Stream.of(
                Arguments.of("down", Node.unreachable()),
                Arguments.of("hung", Fault.hang()),
                Arguments.of("throwing", Fault.throwing(() -> new IllegalStateException("a defect"))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("troubles")
    void theNextBackendServesUntilTheFirstOneIsWell(String what, Fault trouble) {
        try (Lab lab = new Lab()
                .shared("one", "two")
                .given("one", node -> node.faults().inject(trouble))
                .start()) {
            assertThat(lab.active()).isEqualTo("two");
            assertThat(lab.await(lab.async().set("k", "v")).backend()).isEqualTo("two");

            lab.advance(Duration.ofMinutes(5));
            lab.node("one").heal();
            lab.advance(Duration.ofSeconds(13));

            assertThat(lab.active()).isEqualTo("one");
            assertThat(lab.storage().set("k", "v").backend()).isEqualTo("one");
        }
    }

    @Test
    void withEveryBackendDownTheStorageStartsAndServesOnceOneIsBack() {
        try (Lab lab = new Lab()
                .shared("one", "two")
                .given("one", Node::down)
                .given("two", Node::down)
                .start()) {
            assertThat(lab.failure(lab.async().get("k"))).isInstanceOf(AllBackendsFailedException.class);

            lab.node("two").heal();
            lab.advance(Duration.ofMillis(1_100));

            assertThat(lab.active()).isEqualTo("two");
            assertThat(lab.storage().set("k", "v").backend()).isEqualTo("two");
        }
    }

    @Test
    void aBackendWhoseOpeningThrowsIsOpenedAgainUntilThatSucceeds() {
        try (Lab lab = new Lab()
                .shared("one", "two")
                .given(
                        "one",
                        node -> node.faults()
                                .injectNext(
                                        3, Fault.throwing(() -> new IllegalStateException("no such host")), Call.OPEN))
                .start()) {
            assertThat(lab.status("one").lastError())
                    .hasValueSatisfying(error -> assertThat(error).contains("no such host"));
            assertThat(lab.storage().set("k", "v").backend()).isEqualTo("two");
            assertThat(lab.node("one").writes())
                    .as("calls before it was opened")
                    .isZero();

            lab.advance(Duration.ofSeconds(20));

            assertThat(lab.node("one").faults().calls(Call.OPEN)).isEqualTo(4);
            assertThat(lab.status("one").health()).isEqualTo(Health.HEALTHY);
            assertThat(lab.storage().set("k", "v").backend()).isEqualTo("one");
        }
    }

    @Test
    void aBackendThatIsOpenIsNotOpenedAgain() {
        try (Lab lab = new Lab().shared("one").start()) {
            lab.node("one").down();
            lab.advance(Duration.ofMinutes(1));
            lab.node("one").heal();
            lab.advance(Duration.ofMinutes(1));

            assertThat(lab.node("one").faults().calls(Call.OPEN)).isEqualTo(1);
        }
    }

    @Test
    void aDisabledBackendIsNotTouchedAtAll() {
        try (Lab lab = new Lab()
                .backend("off", StandIn.SHARED, options -> options.enabled(false))
                .shared("two")
                .start()) {
            lab.storage().set("k", "v");
            lab.storage().get("k");
            lab.advance(Duration.ofMinutes(10));

            for (Call call : Call.values()) {
                assertThat(lab.node("off").faults().calls(call)).as("%s", call).isZero();
            }
            assertThat(lab.storage().healthStatus().backends()).containsOnlyKeys("two");
        }
        // Closed by now, and still not touched.
    }

    /** In real time: the first probe hangs, and the start does not wait for it longer than it was told. */
    @Test
    void theStartWaitsForFirstProbesAsLongAsItWasTold() {
        Node node = new Node("one", StandIn.SHARED);
        node.hang();
        long begun = System.nanoTime();

        try (ResilientStorage storage = ResilientStorage.builder()
                .backend(node.faults(), options -> options.name("one"))
                .set(io.resilientstorage.config.Settings.START_TIMEOUT, Duration.ofMillis(100))
                .build()) {
            assertThat(Duration.ofNanos(System.nanoTime() - begun))
                    .isBetween(Duration.ofMillis(100), Duration.ofSeconds(5));
            assertThat(storage.activeBackend()).contains("memory");
        }
    }
}
