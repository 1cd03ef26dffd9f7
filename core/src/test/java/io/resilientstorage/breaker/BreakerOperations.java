package io.resilientstorage.breaker;

import io.resilientstorage.time.ManualClockTime;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The breaker, set as {@link CircuitModel} is. */
public class BreakerOperations extends CircuitOperations<Permit> {

    private static final Duration RESET = Duration.ofSeconds(1);

    private final ManualClockTime time = new ManualClockTime();
    private final CircuitBreaker breaker = CircuitBreaker.builder("checked")
            .time(time)
            .threshold(CircuitModel.THRESHOLD)
            .minimumCalls(1_000_000)
            .initialReset(RESET)
            .reset(RESET)
            .permitLife(Duration.ofDays(1))
            .build();

    @Override
    @Nullable
    Permit acquire() {
        return breaker.tryAcquire() instanceof Permit permit ? permit : null;
    }

    @Override
    boolean isTrial(Permit permit) {
        return permit instanceof Trial;
    }

    @Override
    void succeeded(Permit permit) {
        permit.successAfterNanos(1);
    }

    @Override
    void failed(Permit permit) {
        permit.failure(new IllegalStateException("down"));
    }

    @Override
    void released(Permit permit) {
        permit.release();
    }

    @Override
    long openings() {
        return breaker.openings();
    }

    @Override
    boolean probeSucceeded(long openingsBefore) {
        return breaker.probeSucceeded(openingsBefore);
    }

    @Override
    public void pass() {
        time.advance(RESET);
    }

    @Override
    public boolean allowsCalls() {
        return breaker.allowsCalls();
    }

    /** After an outage, when the next to ask gets a trial. */
    public static final class Opened extends BreakerOperations {
        public Opened() {
            haveOutage();
        }
    }
}
