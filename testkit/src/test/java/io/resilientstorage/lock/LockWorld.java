package io.resilientstorage.lock;

import io.resilientstorage.api.Durability;
import io.resilientstorage.api.Lease;
import io.resilientstorage.config.Settings;
import io.resilientstorage.config.StorageSettings;
import io.resilientstorage.testkit.ManualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** Processes and servers of locks in virtual time. */
final class LockWorld implements AutoCloseable {

    static final Duration MAX_TTL = Duration.ofSeconds(5);

    /** How long a failover takes at most: the window, the longest lease, and a margin for each. */
    static final Duration DRAIN = MAX_TTL.plusMillis(PairRule.WINDOW_MILLIS + 2 * AuthorityRule.MARGIN_MILLIS);

    private static final Duration STEP = Duration.ofMillis(5);

    private final ManualTime time;
    private final Map<String, LockServer> servers = new LinkedHashMap<>();
    private final List<LockProcess> processes = new ArrayList<>();

    LockWorld(long seed) {
        time = new ManualTime(seed, ManualTime.Work.INLINE);
    }

    LockWorld() {
        this(1);
    }

    ManualTime time() {
        return time;
    }

    LockServer server(String name) {
        return Objects.requireNonNull(servers.get(name), name);
    }

    LockWorld volatileServer(String name) {
        servers.put(name, new LockServer(name, Durability.VOLATILE, time));
        return this;
    }

    LockWorld durableServer(String name) {
        servers.put(name, new LockServer(name, Durability.DURABLE, time));
        return this;
    }

    LockProcess process() {
        return process(draft -> {});
    }

    LockProcess process(Consumer<StorageSettings.Draft> settings) {
        return process(settings, UnaryOperator.identity());
    }

    LockProcess process(Consumer<StorageSettings.Draft> settings, UnaryOperator<AuthorityRule> rules) {
        StorageSettings.Draft draft = new StorageSettings.Draft();
        draft.set(Settings.LOCKS_MAX_TTL, MAX_TTL);
        settings.accept(draft);
        LockProcess process = new LockProcess(this, List.copyOf(servers.values()), draft.build(), rules);
        processes.add(process);
        return process;
    }

    void advance(Duration by) {
        time.advance(by);
    }

    /** Moves time until the call has ended, at most for 20 s. */
    <T> T await(CompletableFuture<T> call) {
        for (int i = 0; i < 4_000 && !call.isDone(); i++) {
            time.advance(STEP);
        }
        if (!call.isDone()) {
            throw new AssertionError("the call has not ended");
        }
        return call.join();
    }

    /** Tries until the process gets it, at most for two drains, and tells how long that took. */
    Duration timeUntilAcquired(LockProcess process, String name) {
        long begun = time.clock().nanos();
        for (long i = 0; i < 2 * DRAIN.toMillis() / 50; i++) {
            Lease lease = process.tryAcquire(name, MAX_TTL).acquired().orElse(null);
            if (lease != null) {
                Duration took = Duration.ofNanos(time.clock().nanos() - begun);
                lease.close();
                return took;
            }
            time.advance(Duration.ofMillis(50));
        }
        throw new AssertionError("not acquired within " + DRAIN.multipliedBy(2));
    }

    @Override
    public void close() {
        processes.stream().filter(process -> process.time().isRunning()).forEach(LockProcess::close);
        if (!time.failures().isEmpty()) {
            throw new AssertionError("tasks that failed: " + time.failures());
        }
    }
}
