package io.resilientstorage.jdbc;

import io.resilientstorage.time.Clock;
import java.time.Duration;

/**
 * When a statement was last answered. It tells a client that is too busy from a server that hangs: in both, calls wait
 * for a connection until their time is over. A connection that was made is no answer: a server on whose tables somebody
 * sits makes connections too.
 */
final class Progress {

    /** A server that says nothing for so long has stood still. */
    private static final Duration STANDSTILL = Duration.ofMillis(500);

    private final Clock clock;
    private volatile boolean heard;
    private volatile long lastNanos;
    private volatile long steadySinceNanos;

    Progress(Clock clock) {
        this.clock = clock;
    }

    /** Something came back from the server. */
    void heard() {
        long now = clock.nanos();
        if (!heard || now - lastNanos > STANDSTILL.toNanos()) {
            steadySinceNanos = now;
        }
        lastNanos = now;
        heard = true;
    }

    /**
     * Whether anything came back within so long a time until now. What came back before a server hung says nothing of
     * it.
     */
    boolean within(Duration recently) {
        return heard && clock.nanos() - lastNanos < recently.toNanos();
    }

    /**
     * Whether answers came all through so long a time until now. Who has waited while the server stood still was not
     * kept waiting by others, though it may have begun to answer just now.
     */
    boolean steadily(Duration recently) {
        return within(recently) && clock.nanos() - steadySinceNanos >= recently.toNanos();
    }
}
