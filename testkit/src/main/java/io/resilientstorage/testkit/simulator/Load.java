package io.resilientstorage.testkit.simulator;

import io.resilientstorage.api.Found;
import io.resilientstorage.api.ReadResult;
import io.resilientstorage.api.Version;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** Makes calls of one process at random, several at a time, on few keys. */
final class Load {

    /** Calls begin at most so far apart. */
    private static final int LONGEST_GAP_MILLIS = 400;

    private final World world;
    private final SimulatedProcess process;
    private final SplittableRandom random;
    private final long end;
    private int made;

    Load(World world, SimulatedProcess process) {
        this.world = world;
        this.process = process;
        this.random = world.split();
        this.end = world.schedule().nanos() + world.plan().load().toNanos();
        next();
    }

    private void next() {
        Duration gap = random.nextInt(3) == 0
                ? Duration.ofNanos(random.nextInt(2_000_000))
                : Duration.ofMillis(random.nextInt(LONGEST_GAP_MILLIS));
        world.schedule().in(gap, () -> {
            if (world.schedule().nanos() < end) {
                next();
                if (process.isServing()) {
                    var unused = call(process.calls());
                }
            }
        });
    }

    private String key() {
        return "k" + random.nextInt(world.plan().keys());
    }

    private String value() {
        return process.name() + "-" + ++made;
    }

    private Optional<Duration> ttl() {
        return switch (random.nextInt(6)) {
            case 0 -> Optional.of(Duration.ofMillis(1 + random.nextInt(2_000)));
            case 1 -> Optional.of(Duration.ofMillis(1 + random.nextInt(120_000)));
            default -> Optional.empty();
        };
    }

    private CompletableFuture<?> call(Calls calls) {
        return switch (random.nextInt(16)) {
            case 0, 1, 2, 3 -> calls.set(key(), value(), ttl());
            case 4, 5 -> calls.delete(key());
            case 6 -> calls.setIfAbsent(key(), value(), ttl());
            case 7 -> compareAndSet(calls);
            case 8 ->
                random.nextInt(4) == 0
                        ? calls.touch(key(), Duration.ofMillis(500 + random.nextInt(60_000)))
                        : calls.read(key());
            case 9 -> setAll(calls);
            case 10 -> random.nextInt(3) == 0 ? calls.deleteAll(some()) : calls.read(key());
            case 11 -> calls.readAll(some());
            case 12 -> readAfterWrite(calls);
            default -> calls.read(key());
        };
    }

    private Set<String> some() {
        Set<String> keys = new LinkedHashSet<>();
        keys.add("k0");
        keys.add(key());
        return keys;
    }

    private CompletableFuture<?> compareAndSet(Calls calls) {
        String key = key();
        String value = value();
        return calls.read(key)
                .thenCompose(result -> process.isServing()
                        ? process.calls().compareAndSet(key, version(result), value)
                        : CompletableFuture.completedFuture(null));
    }

    private static Version version(ReadResult<String> result) {
        return result instanceof Found<String> found ? found.version() : Version.of(1, 0, 1);
    }

    private CompletableFuture<?> setAll(Calls calls) {
        Map<String, String> values = new LinkedHashMap<>();
        for (int i = 0; i < 3; i++) {
            values.put(key(), value());
        }
        return calls.setAll(values, ttl());
    }

    private CompletableFuture<?> readAfterWrite(Calls calls) {
        String key = key();
        return calls.set(key, value(), Optional.empty())
                .thenCompose(receipt ->
                        process.isServing() ? process.calls().read(key) : CompletableFuture.completedFuture(null));
    }
}
