package io.resilientstorage.lock;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Clocks of a run that are set: wall clocks of processes by hours, and those of servers. */
final class ClockSteps {

    /** How far those of servers are set. */
    enum Reach {
        /**
         * By what the documents say that is borne: forwards by less than a lease ends early, backwards by a second, or
         * by more where no window and no token depends on it.
         */
        BORNE,
        /** Forwards by more than a lease ends early. */
        TOO_FAR
    }

    private static final Duration HOURS = Duration.ofHours(3);

    /** A lease of a second ends 12 ms early, of which the drift of clocks takes a part. */
    private static final int BORNE_FORWARD_MILLIS = 8;

    /** Longer than a drain, so what is borne does not add up. */
    private static final Duration APART = Duration.ofSeconds(30);

    private final LockWorld world;
    private final SplittableRandom random;
    private final Reach reach;
    private final int backMillis;
    private final Map<LockServer, Long> last = new HashMap<>();

    /** @param windows whether backends may grant inside windows alone, or forget their tokens */
    ClockSteps(LockWorld world, SplittableRandom random, Reach reach, boolean windows) {
        this.world = world;
        this.random = random;
        this.reach = reach;
        this.backMillis = windows ? (int) AuthorityRule.MARGIN_MILLIS : 10_000;
    }

    /** One step of one clock, unless that was set a short while ago. */
    void step(List<LockServer> servers, List<LockProcess> processes) {
        if (random.nextBoolean()) {
            long most = HOURS.toMillis();
            Duration by = Duration.ofMillis(random.nextLong(-most, most));
            processes.get(random.nextInt(processes.size())).time().stepWallClock(by);
            return;
        }
        LockServer server = servers.get(random.nextInt(servers.size()));
        long now = world.time().clock().nanos();
        if (now - last.getOrDefault(server, 0L) > APART.toNanos()) {
            last.put(server, now);
            server.stepClock(Duration.ofMillis(millis()));
        }
    }

    private int millis() {
        if (reach == Reach.TOO_FAR) {
            return 1 + random.nextInt((int) LockWorld.MAX_TTL.toMillis());
        }
        return random.nextBoolean() ? 1 + random.nextInt(BORNE_FORWARD_MILLIS) : -1 - random.nextInt(backMillis);
    }
}
