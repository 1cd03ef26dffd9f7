package io.resilientstorage.time;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Time-outs of calls: one is set for each call, and nearly all are cancelled a moment later. In a {@link TimingWheel}
 * that costs little and wakes no thread. An ordered queue would wake its thread for every call that finds the queue
 * empty, which costs more than the call itself.
 *
 * <p>A time-out comes up to two of {@link #TICK} late, never early: one for rounding, one for the turn. One that is so
 * short that this would matter goes to the exact timers.
 *
 * <p><b>Who turns it.</b> The exact timers do, once a tick, as long as there is anything in the wheel; it stops when a
 * whole turn has found it empty. {@link #turning} is cleared before the last look into the slots, and whoever adds
 * looks at it after the entry is in: one of the two sees the other. Whoever has set it owns {@link #turnedTo} and
 * {@link #emptyTicks}.
 */
final class TimeoutWheel implements Timers {

    static final Duration TICK = Duration.ofMillis(5);

    /** Below this a tick more would matter. */
    static final Duration SHORTEST = TICK.multipliedBy(4);

    static final int SLOTS = 512;

    private static final long TICK_NANOS = TICK.toNanos();

    private final Clock clock;
    private final Timers exact;
    private final long origin;
    private final TimingWheel<Runnable> wheel = new TimingWheel<>(SLOTS);
    private final AtomicBoolean turning = new AtomicBoolean();
    private long turnedTo;
    private int emptyTicks;

    TimeoutWheel(Clock clock, Timers exact) {
        this.clock = clock;
        this.exact = exact;
        this.origin = clock.nanos();
    }

    @Override
    public Timer schedule(Duration delay, Runnable task) {
        if (delay.compareTo(SHORTEST) < 0) {
            return exact.schedule(delay, task);
        }
        // Rounded up, so that it never comes early.
        long tick = (clock.nanos() - origin + delay.toNanos()) / TICK_NANOS + 1;
        TimingWheel.Place<Runnable> place = wheel.add(tick, task);
        if (place == null) {
            return exact.schedule(Duration.ZERO, task);
        }
        if (!turning.get()) {
            startTurning();
        }
        return place::remove;
    }

    private void startTurning() {
        if (turning.compareAndSet(false, true)) {
            emptyTicks = 0;
            exact.schedule(TICK, this::turn);
        }
    }

    private void turn() {
        boolean goOn = true;
        try {
            goOn = advance();
        } finally {
            if (goOn) {
                exact.schedule(TICK, this::turn);
            }
        }
    }

    /** Runs what is due, and says whether there may be more. */
    private boolean advance() {
        long now = (clock.nanos() - origin) / TICK_NANOS;
        // After a pause of the process each slot is looked at once, and not once for each tick that was missed.
        long from = Math.max(turnedTo + 1, now - SLOTS + 1);
        turnedTo = now;
        for (long tick = from; tick <= now; tick++) {
            emptyTicks = wheel.isEmptyAt(tick) ? emptyTicks + 1 : 0;
            wheel.takeDue(tick, now, Integer.MAX_VALUE).forEach(SystemTime::guarded);
        }
        return emptyTicks < SLOTS || !stopTurning();
    }

    /** Whether it has stopped. If somebody adds meanwhile, either this goes on or the other one starts it. */
    private boolean stopTurning() {
        turning.set(false);
        return wheel.isEmpty() || !turning.compareAndSet(false, true);
    }
}
