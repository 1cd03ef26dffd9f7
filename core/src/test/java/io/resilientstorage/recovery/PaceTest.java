package io.resilientstorage.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.resilientstorage.time.ManualClockTime;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** How much a recovery reads and sends at a time. */
class PaceTest {

    private final AtomicInteger waitingCalls = new AtomicInteger();
    private final Pace pace =
            new Pace(new ManualClockTime(), waitingCalls::get, () -> CompletableFuture.completedFuture(null));

    @Test
    void itReadsAndSendsLittleAtATimeWhileCallsWaitAndAWhileAfter() {
        waitingCalls.set(1);
        pace.applied(1);
        waitingCalls.set(0);
        pace.applied(1);

        assertThat(pace.page()).isEqualTo(Pace.PAGE_UNDER_LOAD);
        assertThat(pace.chunk()).isEqualTo(Pace.CHUNK_UNDER_LOAD);
        assertThat(pace.window()).isOne();
    }

    /** The control. */
    @Test
    void itReadsAndSendsMuchAtATimeWhileNobodyWaitsAndAgainAfterALongCalm() {
        assertThat(pace.page()).isEqualTo(Pace.PAGE);
        waitingCalls.set(1);
        pace.applied(1);
        waitingCalls.set(0);
        for (int i = 0; i < 100; i++) {
            pace.applied(1);
        }

        assertThat(pace.page()).isEqualTo(Pace.PAGE);
        assertThat(pace.chunk()).isEqualTo(Pace.CHUNK);
        assertThat(pace.window()).isGreaterThan(1);
    }
}
