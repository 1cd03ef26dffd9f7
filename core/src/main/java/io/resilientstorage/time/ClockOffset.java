package io.resilientstorage.time;

import java.util.Optional;

/**
 * The measured offset of another machine's clock to this process's own ({@link ReferenceClock#localMillis()}), by
 * Cristian's algorithm (F. Cristian, "Probabilistic clock synchronization", 1989): the server's reading is taken to be
 * from the middle of the round trip, and half the round trip bounds the error.
 *
 * <p>A sample replaces the estimate if it is at least as exact as the estimate has become with age, or if it
 * contradicts it, which means that a clock was stepped. Safe for use by several threads.
 */
public final class ClockOffset {

    /** How much the error of an estimate grows with age: clocks of two machines may drift apart by this. */
    private static final double DRIFT = 100e-6;

    private record Estimate(long offsetMillis, double errorMillis, long atNanos) {
        double errorAt(long nanos) {
            return errorMillis + (nanos - atNanos) / 1e6 * DRIFT;
        }
    }

    private volatile Optional<Estimate> estimate = Optional.empty();

    /**
     * Takes a sample.
     *
     * @param serverMillis the server's reading
     * @param localMillis this process's reading when the reply came
     * @param roundTripNanos how long the request and the reply took
     * @param nanos monotonic nanoseconds now
     */
    public synchronized void sample(long serverMillis, long localMillis, long roundTripNanos, long nanos) {
        double half = roundTripNanos / 2e6;
        Estimate sample = new Estimate(Math.round(serverMillis - (localMillis - half)), half + 1, nanos);
        boolean take = estimate.map(e -> {
                    double known = e.errorAt(nanos);
                    long apart = Math.abs(e.offsetMillis() - sample.offsetMillis());
                    return sample.errorMillis() <= known || apart > known + sample.errorMillis();
                })
                .orElse(true);
        if (take) {
            estimate = Optional.of(sample);
        }
    }

    /** How far the server's clock is ahead of this process's, in milliseconds; empty if it was never measured. */
    public Optional<Long> millis() {
        return estimate.map(Estimate::offsetMillis);
    }
}
