package io.resilientstorage.testkit.simulator;

import io.resilientstorage.api.Version;
import java.time.Duration;

/**
 * What a read must find, or else say that it may be stale: what a server has had for so long that the hint of it is
 * old, if the process that reads has been able to ask that server all the while.
 */
final class Freshness {

    /**
     * A hint of 2 s is old. Looks come each second and take time: the error of clocks, 1.5 s or more, is enough for
     * that.
     */
    private static final Duration OVERLOOKED = Duration.ofSeconds(2);

    private final World world;

    Freshness(World world) {
        this.world = world;
    }

    /** The version that a read of a key which begins now must find. */
    Version floor(SimulatedProcess process, String key, KeyFacts facts) {
        Duration longAgo = OVERLOOKED.plusMillis(world.clockErrorMillis());
        long before = world.schedule().nanos() - longAgo.toNanos();
        Version floor = Version.NONE;
        for (ModelServer server : world.servers()) {
            if (canAsk(process, server)) {
                Version stands = server.standing(World.key(key), ModelBackend.GENERATION);
                Version old = facts.newestTaken(server.name(), stands, before);
                floor = old.isNewerThan(floor) ? old : floor;
            }
        }
        return floor;
    }

    /** Whether a process has heard, for sure, what hints a server has. */
    private boolean canAsk(SimulatedProcess process, ModelServer server) {
        long now = world.schedule().millis();
        long noticed = now - World.NOTICED.toMillis();
        return process.changedAt() < now - OVERLOOKED.toMillis()
                && server.faults().isWell()
                && server.faults().changedAt() < noticed
                && process.link(server).isWell()
                && process.link(server).changedAt() < noticed;
    }
}
