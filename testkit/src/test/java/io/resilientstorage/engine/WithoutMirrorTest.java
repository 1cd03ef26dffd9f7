package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Found;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.StorageEvent.CameBackWithoutMirror;
import io.resilientstorage.api.StorageEvent.RecordsGivenUp;
import io.resilientstorage.api.Sync;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.Warmth;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Redis and the memory of the process are all there is: who comes back serves as it is, and that is told. */
class WithoutMirrorTest {

    private static final Duration A_WHILE = Duration.ofSeconds(30);

    private static Lab lab() {
        Lab lab = new Lab()
                .shared("redis")
                .memory()
                .given("redis", node -> node.server().keepSentinel())
                .start();
        lab.advance(A_WHILE);
        assertThat(lab.node("redis").server().sentinel().map(Sentinel::warmth)).contains(Warmth.WARM);
        return lab;
    }

    /** Memory takes a write at the end of the outage; then the backend is there again. */
    private static void outage(Lab lab, Duration length, Consumer<StandIn> meanwhile) {
        lab.storage().set("before", "v");
        lab.node("redis").down();
        lab.advance(length);
        assertThat(lab.await(lab.async().set("during", "w")).backend()).isEqualTo("memory");
        meanwhile.accept(lab.node("redis").server());
        lab.node("redis").heal();
        lab.advance(Duration.ofMinutes(2));
    }

    private static void servesByItself(Lab lab) {
        assertThat(lab.active()).isEqualTo("redis");
        assertThat(lab.status("redis").sync()).isEqualTo(Sync.IN_SYNC);
        assertThat(lab.node("redis").server().stands("during")).isInstanceOf(ReadAnswer.Hit.class);
        assertThat(lab.storage().read("during"))
                .isInstanceOfSatisfying(
                        Found.class, found -> assertThat(found.stale()).isFalse());
    }

    @Test
    void whoComesBackEmptyServesAndIsTold() {
        try (Lab lab = lab()) {
            outage(lab, Duration.ofHours(4), StandIn::restartEmpty);

            servesByItself(lab);
            ReadResult<String> lost = lab.storage().read("before");
            assertThat(lost.value()).isEmpty();
            assertThat(lab.events(CameBackWithoutMirror.class)).singleElement().satisfies(event -> {
                assertThat(event.backend()).isEqualTo("redis");
                assertThat(event.reason()).contains("lost the sentinel");
            });
        }
    }

    @Test
    void whoComesBackAsAnotherServesAndIsTold() {
        try (Lab lab = lab()) {
            outage(lab, Duration.ofMinutes(10), StandIn::restart);

            servesByItself(lab);
            assertThat(lab.storage().get("before")).contains("v");
            assertThat(lab.events(CameBackWithoutMirror.class))
                    .singleElement()
                    .satisfies(event -> assertThat(event.reason()).contains("in another life"));
        }
    }

    /** The control: a connection that was away loses nothing. */
    @Test
    void whoWasOnlyAwayServesAndNothingIsTold() {
        try (Lab lab = lab()) {
            outage(lab, Duration.ofMinutes(10), server -> {});

            servesByItself(lab);
            assertThat(lab.storage().get("before")).contains("v");
            assertThat(lab.events(CameBackWithoutMirror.class)).isEmpty();
            assertThat(lab.events(RecordsGivenUp.class)).isEmpty();
        }
    }
}
