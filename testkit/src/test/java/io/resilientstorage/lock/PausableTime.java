package io.resilientstorage.lock;

import io.resilientstorage.testkit.ManualTime;
import io.resilientstorage.time.Clock;
import io.resilientstorage.time.Randomness;
import io.resilientstorage.time.Time;
import io.resilientstorage.time.Timers;
import io.resilientstorage.time.Workers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** The time of one process: that of the world, but nothing of the process runs while it is stopped. */
final class PausableTime implements Time {

    private final ManualTime world;
    private long stoppedUntil;
    private boolean dead;
    private long partsPerMillion;
    private long wallStepMillis;
    private boolean stepped;

    PausableTime(ManualTime world) {
        this.world = world;
    }

    /** Stops it, for as long as this at least. */
    void pause(Duration by) {
        stoppedUntil = Math.max(stoppedUntil, world.clock().nanos() + by.toNanos());
    }

    void kill() {
        dead = true;
    }

    boolean isRunning() {
        return !dead && world.clock().nanos() >= stoppedUntil;
    }

    boolean isDead() {
        return dead;
    }

    /** Whether it runs, and has done what was to be done when it went on. */
    boolean isAwake() {
        return !dead && world.clock().nanos() > stoppedUntil;
    }

    /** Runs something of this process, now or when it goes on. */
    void run(Runnable task) {
        if (dead) {
            return;
        }
        long left = stoppedUntil - world.clock().nanos();
        if (left > 0) {
            var unused = world.timers().schedule(Duration.ofNanos(left), () -> run(task));
        } else {
            task.run();
        }
    }

    /** Its clocks run faster from now on than the true ones, or slower. */
    void drift(int parts) {
        partsPerMillion = parts;
    }

    /** Sets its wall clock. Steps add up. */
    void stepWallClock(Duration by) {
        wallStepMillis += by.toMillis();
        stepped = true;
    }

    /** Whether its wall clock was ever set. */
    boolean isStepped() {
        return stepped;
    }

    @Override
    public Clock clock() {
        return new Clock() {
            @Override
            public long nanos() {
                long exact = world.clock().nanos();
                return exact + exact / 1_000_000 * partsPerMillion;
            }

            @Override
            public long wallMillis() {
                return wallStepMillis
                        + world.clock().wallMillis()
                        + world.clock().nanos() / 1_000_000 * partsPerMillion / 1_000_000;
            }
        };
    }

    @Override
    public Timers timers() {
        return (delay, task) -> world.timers().schedule(delay, () -> run(task));
    }

    @Override
    public Randomness randomness() {
        return world.randomness();
    }

    @Override
    public Workers workers(String name, int threads, int queue) {
        return world.workers(name, threads, queue);
    }

    /** The thread of a test cannot wait: it is the one that moves time. */
    @Override
    public boolean await(CompletableFuture<?> future, Duration patience) {
        return future.isDone();
    }

    @Override
    public void close() {}
}
