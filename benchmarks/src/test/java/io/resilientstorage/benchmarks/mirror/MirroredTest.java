package io.resilientstorage.benchmarks.mirror;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** What is measured takes place, on real servers; nothing is said of how fast. */
class MirroredTest {

    private static final Duration SHORT = Duration.ofMillis(500);
    private static final int KEYS = 100;

    @Test
    void bothModesWriteAndWhatIsBeyondTheRateDrains() throws Exception {
        try (Mirrored mirrored = new Mirrored()) {
            assertThat(mirrored.postgresAlone(SHORT, KEYS)).isPositive();
            assertThat(mirrored.postgresAsMirror(SHORT, KEYS)).isPositive();
            ObjectNode round = mirrored.round(0, 200, SHORT, KEYS);
            for (String mode : new String[] {MirrorMeasurement.MIRROR_ASYNC, MirrorMeasurement.ACTIVE_ONLY}) {
                assertThat(round.path(mode).path("callsASecond").asDouble()).isPositive();
                assertThat(round.path(mode).path("failed").asInt()).isZero();
            }
            ObjectNode beyond = mirrored.beyond(SHORT, KEYS);
            assertThat(beyond.path("calls").asInt()).isPositive();
            assertThat(beyond.path("failed").asInt()).isZero();
        }
    }
}
