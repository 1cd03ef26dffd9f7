package io.resilientstorage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.Receipt;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A step of this machine's wall clock changes nothing. */
class WallClockTest {

    @ParameterizedTest(name = "a step of {0} hours")
    @ValueSource(longs = {-24, -1, 1, 24})
    void neitherLivesNorVersionsNorProbesNorCircuitsNoticeAStep(long hours) {
        try (Lab lab = new Lab().shared("one", "two").start()) {
            Receipt before = lab.storage().set("k", "v", Duration.ofMinutes(10));
            lab.time().stepWallClock(Duration.ofHours(hours));

            assertThat(lab.storage().get("k")).contains("v");
            Receipt after = lab.storage().set("l", "v", Duration.ofMinutes(10));
            assertThat(after.version()).isGreaterThan(before.version());
            assertThat(after.version().millis() - before.version().millis()).isLessThan(1_000);
            assertThat(after.backend()).isEqualTo("one");

            lab.node("one").down();
            for (int i = 0; i < 5; i++) {
                lab.storage().set("m", "v");
            }
            assertThat(lab.status("one").circuit()).isEqualTo(Circuit.OPEN);
            long probes = lab.node("one").probes();
            lab.advance(Duration.ofMinutes(1));
            assertThat(lab.node("one").probes() - probes).isBetween(50L, 70L);
            lab.node("one").heal();
            lab.advance(Duration.ofSeconds(3));
            assertThat(lab.status("one").health()).isEqualTo(Health.HEALTHY);
            lab.advance(Duration.ofSeconds(11));
            assertThat(lab.active()).isEqualTo("one");

            lab.advance(Duration.ofMinutes(8).plusSeconds(40));
            assertThat(lab.storage().get("k")).contains("v");
            lab.advance(Duration.ofSeconds(10));
            assertThat(lab.storage().get("k")).isEmpty();
            assertThat(lab.storage().get("l")).isEmpty();
        }
    }
}
