package io.resilientstorage.jdbc;

import io.resilientstorage.time.Clock;
import java.time.Duration;

/**
 * When a statement was last answered. It tells a client that is too busy from a server that hangs: in both, calls wait
 * for a connection until their time is over. A connection that was made is no answer: a server on whose tables somebody
 * sits makes connections too.
 */
final class Progress {

    private final Clock clock;
    private volatile boolean heard;
    private volatile long lastNanos;

    Progress(Clock clock) {
        this.clock = clock;
    }

    /** Something came back from the server. */
    void heard() {
        lastNanos = clock.nanos();
        heard = true;
    }

    /**
     * Whether anything came back within so long a time until now. What came back before a server hung says nothing of
     * it.
     */
    boolean within(Duration recently) {
        return heard && clock.nanos() - lastNanos < recently.toNanos();
    }
}
