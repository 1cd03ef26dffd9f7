package io.resilientstorage.recovery;

import io.resilientstorage.api.Recovery;
import io.resilientstorage.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How far a stream of records to a backend is: how many have arrived, and which part of the way that is. Safe for use
 * by several threads.
 */
final class Progress {

    private static final double NANOS_IN_SECOND = 1e9;

    private final Recovery.Step step;
    private final Clock clock;
    private final long begun;
    private final AtomicLong applied = new AtomicLong();
    private volatile double part;

    Progress(Recovery.Step step, Clock clock) {
        this.step = step;
        this.clock = clock;
        this.begun = clock.nanos();
    }

    void applied(int records) {
        applied.addAndGet(records);
    }

    /** Which part of the way lies behind, from 0 to 1. */
    void part(double done) {
        part = Math.max(0, Math.min(1, done));
    }

    long records() {
        return applied.get();
    }

    /** What is known now; what is left is estimated from what the part behind was, if that is known. */
    Optional<Recovery> recovery() {
        double done = part;
        long arrived = applied.get();
        double seconds = (clock.nanos() - begun) / NANOS_IN_SECOND;
        double rate = seconds > 0 ? arrived / seconds : 0;
        return Optional.of(
                done > 0
                        ? Recovery.at(step, Math.round(arrived * (1 - done) / done), rate)
                        : Recovery.without(step, rate));
    }
}
