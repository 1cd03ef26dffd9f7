package io.resilientstorage.engine;

import io.resilientstorage.api.AsyncKeyValueStore;
import io.resilientstorage.api.BackendStatus;
import io.resilientstorage.api.Circuit;
import io.resilientstorage.api.ConditionalResult;
import io.resilientstorage.api.Found;
import io.resilientstorage.api.Health;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.StorageException;
import io.resilientstorage.api.Version;
import io.resilientstorage.backend.BackendException;
import io.resilientstorage.testkit.Fault;
import io.resilientstorage.testkit.FaultyBackend.Call;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** Uses a storage at random while its backends fail at random, and tells {@link Promises} of each step. */
final class RandomUse {

    static final List<String> NAMES = List.of("one", "two", "three");

    private static final int KEYS = 5;

    private final Lab lab;
    private final SplittableRandom random;
    private final Promises promises;
    private final Map<String, Boolean> faulty = new HashMap<>();
    private List<String> servers = List.of();
    private int steps;
    private int served;

    RandomUse(Lab lab, long seed, String story) {
        this.lab = lab;
        this.random = new SplittableRandom(seed);
        this.promises = new Promises(lab, story);
        NAMES.forEach(name -> faulty.put(name, false));
    }

    /** How many calls succeeded. */
    int served() {
        return served;
    }

    /** Checks what stands at the end. */
    void agree(boolean hints) {
        promises.agree(hints);
    }

    void healAll() {
        for (String name : NAMES) {
            lab.node(name).heal();
            lab.storage().bringOnline(name);
        }
    }

    /** Perhaps changes the faults, perhaps lets time pass, and makes one call. */
    void step() {
        steps++;
        if (random.nextInt(3) == 0) {
            changeFault(NAMES.get(random.nextInt(NAMES.size())));
        }
        lab.advance(Duration.ofMillis(random.nextInt(4) == 0 ? random.nextInt(20_000) : random.nextInt(500)));
        promises.begin(steps);
        try {
            call();
            served++;
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof StorageException)) {
                throw e;
            }
            // A probe that hung since before a backend healed may have ended in the middle of the call.
            promises.failed(e.getCause(), servers.stream().anyMatch(this::isWellAndRoutable));
        }
    }

    private boolean isWellAndRoutable(String name) {
        BackendStatus status = lab.status(name);
        return !faulty.getOrDefault(name, true)
                && status.health() != Health.UNHEALTHY
                && status.circuit() == Circuit.CLOSED
                && !status.offline();
    }

    private void changeFault(String name) {
        Node node = lab.node(name);
        node.heal();
        faulty.put(name, true);
        switch (random.nextInt(13)) {
            case 0 -> node.down();
            case 1 -> node.hang();
            case 2 -> node.failCalls(Node.noAnswer());
            case 3 -> node.failCalls(Fault.dropReply());
            case 4 -> node.failCalls(Fault.failAfterwards(() -> BackendException.noAnswer("reset")));
            case 5 -> node.faults().inject(Node.refused(), Call.APPLY, Call.PROBE);
            case 6 -> node.failCalls(Fault.delayCall(Duration.ofMillis(random.nextInt(3_000))));
            case 7 -> node.failCalls(Fault.everyNth(2, Node.noAnswer()));
            case 8 -> node.faults().inject(Fault.throwing(IllegalStateException::new));
            case 9 -> {
                faulty.put(name, false);
                node.server().restart();
            }
            case 10 -> {
                faulty.put(name, false);
                node.server().restartEmpty();
                promises.emptied(name);
            }
            default -> faulty.put(name, false);
        }
    }

    /**
     * Who must serve is asked before each call, for some steps make two: between them a probe that hung since before a
     * backend healed may tell that it is not well.
     */
    private <T> T await(Supplier<CompletableFuture<T>> call) {
        servers = NAMES.stream().filter(this::isWellAndRoutable).toList();
        CompletableFuture<T> running = call.get();
        var unused = running.whenComplete((result, failure) -> promises.ended());
        return lab.await(running);
    }

    private String key() {
        return "k" + random.nextInt(KEYS);
    }

    private void call() {
        AsyncKeyValueStore<String> store = lab.async();
        String key = key();
        String value = "value " + steps;
        Optional<Duration> ttl =
                random.nextInt(3) == 0 ? Optional.of(Duration.ofMillis(1 + random.nextInt(60_000))) : Optional.empty();
        switch (random.nextInt(9)) {
            case 0, 1 -> {
                promises.setting(key, value, ttl);
                promises.set(
                        key,
                        value,
                        await(() -> ttl.isPresent() ? store.set(key, value, ttl.get()) : store.set(key, value)));
            }
            case 2 -> {
                promises.deleting(key);
                promises.deleted(key, await(() -> store.delete(key)).receipt());
            }
            case 3 -> {
                promises.setting(key, value, Optional.empty());
                conditional(key, value, await(() -> store.setIfAbsent(key, value)));
            }
            case 4 -> compareAndSet(store, key, value);
            case 5 -> touch(store, key);
            case 6 -> setAll(store);
            default -> {
                Map<String, ReadResult<String>> results = await(() -> store.readAll(List.of(key, key(), key())));
                results.forEach(promises::read);
            }
        }
    }

    private void conditional(String key, String value, ConditionalResult result) {
        if (result instanceof ConditionalResult.Applied applied) {
            promises.set(key, value, applied.receipt());
        }
    }

    private void compareAndSet(AsyncKeyValueStore<String> store, String key, String value) {
        ReadResult<String> read = await(() -> store.read(key));
        promises.read(key, read);
        Version expected = read instanceof Found<String> found ? found.version() : Version.of(1, 0, 1);
        promises.setting(key, value, Optional.empty());
        conditional(key, value, await(() -> store.compareAndSet(key, expected, value)));
    }

    private void touch(AsyncKeyValueStore<String> store, String key) {
        Duration ttl = Duration.ofSeconds(1 + random.nextInt(60));
        promises.touching(key, ttl);
        if (await(() -> store.touch(key, ttl)) instanceof ConditionalResult.Applied applied) {
            promises.touched(key, ttl, applied.receipt());
        }
    }

    private void setAll(AsyncKeyValueStore<String> store) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < 3; i++) {
            values.put(key(), "value " + steps + "." + i);
        }
        values.forEach((key, value) -> promises.setting(key, value, Optional.empty()));
        var receipts = await(() -> store.setAll(values));
        new ArrayList<>(values.keySet())
                .forEach(key -> promises.set(
                        key, values.getOrDefault(key, ""), java.util.Objects.requireNonNull(receipts.get(key))));
    }
}
