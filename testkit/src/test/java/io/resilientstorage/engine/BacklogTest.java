package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.resilientstorage.api.BacklogFullException;
import io.resilientstorage.api.StorageEvent.BacklogForgotten;
import io.resilientstorage.api.StorageEvent.NotFlushed;
import io.resilientstorage.api.Sync;
import io.resilientstorage.backend.ReadAnswer;
import io.resilientstorage.config.Settings;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The bounds of what waits for a backend that is away. */
class BacklogTest {

    private static final int RECORDS = 10;
    private static final int BYTES = 64 << 10;
    private static final Duration A_LITTLE = Duration.ofMillis(1);
    private static final Duration A_MOMENT = Duration.ofMillis(200);

    /** The second backend is away; the first takes the writes, and keeps hints or does not. */
    private static Lab lab(boolean hinted) {
        Lab lab = new Lab()
                .shared("one", "two")
                .with(builder -> builder.set(Settings.MAX_PENDING_RECORDS, (long) RECORDS)
                        .set(Settings.MAX_PENDING_BYTES, (long) BYTES));
        if (hinted) {
            lab.given(List.of("one", "two"), node -> node.server().keepHints());
        }
        lab.start();
        lab.advance(Duration.ofSeconds(1));
        lab.node("two").down();
        return lab;
    }

    private static void fill(Lab lab, int records) {
        for (int i = 0; i < records; i++) {
            lab.storage().set("k" + i, "v");
        }
    }

    private static boolean has(Lab lab, String name, String key) {
        return lab.node(name).server().stands(key) instanceof ReadAnswer.Hit;
    }

    private static void assertRefused(Lab lab, Runnable write) {
        long writes = lab.node("one").writes();
        assertThatThrownBy(write::run)
                .isInstanceOf(BacklogFullException.class)
                .hasMessageContainingAll("one", "maxPendingRecords", "maxPendingBytes");
        assertThat(lab.node("one").writes()).as("writes that were sent").isEqualTo(writes);
    }

    @Test
    void withoutHintsAWriteBeyondTheNumberIsRefusedAndNotStored() {
        try (Lab lab = lab(false)) {
            fill(lab, RECORDS);

            assertRefused(lab, () -> lab.storage().set("more", "v"));
            assertThat(has(lab, "one", "more")).isFalse();
            assertThat(lab.status("two").pending()).isEqualTo(RECORDS);

            lab.node("two").heal();
            lab.advance(Duration.ofSeconds(5));
            assertThat(has(lab, "two", "k" + (RECORDS - 1))).isTrue();
            assertThat(lab.storage().set("more", "v").backend()).isEqualTo("one");
        }
    }

    @Test
    void withoutHintsAWriteBeyondTheBytesIsRefused() {
        try (Lab lab = lab(false)) {
            lab.storage().set("k", "v".repeat(BYTES / 2));
            assertRefused(lab, () -> lab.storage().set("l", "v".repeat(BYTES / 2)));
            lab.storage().set("l", "v".repeat(BYTES / 4));
        }
    }

    @Test
    void aBatchThatDoesNotFitIsRefusedAsAWhole() {
        try (Lab lab = lab(false)) {
            fill(lab, RECORDS - 1);
            Map<String, String> two = new LinkedHashMap<>(Map.of("a", "v", "b", "v"));

            assertRefused(lab, () -> lab.storage().setAll(two));

            assertThat(has(lab, "one", "a")).isFalse();
            assertThat(has(lab, "one", "b")).isFalse();
            assertThat(lab.status("two").pending()).isEqualTo(RECORDS - 1);
        }
    }

    @Test
    void withHintsWhatIsBeyondTheBoundIsForgottenToldOnceAndStillArrives() {
        try (Lab lab = lab(true)) {
            fill(lab, 3 * RECORDS);

            assertThat(lab.events(BacklogForgotten.class)).singleElement().satisfies(event -> {
                assertThat(event.backend()).isEqualTo("two");
                assertThat(event.bound()).contains("maxPendingRecords " + RECORDS, "maxPendingBytes " + BYTES);
            });
            assertThat(lab.node("one").server().hintsFor("two").pending()).isEqualTo(3 * RECORDS);

            lab.node("two").heal();
            lab.advance(Duration.ofSeconds(10));
            for (int i = 0; i < 3 * RECORDS; i++) {
                assertThat(has(lab, "two", "k" + i)).as("k" + i).isTrue();
            }
            assertThat(lab.node("one").server().hintsFor("two").pending()).isZero();
        }
    }

    @Test
    void closingSaysHowManyAreLeftAndWhetherHintsKeepThem() {
        for (boolean hinted : List.of(true, false)) {
            Lab lab = lab(hinted);
            fill(lab, 3);

            lab.close();

            assertThat(lab.events(NotFlushed.class)).singleElement().satisfies(event -> {
                assertThat(event.backend()).isEqualTo("two");
                assertThat(event.records()).isEqualTo(3);
                assertThat(event.hinted()).isEqualTo(hinted);
            });
        }
    }

    @Test
    void whatMemoryTakesIsRefusedAtTheBoundAndAllOfItIsToldByClosing() {
        Lab lab = new Lab()
                .shared("one", "two")
                .memory()
                .given(List.of("one", "two"), node -> node.server().keepHints())
                .with(builder -> builder.set(Settings.MAX_PENDING_RECORDS, (long) RECORDS))
                .start();
        lab.advance(Duration.ofSeconds(1));
        lab.node("one").down();
        lab.node("two").down();
        lab.advance(Duration.ofSeconds(5));
        fill(lab, RECORDS);

        assertThatThrownBy(() -> lab.storage().set("more", "v"))
                .isInstanceOf(BacklogFullException.class)
                .hasMessageContainingAll("memory", "maxPendingRecords");

        lab.storage().close(Duration.ofSeconds(1));
        assertThat(lab.events(NotFlushed.class)).hasSize(2).allSatisfy(event -> {
            assertThat(event.records()).isEqualTo(RECORDS);
            assertThat(event.hinted()).isFalse();
        });
        lab.close();
    }

    @Test
    void closingSaysNothingOfWhatArrivesInTime() {
        Lab lab = lab(false);
        fill(lab, 3);
        lab.node("two").heal();
        lab.advance(Duration.ofSeconds(5));
        assertThat(has(lab, "two", "k2")).isTrue();

        lab.close();

        assertThat(lab.events(NotFlushed.class)).isEmpty();
    }

    /** Its hints are gone by then; that is seen in a moment, and not at the next poll, which is a second away. */
    @Test
    void whoWasOnlyOutOfReachIsInSyncInAMomentAfterItGotWhatItLacked() {
        try (Lab lab = lab(true)) {
            fill(lab, RECORDS);
            lab.advance(Duration.ofSeconds(3));
            lab.node("two").heal();
            while (!has(lab, "two", "k0")) {
                lab.advance(A_LITTLE);
            }

            lab.advance(A_MOMENT);

            assertThat(lab.storage().healthStatus().backends())
                    .hasEntrySatisfying("two", two -> assertThat(two.sync()).isEqualTo(Sync.IN_SYNC));
        }
    }
}
