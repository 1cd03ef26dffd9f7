package io.resilientstorage.time;

import java.time.Duration;

/**
 * Notices that the process itself was stopped (a long garbage collection, SIGSTOP, a suspended machine): a beat that
 * comes far too late. What looks like a time-out of a backend right after that says nothing of the backend.
 *
 * <p>Safe for use by several threads.
 */
public final class PauseMonitor {

    private static final Duration BEAT = Duration.ofMillis(100);

    /** A beat that is late by more than this means a pause. */
    private static final long PAUSE_NANOS = Duration.ofMillis(150).toNanos();

    private final Clock clock;
    private final Timers timers;
    private volatile long lastBeat;
    private volatile long lastPauseEnd;
    private volatile boolean paused;
    private volatile boolean stopped;

    /** Begins to beat. */
    public PauseMonitor(Time time) {
        this.clock = time.clock();
        this.timers = time.timers();
        this.lastBeat = clock.nanos();
        next();
    }

    private void next() {
        timers.schedule(BEAT, this::beat);
    }

    private void beat() {
        long now = clock.nanos();
        if (now - lastBeat > BEAT.toNanos() + PAUSE_NANOS) {
            lastPauseEnd = now;
            paused = true;
        }
        lastBeat = now;
        if (!stopped) {
            next();
        }
    }

    /** Whether the process was stopped at some time after this moment (monotonic nanoseconds). */
    public boolean pausedSince(long nanos) {
        boolean noticed = paused && lastPauseEnd - nanos >= 0;
        return noticed || clock.nanos() - lastBeat > BEAT.toNanos() + PAUSE_NANOS;
    }

    /** Ends the beat. */
    public void stop() {
        stopped = true;
    }
}
