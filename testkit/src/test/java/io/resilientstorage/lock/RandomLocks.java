package io.resilientstorage.lock;

import io.resilientstorage.api.Durability;
import io.resilientstorage.api.Lease;
import io.resilientstorage.api.LockPolicy;
import io.resilientstorage.api.LockResult;
import io.resilientstorage.backend.LockAction;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.config.Settings;
import io.resilientstorage.lock.LockHistory.Tenure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** One run: three processes that want one lock, on one server or two, of which at most one is in trouble at a time. */
final class RandomLocks {

    private static final Duration LENGTH = Duration.ofMinutes(5);
    private static final String LOCK = "job";

    private final LockWorld world;
    private final SplittableRandom random;
    private final LockMutant mutant;
    private final boolean split;
    private final boolean mirrored;
    private final List<LockServer> servers;
    private final List<LockProcess> processes = new ArrayList<>();
    private final List<Held> holds = new ArrayList<>();
    private final List<Tenure> tenures = new ArrayList<>();
    private final Set<Long> closed = new HashSet<>();
    private final List<String> trouble = new ArrayList<>();
    private long lastRelease;
    private long mendAt = Long.MAX_VALUE;
    private int grants;
    private int failovers;
    private boolean waiting;
    private Optional<Candidates> candidates = Optional.empty();
    private Optional<ClockSteps> clocks = Optional.empty();
    private int leastTtlMillis = 500;
    private String lastBackend = "";

    /**
     * A run to be.
     *
     * @param durabilities of the servers: one for SINGLE, two for FAILOVER, more for MAJORITY
     * @param split whether processes may see different servers for long
     */
    RandomLocks(long seed, List<Durability> durabilities, LockMutant mutant, boolean split) {
        this(seed, durabilities, mutant, split, false);
    }

    /** @param mirrored whether a grant needs a copy, under FAILOVER */
    RandomLocks(long seed, List<Durability> durabilities, LockMutant mutant, boolean split, boolean mirrored) {
        this.world = new LockWorld(seed);
        this.random = new SplittableRandom(seed);
        this.mutant = mutant;
        this.split = split;
        this.mirrored = mirrored;
        List<LockServer> made = new ArrayList<>();
        for (Durability durability : durabilities) {
            String name = "server" + made.size();
            add(name, durability);
            LockServer server = world.server(name);
            server.mutate(mutant);
            server.skew(Duration.ofMillis(random.nextInt(-1_000, 1_000)));
            made.add(server);
        }
        servers = List.copyOf(made);
    }

    private void add(String name, Durability durability) {
        if (durability == Durability.DURABLE) {
            world.durableServer(name);
        } else {
            world.volatileServer(name);
        }
    }

    /** Half of those who want the lock wait for it, and servers tell of releases, or say that they do. */
    RandomLocks waiting() {
        waiting = true;
        servers.forEach(LockServer::tellReleases);
        return this;
    }

    /** All processes want to lead, too. */
    RandomLocks electing() {
        candidates = Optional.of(new Candidates(world, random, mutant));
        return this;
    }

    /** Clocks are set, too. */
    RandomLocks stepping(ClockSteps.Reach reach) {
        boolean forgets = servers.stream().anyMatch(server -> server.durability() == Durability.VOLATILE);
        boolean windows = servers.size() == 2 || (servers.size() == 1 && forgets);
        clocks = Optional.of(new ClockSteps(world, random, reach, windows));
        leastTtlMillis = 1_000;
        return this;
    }

    List<String> trouble() {
        return trouble;
    }

    /** How often another backend granted than the one before. */
    int failovers() {
        return failovers;
    }

    int grants() {
        return grants;
    }

    /** How often a process began to lead. */
    int reigns() {
        return candidates.map(Candidates::reigns).orElse(0);
    }

