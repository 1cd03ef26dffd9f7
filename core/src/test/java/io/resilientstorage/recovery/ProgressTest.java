package io.resilientstorage.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.api.Recovery;
import io.resilientstorage.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What a stream of records tells of how far it is. */
class ProgressTest {

    private final AtomicLong now = new AtomicLong();
    private final Progress progress = new Progress(Recovery.Step.REBUILDING, new Clock() {
        @Override
        public long nanos() {
            return now.get();
        }

        @Override
        public long wallMillis() {
            return 0;
        }
    });

    @Test
    void whatIsLeftIsEstimatedFromThePartThatLiesBehind() {
        progress.applied(250);
        progress.part(0.25);
        now.set(Duration.ofSeconds(1).toNanos());

        assertThat(progress.recovery()).contains(Recovery.at(Recovery.Step.REBUILDING, 750, 250));
    }

    @Test
    void whereThePartIsNotKnownNothingIsSaidOfWhatIsLeft() {
        progress.applied(5_000);
        now.set(Duration.ofSeconds(1).toNanos());

        assertThat(progress.recovery()).contains(Recovery.without(Recovery.Step.REBUILDING, 5_000));
    }
}
