package io.resilientstorage.testkit.simulator;

import io.resilientstorage.api.Version;
import io.resilientstorage.backend.Sentinel;
import io.resilientstorage.backend.Warmth;
import io.resilientstorage.record.RecordKey;
import java.time.Duration;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * Faults at random: of servers, of the network, of processes and of clocks. Each ends by itself after a while. What
 * does not happen: a database that goes back to a backup of the last seconds, see {@link #isTooYoung}, and the eviction
 * of a record that the database does not have yet, see {@link #evict}.
 */
final class Chaos {

    private final World world;
    private final SplittableRandom random;
    private final long end;
    /** From 1, hardly anything, to 4. */
    private final int wildness;

    Chaos(World world) {
        this.world = world;
        this.random = world.split();
        this.wildness = 1 + random.nextInt(4);
        this.end = world.schedule().nanos() + world.plan().load().toNanos();
        snapshots();
        next();
    }

    private boolean isOver() {
        return world.schedule().nanos() >= end;
    }

    private void in(Duration delay, Runnable task) {
        world.schedule().in(delay, () -> {
            if (!isOver()) {
                task.run();
            }
        });
    }

    private void snapshots() {
        in(Duration.ofMillis(500 + random.nextInt(15_000)), () -> {
            ModelServer server = server();
            tell(server.name(), "takes a snapshot");
            server.faults().takeSnapshot();
            snapshots();
        });
        in(Duration.ofMillis(random.nextInt(4_000)), () -> server().faults().replicate());
    }

    private void next() {
        in(Duration.ofMillis(200 + random.nextInt(16_000 / wildness)), () -> {
            happen();
            next();
        });
    }

    private ModelServer server() {
        return random.nextInt(3) > 0 ? world.redis() : world.sql();
    }

    private SimulatedProcess process() {
        return world.processes().get(random.nextInt(world.processes().size()));
    }

    /** Mostly short; where a plan has the time for it, now and then longer than deletions are remembered. */
    private Duration some() {
        return switch (random.nextInt(8)) {
            case 0, 1 -> Duration.ofMillis(1 + random.nextInt(300));
            case 2, 3, 4 -> Duration.ofMillis(300 + random.nextInt(3_000));
            case 5, 6 -> Duration.ofMillis(3_000 + random.nextInt(12_000));
            default -> {
                Duration rather = Duration.ofMillis(15_000 + random.nextInt(25_000));
                yield world.plan().outlivesTombstones() && random.nextBoolean()
                        ? rather.plus(world.plan().tombstoneLife())
                        : rather;
            }
        };
    }

    private void tell(String who, String what) {
        world.history().add(who, () -> what);
    }

    private void happen() {
        int dice = random.nextInt(20);
        if (dice < 8) {
            toServer(server());
        } else if (dice < 15) {
            toLink(process(), server());
        } else {
            toProcess(process());
        }
    }

    private void toServer(ModelServer server) {
        ServerFaults faults = server.faults();
        if (faults.isDown()) {
            return;
        }
        switch (random.nextInt(10)) {
            case 0, 1, 2, 3 -> crash(server);
            case 4, 5 -> {
                tell(server.name(), "hangs");
                faults.hang();
                in(some(), () -> {
                    tell(server.name(), "goes on");
                    faults.wake();
                });
            }
            case 6 -> {
                tell(server.name(), "refuses writes");
                faults.readOnly(true);
                in(some(), () -> {
                    tell(server.name(), "takes writes");
                    faults.readOnly(false);
                });
            }
            case 7 -> {
                if (server == world.redis()) {
                    tell(server.name(), "is flushed");
                    faults.flush();
                }
            }
            case 8 -> {
                if (server == world.redis()) {
                    evict("k" + random.nextInt(world.plan().keys()));
                }
            }
            default -> stepClock(server);
        }
    }

    /**
     * What is evicted before the mirror has it may be replaced by something older for good, if recovery streams that
     * from the mirror just then: it is not promised (decision 19), and does not happen here. That a server loses what
     * nobody else has yet, and goes on, happens when it is flushed.
     */
    private void evict(String name) {
        RecordKey key = World.key(name);
        Version here = world.redis().standing(key, ModelBackend.GENERATION);
        if (!here.isNewerThan(world.sql().standing(key, ModelBackend.GENERATION))) {
            tell(world.redis().name(), "evicts " + name);
            world.redis().faults().evict(key, ModelBackend.GENERATION);
        }
    }

    private void stepClock(ModelServer server) {
        long most = world.plan().serverOffsetMillis();
        if (most > 0) {
            long step = random.nextLong(-most, most) - server.faults().clockOffsetMillis();
            tell(server.name(), "steps its clock by " + step + " ms");
            world.offset(most);
            server.faults().stepClock(Duration.ofMillis(step));
        }
    }

    private void crash(ModelServer server) {
        ServerFaults faults = server.faults();
        tell(server.name(), "crashes");
        faults.crash();
        int dice = random.nextInt(server == world.redis() ? 8 : 14);
        in(some(), () -> {
            switch (dice) {
                case 0 -> {
                    tell(server.name(), "starts empty");
                    faults.restartEmpty();
                }
                case 1 -> {
                    if (server == world.sql() && isTooYoung()) {
                        tell(server.name(), "starts with its data");
                        faults.restart();
                    } else {
                        tell(server.name(), "starts from its snapshot");
                        faults.restartFromSnapshot();
                    }
                }
                case 2 -> {
                    if (server == world.redis()) {
                        tell(server.name(), "is replaced by its replica");
                        faults.promoteReplica();
                    } else {
                        faults.restart();
                    }
                }
                default -> {
                    tell(server.name(), "starts with its data");
                    faults.restart();
                }
            }
        });
    }

    /**
     * That a database went back to a backup cannot be seen if the other server knows of no beat since. As a rule that
     * is what happened in the last 5 s, and never more than 10 s; but nothing is counted while no process reaches both,
     * or one of them refuses writes. So a backup that was taken after the last beat that is known is not put back here:
     * it is what recovery does not promise to find out (decision 20). Where the other server has lost all it knew, it
     * may be any that has what that server got since: there is no beat to tell of that either.
     */
    private boolean isTooYoung() {
        Optional<Sentinel> known = world.redis().state().sentinel.filter(mark -> mark.warmth() == Warmth.WARM);
        Optional<Sentinel> kept = world.sql().faults().kept().sentinel;
        if (known.isEmpty()) {
            return lacksWhatRedisGot();
        }
        return kept.isPresent() && known.get().beats() <= kept.get().beats();
    }

    private boolean lacksWhatRedisGot() {
        ServerState kept = world.sql().faults().kept();
        return world.redis().rows(ModelBackend.GENERATION).stream()
                .map(Row::record)
                .anyMatch(record -> record.version().isNewerThan(kept.newest(record.key())));
    }

    private void toLink(SimulatedProcess process, ModelServer server) {
        Link link = process.link(server);
        String who = process.name() + "-" + server.name();
        switch (random.nextInt(7)) {
            case 0, 1 -> {
                tell(who, "is cut");
                link.cut();
            }
            case 2 -> {
                tell(who, "loses all replies");
                link.cutReplies();
            }
            case 3 -> {
                tell(who, "is refused");
                link.refuse();
            }
            case 4 -> {
                tell(who, "loses some");
                link.drop(random.nextDouble(0.3), random.nextDouble(0.5));
            }
            case 5 -> {
                tell(who, "is slow");
                link.slow(Duration.ofMillis(random.nextInt(150)), Duration.ofMillis(random.nextInt(400)));
            }
            default -> {
                tell(who, "reorders");
                link.slow(Duration.ofMillis(1), Duration.ofMillis(random.nextInt(60)));
                link.reorder(true);
            }
        }
        in(some(), () -> {
            tell(who, "is well");
            link.heal();
        });
    }

    private void toProcess(SimulatedProcess process) {
        if (!process.isServing()) {
            return;
        }
        switch (random.nextInt(6)) {
            case 0, 1 -> {
                process.crash();
                startIn(process, some());
            }
            case 2 -> {
                process.beginClose(patience());
                startIn(process, some().plusSeconds(4));
            }
            case 3, 4 -> process.pause(Duration.ofMillis(100 + random.nextInt(random.nextInt(3) == 0 ? 8_000 : 1_500)));
            default -> {
                long most = world.plan().processOffsetMillis();
                if (most > 0) {
                    process.stepWallClock(Duration.ofMillis(random.nextLong(-most, most) / 2));
                }
            }
        }
    }

    /**
     * Mostly enough for all calls to end and for what is pending to be handed over, if anybody takes it. It follows
     * from the moment: chance would be taken from all that comes after.
     */
    private Duration patience() {
        long millis = world.schedule().millis();
        return millis % 4 == 0 ? Duration.ofMillis(millis % 500) : World.CALL_TIMEOUT.plusSeconds(1);
    }

    private void startIn(SimulatedProcess process, Duration delay) {
        in(delay, () -> {
            if (!process.isAlive()) {
                process.start();
            } else if (process.isClosing()) {
                startIn(process, Duration.ofSeconds(1));
            }
        });
    }
}
