package io.resilientstorage.testkit.simulator;

import io.resilientstorage.backend.ApplyKind;
import io.resilientstorage.backend.ApplyRequest;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Deaths at the worst moment: a server has done what a process asked for, and the process dies before the reply leaves.
 * What it would have sent next is never sent. That is so for writes, and for claims of hints, which nobody else carries
 * while the claim lasts. So that there are hints to claim, nobody reaches the better server now and then. Of a chance
 * of its own, so that what else happens does not hang on it.
 *
 * <p>Where the better server goes back to snapshots all the time, nobody dies of a claim: that comes when the way is
 * free again, and so just when a process delivers what that server has lost since. If it dies then, before it hears
 * that the record has to go back, nobody brings it there, which is not promised (decision 19).
 */
final class Deaths {

    private static final int WRITES_FOR_EACH_DEATH = 150;
    private static final int CLAIMS_FOR_EACH_DEATH = 2;
    private static final int LONGEST_MILLIS = 15_000;
    private static final int SHORTEST_OUTAGE_MILLIS = 3_000;
    private static final int MOST_BETWEEN_OUTAGES_MILLIS = 12_000;

    private final World world;
    private final SplittableRandom random;
    private final long end;

    Deaths(World world) {
        this.world = world;
        this.random = new SplittableRandom(world.plan().seed() ^ 0xdeadL);
        this.end = world.schedule().nanos() + world.plan().load().toNanos();
        if (world.plan().deaths()) {
            nextOutage();
        }
    }

    /** Nobody reaches the better server, and then all do at once: there are hints to claim. */
    private void nextOutage() {
        in(random.nextInt(MOST_BETWEEN_OUTAGES_MILLIS), () -> {
            world.history().add("world", () -> "nobody reaches redis");
            links().forEach(Link::cut);
            in(SHORTEST_OUTAGE_MILLIS + random.nextInt(LONGEST_MILLIS / 2), () -> {
                world.history().add("world", () -> "all reach redis");
                links().forEach(Link::heal);
                nextOutage();
            });
        });
    }

    private List<Link> links() {
        return world.processes().stream()
                .map(process -> process.link(world.redis()))
                .toList();
    }

    private void in(int millis, Runnable task) {
        world.schedule().in(Duration.ofMillis(millis), () -> {
            if (!isOver()) {
                task.run();
            }
        });
    }

    /** The same way to a server, on which this start of a process may die. */
    Transport on(Transport way, SimulatedProcess process) {
        return world.plan().deaths() ? new Deadly(way, process, process.life()) : way;
    }

    private void done(SimulatedProcess process, String life, Object what, Object value) {
        boolean dies = (isWrite(what) && random.nextInt(WRITES_FOR_EACH_DEATH) == 0)
                || (isClaim(what, value) && !world.plan().restores() && random.nextInt(CLAIMS_FOR_EACH_DEATH) == 0);
        // What was on its way may arrive when who sent it is dead, or lives again.
        if (dies && !isOver() && process.isAlive() && process.life().equals(life)) {
            process.crash();
            in(random.nextInt(LONGEST_MILLIS), () -> {
                if (!process.isAlive()) {
                    process.start();
                }
            });
        }
    }

    private boolean isOver() {
        return world.schedule().nanos() >= end;
    }

    private static boolean isWrite(Object what) {
        return what instanceof ApplyRequest request && request.kind() == ApplyKind.DIRECT;
    }

    private static boolean isClaim(Object what, Object value) {
        return what instanceof String text
                && text.startsWith("claim")
                && value instanceof Collection<?> hints
                && !hints.isEmpty();
    }

    private final class Deadly implements Transport {
        private final Transport way;
        private final SimulatedProcess process;
        private final String life;

        Deadly(Transport way, SimulatedProcess process, String life) {
            this.way = way;
            this.process = process;
            this.life = life;
        }

        @Override
        public <T> CompletionStage<T> call(Object what, Duration timeout, Function<ModelServer, T> step) {
            return way.call(what, timeout, server -> {
                T value = step.apply(server);
                done(process, life, what, value);
                return value;
            });
        }
    }
}
