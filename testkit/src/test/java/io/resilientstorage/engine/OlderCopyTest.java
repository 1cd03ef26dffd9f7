package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.CarelessStorage;
import io.resilientstorage.config.Strategy;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A backend still has what this process has replaced elsewhere. */
class OlderCopyTest {

    private static void advanceUntilActive(Lab lab, String name) {
        for (int second = 0; second < 60 && !lab.active().equals(name); second++) {
            var unused = lab.async().get("other");
            lab.advance(Duration.ofSeconds(1));
        }
        assertThat(lab.active()).isEqualTo(name);
    }

    @Test
    void whatMemoryKeptFromAnOutageBeforeIsNotReadInTheNextOne() {
        try (Lab lab = new Lab().shared("one", "two").memory().start()) {
            lab.node("one").down();
            lab.node("two").down();
            advanceUntilActive(lab, "memory");
            assertThat(lab.storage().set("k", "first").backend()).isEqualTo("memory");
            lab.node("one").heal();
            advanceUntilActive(lab, "one");
            assertThat(lab.storage().set("k", "second").backend()).isEqualTo("one");
            lab.node("one").down();
            advanceUntilActive(lab, "memory");

            assertThat(lab.storage().get("k")).contains("second");
            assertThat(lab.await(lab.async().get("k"))).contains("second");
        }
    }

    @Test
    void whatBeginsToWaitAfterAReadHasLookedWhetherAnythingDoesIsRead() {
        try (Lab lab = new Lab()
                .shared("one", "two")
                .with(builder -> builder.strategy(Strategy.PRIORITY))
                .start(CarelessStorage::lookingTooEarly)) {
            lab.storage().set("k", "first");
            lab.advance(Duration.ofSeconds(1));
            lab.node("one").faults().injectNext(1, Node.unreachable(), Call.APPLY);
            assertThat(lab.storage().set("k", "second").backend()).isEqualTo("two");

            assertThat(lab.storage().get("k")).contains("second");
            assertThat(lab.storage().read("k").value()).contains("second");
        }
    }
}
