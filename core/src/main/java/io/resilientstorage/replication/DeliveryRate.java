package io.resilientstorage.replication;

import io.resilientstorage.time.Clock;
import java.util.concurrent.locks.ReentrantLock;

/** How many records a second arrive, over the last seconds. Safe for use by several threads. */
final class DeliveryRate {

    private static final double NANOS_IN_SECOND = 1e9;
    private static final long SPAN_NANOS = 1_000_000_000L;

    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();
    private long spanBegun;
    private long inSpan;
    private double lastSpan;

    DeliveryRate(Clock clock) {
        this.clock = clock;
        this.spanBegun = clock.nanos();
    }

    void delivered(int records) {
        lock.lock();
        try {
            turn();
            inSpan += records;
        } finally {
            lock.unlock();
        }
    }

    double perSecond() {
        lock.lock();
        try {
            turn();
            return lastSpan;
        } finally {
            lock.unlock();
        }
    }

    private void turn() {
        long now = clock.nanos();
        long lasted = now - spanBegun;
        if (lasted >= SPAN_NANOS) {
            lastSpan = inSpan / (lasted / NANOS_IN_SECOND);
            inSpan = 0;
            spanBegun = now;
        }
    }
}
