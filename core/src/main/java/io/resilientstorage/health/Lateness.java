package io.resilientstorage.health;

import java.time.Duration;
import java.util.Optional;

/**
 * Whether a probe that was answered too late for a call may close the circuit. It may where probes always take so long
 * though calls do not; and after a long time of answers, for else the circuit would stay open for ever where probes
 * have become as slow for good.
 *
 * <p>For one probe at a time; what comes before a probe ends happens before the next one begins.
 */
final class Lateness {

    /** How long probes must have been answered, all too late, before one of them closes the circuit. */
    static final Duration PATIENCE = Duration.ofMinutes(5);

    private boolean unusual;
    private Optional<Long> since = Optional.empty();

    /** A probe was answered while the circuit was closed. */
    void whileClosed(boolean inTime) {
        unusual |= inTime;
        since = Optional.empty();
    }

    /** A probe was answered too late while the circuit was not closed: whether it may close it all the same. */
    boolean mayClose(long nanos) {
        long first = since.orElse(nanos);
        boolean closes = !unusual || nanos - first >= PATIENCE.toNanos();
        since = closes ? Optional.empty() : Optional.of(first);
        return closes;
    }

    /** A probe was not answered. */
    void interrupted() {
        since = Optional.empty();
    }
}
