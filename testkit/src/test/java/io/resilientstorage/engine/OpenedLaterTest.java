package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Sync;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.config.Settings;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A backend that cannot be opened at the start, and can later: what it is able to do counts from then on. */
class OpenedLaterTest {

    private static Lab lab(int failures) {
        Lab lab = new Lab()
                .shared("one", "two")
                .given("one", node -> {
                    node.server().keepHints();
                    node.server().keepSentinel();
                })
                .with(builder -> builder.set(Settings.MAX_PENDING_RECORDS, 1L));
        if (failures > 0) {
            Fault fault = Fault.throwing(() -> new IllegalStateException("no such folder"));
            lab.node("one").faults().injectNext(failures, fault, Call.OPEN);
        }
        return lab.start();
    }

    @Test
    void itsHintsAreCarriedAndCleared() {
        for (int failures : new int[] {0, 3}) {
            try (Lab lab = lab(failures)) {
                lab.advance(Duration.ofSeconds(20));
                assertThat(lab.active()).isEqualTo("one");
                lab.node("two").down();
                for (String key : new String[] {"a", "b", "c"}) {
                    assertThat(lab.storage().set(key, "v").backend()).isEqualTo("one");
                }
                assertThat(lab.node("one").server().hintsFor("two").pending()).isEqualTo(3);

                lab.node("two").heal();
                lab.advance(Duration.ofSeconds(10));

                for (String key : new String[] {"a", "b", "c"}) {
                    assertThat(lab.node("two").server().stands(key))
                            .as(key + ", of which only a hint knew, after " + failures + " failures")
                            .isInstanceOf(ReadAnswer.Hit.class);
                }
                assertThat(lab.node("one").server().hintsFor("two").pending()).isZero();
                assertThat(lab.status("two").sync()).isEqualTo(Sync.IN_SYNC);
            }
        }
    }

    @Test
    void itsSentinelIsLookedAfter() {
        try (Lab lab = lab(3)) {
            lab.advance(Duration.ofSeconds(20));

            assertThat(lab.node("one").server().sentinel()).isPresent();
        }
    }
}
