package io.resilientstorage.testkit.simulator;

import java.time.Duration;
import java.util.SplittableRandom;

/**
 * A better server that goes back to a snapshot of a few seconds ago, again and again, while the clock of the other one
 * is ahead: what was written since has lower versions than what the snapshot has. Of a chance of its own.
 */
final class Restores {

    private static final int LONGEST_MILLIS = 6_000;

    private final World world;
    private final SplittableRandom random;
    private final long end;

    Restores(World world) {
        this.world = world;
        this.random = new SplittableRandom(world.plan().seed() ^ 0x5a7eL);
        this.end = world.schedule().nanos() + world.plan().load().toNanos();
        long ahead = world.plan().serverOffsetMillis();
        world.offset(ahead);
        world.sql().faults().stepClock(Duration.ofMillis(ahead));
        next();
    }

    private void next() {
        in(() -> {
            if (world.redis().faults().isWell()) {
                tell("takes a snapshot");
                world.redis().faults().takeSnapshot();
            }
            in(() -> {
                if (world.redis().faults().isWell()) {
                    tell("goes back to its snapshot");
                    world.redis().faults().restartFromSnapshot();
                }
                next();
            });
        });
    }

    private void tell(String what) {
        world.history().add(world.redis().name(), () -> what);
    }

    private void in(Runnable task) {
        world.schedule().in(Duration.ofMillis(random.nextInt(LONGEST_MILLIS)), () -> {
            if (world.schedule().nanos() < end) {
                task.run();
            }
        });
    }
}
