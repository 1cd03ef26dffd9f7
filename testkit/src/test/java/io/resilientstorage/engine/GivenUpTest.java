package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.StorageEvent.RecordsGivenUp;
import io.resilientstorage.config.Settings;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A record that a backend does not take: it is never lost in silence. */
class GivenUpTest {

    private static final Duration TOMBSTONE_LIFE = Duration.ofSeconds(10);

    /** Nothing keeps a hint. */
    private static Lab lab() {
        Lab lab = new Lab().shared("one", "two").with(builder -> builder.set(Settings.TOMBSTONE_LIFE, TOMBSTONE_LIFE));
        lab.start();
        lab.advance(Duration.ofSeconds(1));
        return lab;
    }

    @Test
    void whatIsInvalidAndHasNoHintIsToldAtOnceAndWhatCameWithItArrives() {
        try (Lab lab = lab()) {
            lab.node("two").faults().inject(Node.noAnswer(), Call.APPLY);
            lab.storage().set("poison", "v");
            lab.advance(Duration.ofMillis(500));
            lab.node("two").faults().injectNext(1, Node.invalid(), Call.APPLY);

            lab.advance(Duration.ofSeconds(3));

            assertThat(lab.events(RecordsGivenUp.class)).singleElement().satisfies(event -> {
                assertThat(event.backend()).isEqualTo("two");
                assertThat(event.records()).isEqualTo(1);
                assertThat(event.reason()).contains("invalid", "no hint", "no such encoding");
            });
            assertThat(lab.status("two").pending()).isZero();
        }
    }

    @Test
    void whatComesLaterThanTombstonesReachBackAndHasNoHintIsTold() {
        try (Lab lab = lab()) {
            lab.node("two").down();
            lab.storage().set("k", "v");
            lab.advance(TOMBSTONE_LIFE.plusSeconds(5));
            lab.node("two").heal();

            lab.advance(Duration.ofSeconds(5));

            assertThat(lab.events(RecordsGivenUp.class)).singleElement().satisfies(event -> {
                assertThat(event.backend()).isEqualTo("two");
                assertThat(event.reason()).contains("older");
            });
        }
    }
}
