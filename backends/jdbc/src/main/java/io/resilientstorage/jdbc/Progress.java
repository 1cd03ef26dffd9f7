package io.resilientstorage.jdbc;

import io.resilientstorage.time.Clock;
import java.time.Duration;

/**
 * Until when the server is known to have worked: when the newest statement that was answered was sent. It tells a
 * client that is too busy from a server that hangs: in both, calls wait for a connection until their time is over. A
 * connection that was made is no answer: a server on whose tables somebody sits makes connections too.
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

    /**
     * Something came back from the server. That it comes now proves nothing for now: while a network becomes slow,
     * answers from before still arrive.
     *
     * @param askedNanos when it was asked, on the monotonic clock
     */
    void heard(long askedNanos) {
        // Two threads may pass each other here; the older time then stands until the next answer.
        long gap = askedNanos - lastNanos;
        if (!heard || gap > STANDSTILL.toNanos()) {
            steadySinceNanos = askedNanos;
        }
        if (!heard || gap > 0) {
            lastNanos = askedNanos;
            heard = true;
        }
    }

    /** Whether anything that was asked within so long a time until now has been answered. */
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