    void run() {
        for (int i = 0; i < 3; i++) {
            processes.add(process());
        }
        if (servers.stream().noneMatch(server -> server.durability() == Durability.DURABLE)) {
            // The quarantine of a space that is new to both.
            use(processes.get(0));
            world.advance(Duration.ofMinutes(6));
        }
        long end = world.time().clock().nanos() + LENGTH.toNanos();
        while (world.time().clock().nanos() < end) {
            step();
            candidates.ifPresent(Candidates::look);
            world.advance(Duration.ofMillis(1 + random.nextInt(300)));
        }
        settle();
        candidates.ifPresent(judged -> trouble.addAll(judged.trouble()));
        holds.forEach(this::end);
        tenures.sort(Comparator.comparingLong(Tenure::from));
        trouble.addAll(LockHistory.together(tenures));
        trouble.addAll(LockHistory.shared(tenures));
        trouble.addAll(LockHistory.falling(tenures));
    }

    /** When all are well again, the lock is to be had, and no release is still tried. */
    private void settle() {
        servers.forEach(this::mend);
        processes.forEach(LockProcess::heal);
        int before = grants;
        for (int i = 0; i < 400 && grants == before; i++) {
            world.advance(Duration.ofSeconds(1));
            processes.forEach(this::use);
        }
        if (grants == before) {
            trouble.add("the lock is not to be had again");
        }
        world.advance(LockWorld.MAX_TTL.multipliedBy(4));
        candidates.ifPresent(Candidates::withdraw);
        world.advance(LockWorld.MAX_TTL.multipliedBy(4));
        if (world.time().clock().nanos() - lastRelease < LockWorld.MAX_TTL.toNanos()) {
            trouble.add("a release has not ended");
        }
    }

    private LockProcess process() {
        LockProcess process = world.process(
                draft -> {
                    draft.set(Settings.LOCKS_MIRRORED, mirrored);
                    if (servers.size() > 2) {
                        draft.set(Settings.LOCKS_POLICY, LockPolicy.MAJORITY);
                    }
                    if (mutant == LockMutant.NAIVE_FAILOVER) {
                        draft.set(Settings.LOCKS_POLICY, LockPolicy.BEST_EFFORT);
                    }
                },
                mutant.rules());
        process.time().drift(random.nextInt(-2_000, 2_000));
        process.watch(this::sends);
        candidates.ifPresent(all -> all.enter(process));
        return process;
    }

    private LockRequest sends(LockRequest request) {
        if (request.action() == LockAction.RENEW && closed.contains(request.token())) {
            trouble.add("renewed after its close: " + request.token());
        }
        if (request.action() != LockAction.RELEASE) {
            return request;
        }
        lastRelease = world.time().clock().nanos();
        if (mutant == LockMutant.RENEWAL_AFTER_CLOSE && closed.contains(request.token())) {
            return sends(new LockRequest(
                    LockAction.RENEW,
                    request.space(),
                    request.name(),
                    request.owner(),
                    1_000,
                    request.terms(),
                    request.token(),
                    request.notAfter(),
                    request.timeout()));
        }
        return request;
    }

    private void step() {
        if (waiting && random.nextInt(30) == 0) {
            servers.get(random.nextInt(servers.size())).hangUp();
        }
        if (random.nextInt(20) == 0) {
            servers.forEach(LockServer::takeSnapshot);
        }
        if (world.time().clock().nanos() >= mendAt) {
            servers.forEach(this::mend);
        }
        switch (random.nextInt(24)) {
            case 0 -> mayBreak(servers.get(random.nextInt(servers.size())));
            case 4 -> processes.get(random.nextInt(3)).time().pause(Duration.ofMillis(random.nextInt(20_000)));
            case 5 -> {
                int at = random.nextInt(3);
                if (random.nextInt(4) == 0) {
                    processes.get(at).time().kill();
                    processes.set(at, process());
                }
            }
            case 6 -> disturb(processes.get(random.nextInt(3)));
            case 7 -> {
                if (!split || random.nextInt(40) == 0) {
                    processes.forEach(LockProcess::heal);
                }
            }
            case 8 -> candidates.ifPresent(Candidates::reenter);
            case 9 -> clocks.ifPresent(all -> all.step(servers, processes));
            default -> use(processes.get(random.nextInt(3)));
        }
    }

