package io.resilientstorage.lock;

import io.resilientstorage.api.Durability;
import io.resilientstorage.api.Lease;
import io.resilientstorage.api.LockResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;

/** One run: three processes that want one lock, on two servers of which at most one is in trouble at a time. */
final class RandomLocks {

    private static final Duration LENGTH = Duration.ofMinutes(5);
    private static final String LOCK = "job";

    private final LockWorld world;
    private final SplittableRandom random;
    private final UnaryOperator<AuthorityRule> rules;
    private final boolean split;
    private final List<LockServer> servers;
    private final List<LockProcess> processes = new ArrayList<>();
    private final List<Lease> leases = new ArrayList<>();
    private final Set<Long> tokens = new HashSet<>();
    private final List<String> trouble = new ArrayList<>();
    private long lastToken;
    private long mendAt = Long.MAX_VALUE;
    private int grants;
    private int failovers;
    private String lastBackend = "";

    RandomLocks(int seed, Durability first, Durability second, UnaryOperator<AuthorityRule> rules, boolean split) {
        this.world = new LockWorld(seed);
        this.random = new SplittableRandom(seed);
        this.rules = rules;
        this.split = split;
        add("one", first);
        add("two", second);
        servers = List.of(world.server("one"), world.server("two"));
    }

    private void add(String name, Durability durability) {
        if (durability == Durability.DURABLE) {
            world.durableServer(name);
        } else {
            world.volatileServer(name);
        }
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

    void run() {
        for (int i = 0; i < 3; i++) {
            processes.add(world.process(draft -> {}, rules));
        }
        if (servers.stream().noneMatch(server -> server.durability() == Durability.DURABLE)) {
            // The quarantine of a space that is new to both.
            use(processes.get(0));
            world.advance(Duration.ofMinutes(6));
        }
        long end = world.time().clock().nanos() + LENGTH.toNanos();
        while (world.time().clock().nanos() < end) {
            step();
            world.advance(Duration.ofMillis(1 + random.nextInt(300)));
        }
    }

    private void step() {
        if (world.time().clock().nanos() >= mendAt) {
            servers.forEach(this::mend);
        }
        switch (random.nextInt(24)) {
            case 0 -> mayBreak(servers.get(random.nextInt(2)));
            case 4 -> processes.get(random.nextInt(3)).time().pause(Duration.ofMillis(random.nextInt(20_000)));
            case 5 -> {
                int at = random.nextInt(3);
                if (random.nextInt(4) == 0) {
                    processes.get(at).time().kill();
                    processes.set(at, world.process(draft -> {}, rules));
                }
            }
            case 6 -> disturb(processes.get(random.nextInt(3)));
            case 7 -> {
                if (!split || random.nextInt(40) == 0) {
                    processes.forEach(LockProcess::heal);
                }
            }
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
        if (server.durability() == Durability.VOLATILE && random.nextBoolean()) {
            server.restartEmpty();
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

    /** Answers that come late or never; a part that is cut off from one server alone only where that is wanted. */
    private void disturb(LockProcess process) {
        String server = servers.get(random.nextInt(2)).name();
        if (split) {
            process.cut(server);
        } else {
            process.slowTo(server, Duration.ofMillis(random.nextInt(200)));
        }
    }

    private void use(LockProcess process) {
        if (!process.time().isRunning()) {
            return;
        }
        Duration ttl = Duration.ofMillis(500 + random.nextInt(4_500));
        int then = random.nextInt(3);
        var unused = process.async().tryAcquire(LOCK, ttl).thenAccept(result -> got(process, result, then));
    }

    private void got(LockProcess process, LockResult result, int then) {
        Lease lease = result.acquired().orElse(null);
        if (lease == null) {
            return;
        }
        grants++;
        if (!lease.backend().equals(lastBackend)) {
            failovers += lastBackend.isEmpty() ? 0 : 1;
            lastBackend = lease.backend();
        }
        leases.removeIf(old -> !old.isHeld());
        leases.forEach(other -> trouble.add(other + " and " + lease + " are both held"));
        leases.add(lease);
        if (!tokens.add(lease.fencingToken())) {
            trouble.add("twice the token " + lease.fencingToken());
        }
        if (lease.fencingToken() <= lastToken) {
            trouble.add("the token " + lease.fencingToken() + " came after " + lastToken);
        }
        lastToken = lease.fencingToken();
        if (then == 0) {
            lease.keepRenewing();
            var unused = process.time().timers().schedule(Duration.ofMillis(random.nextInt(8_000)), lease::close);
        } else if (then == 1) {
            lease.close();
        }
    }
}
