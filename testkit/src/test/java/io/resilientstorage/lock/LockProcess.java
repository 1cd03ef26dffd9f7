package io.resilientstorage.lock;

import io.resilientstorage.api.AsyncLocks;
import io.resilientstorage.api.Lease;
import io.resilientstorage.api.LockResult;
import io.resilientstorage.api.Locks;
import io.resilientstorage.api.Scope;
import io.resilientstorage.api.StorageEvent;
import io.resilientstorage.backend.Authority;
import io.resilientstorage.backend.AuthorityReply;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.backend.Incarnation;
import io.resilientstorage.backend.LockReply;
import io.resilientstorage.backend.LockRequest;
import io.resilientstorage.backend.LockStore;
import io.resilientstorage.backend.ReleaseWatch;
import io.resilientstorage.config.StorageSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** One process of a {@link LockWorld}: the real engine, on links to the servers that can be cut. */
final class LockProcess {

    static final Duration ATTEMPT = Duration.ofMillis(250);

    private final LockWorld world;
    private final PausableTime time;
    private final LockEngine engine;
    private final List<StorageEvent> events = new ArrayList<>();
    private final Set<String> cut = new HashSet<>();
    private final Set<String> deaf = new HashSet<>();
    private final Map<String, Duration> slow = new HashMap<>();
    private int requests;
    private UnaryOperator<LockRequest> watch = UnaryOperator.identity();

    LockProcess(
            LockWorld world, List<LockServer> servers, StorageSettings settings, UnaryOperator<AuthorityRule> rules) {
        this.world = world;
        this.time = new PausableTime(world.time());
        List<LockBackend> backends = servers.stream()
                .map(server -> new LockBackend(
                        server.name(),
                        Scope.SHARED,
                        server.durability(),
                        ATTEMPT,
                        () -> Optional.of(new Link(server)),
                        () -> true,
                        () -> !cut.contains(server.name()) && server.state() == LockServer.State.UP))
                .toList();
        this.engine = new LockEngine(settings, backends, time, events::add, time::run, rules);
    }

    Locks locks() {
        return engine.locks("default");
    }

    AsyncLocks async() {
        return locks().async();
    }

    PausableTime time() {
        return time;
    }

    /** Reaches a server no more. */
    void cut(String server) {
        cut.add(server);
    }

    /** Reaches it, and hears nothing of it. */
    void deafTo(String server) {
        deaf.add(server);
    }

    /** Hears of it after a while. */
    void slowTo(String server, Duration delay) {
        slow.put(server, delay);
    }

    /** Sees, and may change, each request for a lock before it is sent. */
    void watch(UnaryOperator<LockRequest> by) {
        watch = by;
    }

    boolean isDisturbed() {
        return !cut.isEmpty() || !deaf.isEmpty();
    }

    void heal() {
        cut.clear();
        deaf.clear();
        slow.clear();
    }

    /** How many requests it has sent. */
    int requests() {
        return requests;
    }

    <E extends StorageEvent> List<E> events(Class<E> sort) {
        return events.stream().filter(sort::isInstance).map(sort::cast).toList();
    }

    LockResult tryAcquire(String name, Duration ttl) {
        return world.await(async().tryAcquire(name, ttl));
    }

    /** A lease, which is there to be had. */
    Lease lease(String name, Duration ttl) {
        LockResult result = tryAcquire(name, ttl);
        return result.acquired().orElseThrow(() -> new AssertionError(result.toString()));
    }

    void close() {
        engine.close(Duration.ZERO);
    }

    /** The way to a server. */
    private final class Link implements LockStore {

        private final LockServer server;

        Link(LockServer server) {
            this.server = server;
        }

        private <T> CompletionStage<T> send(Supplier<CompletableFuture<T>> request) {
            requests++;
            if (!time.isRunning()) {
                throw new AssertionError("a stopped process sends nothing");
            }
            if (cut.contains(server.name())) {
                return CompletableFuture.failedFuture(BackendException.unreachable("no route"));
            }
            CompletableFuture<T> answer = new CompletableFuture<>();
            boolean hears = !deaf.contains(server.name());
            Duration delay = slow.getOrDefault(server.name(), Duration.ZERO);
            var unused = request.get().whenComplete((reply, failure) -> {
                if (!hears) {
                    return;
                }
                Runnable arrive = () -> {
                    if (failure == null) {
                        answer.complete(reply);
                    } else {
                        answer.completeExceptionally(failure);
                    }
                };
                if (delay.isZero()) {
                    time.run(arrive);
                } else {
                    later(delay, arrive);
                }
            });
            return answer;
        }

        private void later(Duration delay, Runnable arrive) {
            var unused = world.time().timers().schedule(delay, () -> time.run(arrive));
        }

        @Override
        public CompletionStage<AuthorityReply> authority(String space) {
            return send(() -> server.read(space));
        }

        @Override
        public CompletionStage<Boolean> compareAndSet(
                String space, Incarnation life, long expectedRevision, Authority next, long notAfter) {
            return send(() -> server.put(space, life, expectedRevision, next, notAfter));
        }

        @Override
        public CompletionStage<LockReply> perform(LockRequest request) {
            LockRequest sent = watch.apply(request);
            return send(() -> server.perform(sent));
        }

        @Override
        public Optional<ReleaseWatch> watchReleases(String space, ReleaseWatch.Listener listener) {
            return server.listen(space, new ReleaseWatch.Listener() {
                @Override
                public void begun() {
                    time.run(listener::begun);
                }

                @Override
                public void released(String name) {
                    if (!cut.contains(server.name()) && !deaf.contains(server.name())) {
                        time.run(() -> listener.released(name));
                    }
                }

                @Override
                public void ended() {
                    time.run(listener::ended);
                }
            });
        }
    }
}