    /** For a moment, or for long enough that the other takes over, or for longer than its drain. */
    private void mayBreak(LockServer server) {
        boolean broken = servers.stream().anyMatch(any -> any.state() != LockServer.State.UP);
        if (broken || random.nextInt(3) > 0) {
            return;
        }
        int most = random.nextBoolean() ? 3_000 : 60_000;
        mendAt = world.time().clock().nanos() + random.nextInt(most) * 1_000_000L;
        switch (random.nextInt(4)) {
            case 0 -> server.down();
            case 1, 2 -> server.stop();
            default -> restart(server);
        }
    }

    private void restart(LockServer server) {
        int how = server.durability() == Durability.VOLATILE ? random.nextInt(4) : 3;
        if (how == 0) {
            server.restartEmpty();
        } else if (how == 1) {
            server.restartOld();
        } else {
            server.restart();
        }
    }

    private void mend(LockServer server) {
        mendAt = Long.MAX_VALUE;
        if (server.state() == LockServer.State.DOWN) {
            restart(server);
        } else if (server.state() != LockServer.State.UP) {
            server.up();
        }
    }

    /**
     * Answers that come late or never, and requests that are lost. Cut off from one of two servers is one process at a
     * time and not for long, but where a split is wanted.
     */
    private void disturb(LockProcess process) {
        String server = servers.get(random.nextInt(servers.size())).name();
        int what = random.nextInt(3);
        boolean may = split || servers.size() == 1 || processes.stream().noneMatch(LockProcess::isDisturbed);
        if (split || (may && what == 1)) {
            process.cut(server);
        } else if (may && what == 2) {
            process.deafTo(server);
        } else {
            process.slowTo(server, Duration.ofMillis(random.nextInt(200)));
        }
        if (!split) {
            var unused = world.time().timers().schedule(Duration.ofMillis(500 + random.nextInt(4_500)), process::heal);
        }
    }

    private void use(LockProcess process) {
        if (!process.time().isRunning()) {
            return;
        }
        Duration ttl = Duration.ofMillis(random.nextInt(leastTtlMillis, (int) LockWorld.MAX_TTL.toMillis()));
        int then = random.nextInt(3);
        CompletableFuture<LockResult> call = waiting && random.nextBoolean()
                ? process.async().acquire(LOCK, ttl, Duration.ofMillis(random.nextInt(20_000)))
                : process.async().tryAcquire(LOCK, ttl);
        var unused = call.thenAccept(result -> got(process, result, then, ttl));
    }

    /**
     * A lease that was granted, and how long it was seen to be held. Time is counted in grants: several things happen
     * at the same nanosecond of virtual time, one after the other, and only a grant can begin an overlap.
     */
    private final class Held {

        private final String owner;
        private final Lease lease;
        private final long from = grants;
        private final long ownUntil;
        private boolean given;
        private long until = from;

        Held(Lease lease, Duration ttl) {
            this.owner = "owner" + grants;
            this.lease = lease;
            long now = world.time().clock().nanos();
            this.ownUntil = mutant == LockMutant.DEADLINE_AFTER_REPLY ? now + ttl.toNanos() : 0;
        }

        boolean look() {
            boolean held = lease.isHeld() || (!given && world.time().clock().nanos() < ownUntil);
            until = held ? grants + 1 : until;
            return held;
        }

        void close() {
            look();
            given = true;
            closed.add(lease.fencingToken());
            lease.close();
        }
    }

    private void end(Held held) {
        tenures.add(new Tenure(held.owner, held.lease.fencingToken(), held.from, held.until));
    }

    private void got(LockProcess process, LockResult result, int then, Duration ttl) {
        Lease lease = result.acquired().orElse(null);
        if (lease == null) {
            return;
        }
        grants++;
        if (!lease.backend().equals(lastBackend)) {
            failovers += lastBackend.isEmpty() ? 0 : 1;
            lastBackend = lease.backend();
        }
        // That is the moment at which an overlap shows, so all are looked at in it.
        List<Held> over = holds.stream().filter(old -> !old.look()).toList();
        over.forEach(this::end);
        holds.removeAll(over);
        Held held = new Held(lease, ttl);
        held.look();
        holds.add(held);
        if (then == 0) {
            lease.keepRenewing();
            var unused = process.time().timers().schedule(Duration.ofMillis(random.nextInt(8_000)), held::close);
        } else if (then == 1) {
            held.close();
        }
    }
}
