package io.resilientstorage.jdbc;

import io.resilientstorage.time.Clock;
import java.time.Duration;

/**
 * Until when the server is known to have worked: when the newest statement that was answered was sent. It tells a
 * client that is too busy from a server that hangs: in both, calls wait for a connection until their time is over. A
 * connection that was made is no answer: a server on whose tables somebody sits makes connections too.
 */
final class Progress {

    private final Clock clock;
    private volatile boolean heard;
    private volatile long lastNanos;

    Progress(Clock clock) {
        this.clock = clock;
    }

    /**
     * Something came back from the server. That it comes now proves nothing for now: while a network becomes slow,
     * answers from before still arrive.
     *
     * @param askedNanos when it was asked, on the monotonic clock
     */
    void heard(long askedNanos) {
        // Two threads may pass each other here; the older time then stands until the next answer.
        if (!heard || askedNanos - lastNanos > 0) {
            lastNanos = askedNanos;
            heard = true;
        }
    }

    /** Whether anything that was asked within so long a time until now has been answered. */
    boolean within(Duration recently) {
        return heard && clock.nanos() - lastNanos < recently.toNanos();
    }
}
