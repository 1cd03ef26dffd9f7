package io.resilientstorage.jdbc;

import io.resilientstorage.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Until when the server is known to have worked: when the newest statement that was answered was sent. It tells a
 * client that is too busy from a server that hangs: in both, calls wait for a connection until their time is over. A
 * connection that was made is no answer: a server on whose tables somebody sits makes connections too.
 */
final class Progress {

    /** A server that says nothing for less than this has not stood still, however short a time somebody has. */
    private static final Duration STEP = Duration.ofMillis(500);

    /** How many of these are told apart: up to those of a call that has more than a minute. */
    private static final int STEPS = 64;

    private final Clock clock;
    private volatile boolean heard;
    private volatile long lastNanos;

    /** At place n: since when no gap between what was answered was longer than n + 1 steps. */
    private final AtomicLongArray steadySinceNanos = new AtomicLongArray(STEPS);

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
        for (int i = 0; i < STEPS && (!heard || gap > (i + 1) * STEP.toNanos()); i++) {
            steadySinceNanos.set(i, askedNanos);
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
     * Whether answers came all through so long a time until now, with no gap longer than that between them (or than
     * half a second, if that is more). Who has waited while the server stood still was not kept waiting by others,
     * though it may have begun to answer just now. Of a gap only what the call itself has waited counts: before,
     * perhaps nobody asked.
     *
     * @param queuedNanos since when the call has waited, on the monotonic clock
     */
    boolean steadily(Duration recently, long queuedNanos) {
        long steps = Math.min(STEPS, Math.max(1, recently.toNanos() / STEP.toNanos()));
        long since = steadySinceNanos.get((int) steps - 1);
        long unserved = since - queuedNanos;
        if (unserved > 0 && unserved <= recently.toNanos()) {
            since = queuedNanos;
        }
        return within(recently) && clock.nanos() - since >= recently.toNanos();
    }
}
