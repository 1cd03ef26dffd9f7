package io.resilientstorage.lock;

import io.resilientstorage.time.Clock;

/**
 * The moment before a request was sent, on both clocks.
 *
 * @param nanos monotonic
 * @param wallMillis of the wall clock
 */
record Sent(long nanos, long wallMillis) {

    static Sent now(Clock clock) {
        return new Sent(clock.nanos(), clock.wallMillis());
    }
}
