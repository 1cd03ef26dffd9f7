package io.resilientstorage.benchmarks.mirror;

import io.resilientstorage.ResilientStorage;
import io.resilientstorage.api.Codec;
import io.resilientstorage.api.KeyValueStore;
import io.resilientstorage.api.NamespaceOptions;
import io.resilientstorage.api.Storage;
import io.resilientstorage.api.Sync;
import io.resilientstorage.api.WriteMode;
import io.resilientstorage.benchmarks.load.Calls;
import io.resilientstorage.benchmarks.load.ClosedLoad;
import io.resilientstorage.benchmarks.load.Latencies;
import io.resilientstorage.benchmarks.report.ResultFile;
import io.resilientstorage.testkit.servers.PostgresProcess;
import io.resilientstorage.testkit.servers.RedisProcess;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Writers on one storage, with Redis active and PostgreSQL behind it: in a namespace that mirrors, and in one that does
 * not.
 */
final class Mirrored implements AutoCloseable {

    static final int THREADS = 16;

    private static final int BATCH = 500;
    private static final int BATCH_THREADS = 2;
    private static final String VALUE = "x".repeat(100);
    private static final Duration SETTLING = Duration.ofSeconds(1);
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final double NANOS = 1e9;
    private static final double MEGABYTE = 1e6;

    private final RedisProcess redis = RedisProcess.start();
    private final PostgresProcess postgres =
            PostgresProcess.builder().set("shared_buffers", "128MB").start();
    private final ResilientStorage storage;
    private final KeyValueStore<String> mirrored;
    private final KeyValueStore<String> alone;

    Mirrored() {
        storage = ResilientStorage.builder()
                .backend(redis.url())
                .backend(postgres.url())
                .memory(false)
                .build();
        mirrored = namespace("mirrored", WriteMode.MIRROR_ASYNC);
        alone = namespace("alone", WriteMode.ACTIVE_ONLY);
        Awaitility.await()
                .atMost(PATIENCE)
                .until(() -> storage.healthStatus().backends().values().stream()
                        .allMatch(status -> status.sync() == Sync.IN_SYNC));
    }

    private KeyValueStore<String> namespace(String name, WriteMode mode) {
        return storage.namespace(name, Codec.string(), NamespaceOptions.DEFAULT.withWriteMode(mode));
    }

    private static ClosedLoad.Caller sets(KeyValueStore<String> store, int keys) {
        return (thread, round) ->
                store.set("key:" + (round * THREADS + thread) % keys, VALUE).backend();
    }

    /** What PostgreSQL takes where it is the only backend, in batches as the replicator sends; records a second. */
    double postgresAlone(Duration length, int keys) throws InterruptedException {
        try (ResilientStorage only = ResilientStorage.builder()
                        .backend(postgres.url())
                        .memory(false)
                        .build();
                ClosedLoad load = ClosedLoad.start(batches(only, keys), BATCH_THREADS)) {
            sleep(SETTLING);
            long from = System.nanoTime();
            sleep(length);
            long to = System.nanoTime();
            return BATCH * load.stop().begunIn(from, to).count() / ((to - from) / NANOS);
        }
    }

    /**
     * What PostgreSQL gets as the mirror of writers who write as fast as they can; records a second. What still waits
     * for it at the end, more than did at the beginning, it has not got.
     */
    double postgresAsMirror(Duration length, int keys) throws InterruptedException {
        try (ClosedLoad load = ClosedLoad.start(sets(mirrored, keys), THREADS)) {
            sleep(SETTLING);
            long pendingBefore = pending();
            long from = System.nanoTime();
            sleep(length);
            long to = System.nanoTime();
            long waitsNow = pending() - pendingBefore;
            double written = load.stop().begunIn(from, to).count();
            awaitDrained();
            return (written - Math.max(0, waitsNow)) / ((to - from) / NANOS);
        }
    }

    private static ClosedLoad.Caller batches(Storage store, int keys) {
        return (thread, round) -> {
            int first = (round * BATCH_THREADS + thread) * BATCH;
            Map<String, String> batch = IntStream.range(first, first + BATCH)
                    .mapToObj(i -> "key:" + i % keys)
                    .distinct()
                    .collect(Collectors.toMap(key -> key, key -> VALUE));
            return store.setAll(batch).values().iterator().next().backend();
        };
    }

    /**
     * One round: writers that call at a rate, or as fast as they can, for some time with the mirror and for some time
     * without; in turn it is the other that begins.
     *
     * @param rate calls a second, 0 for as fast as they can
     */
    ObjectNode round(int round, double rate, Duration length, int keys) throws InterruptedException {
        ObjectNode seen = ResultFile.JSON.createObjectNode();
        for (boolean mirror : round % 2 == 0 ? List.of(true, false) : List.of(false, true)) {
            KeyValueStore<String> store = mirror ? mirrored : alone;
            Duration pace = rate == 0 ? Duration.ZERO : Duration.ofNanos((long) (THREADS / rate * NANOS));
            try (ClosedLoad load = ClosedLoad.start(sets(store, keys), THREADS, pace)) {
                sleep(SETTLING);
                long from = System.nanoTime();
                sleep(length);
                long to = System.nanoTime();
                Calls calls = load.stop();
                Latencies latencies = calls.begunIn(from, to);
                ObjectNode told =
                        seen.putObject(mirror ? MirrorMeasurement.MIRROR_ASYNC : MirrorMeasurement.ACTIVE_ONLY);
                told.put("callsASecond", Math.round(latencies.count() / ((to - from) / NANOS)));
                told.put("failed", calls.failed());
                told.put("p50Millis", latencies.millis(0.5));
                told.put("p99Millis", latencies.millis(0.99));
                told.put("pending", pending());
            }
            awaitDrained();
        }
        return seen;
    }

    /** Writers that write more than PostgreSQL takes, and how long that takes the rest afterwards. */
    ObjectNode beyond(Duration length, int keys) throws InterruptedException {
        ObjectNode seen = ResultFile.JSON.createObjectNode();
        long heapBefore = used();
        ArrayNode pending = ResultFile.JSON.createArrayNode();
        try (ClosedLoad load = ClosedLoad.start(sets(mirrored, keys), THREADS)) {
            long from = System.nanoTime();
            while (System.nanoTime() - from < length.toNanos()) {
                sleep(LOOK);
                pending.add(pending());
            }
            long to = System.nanoTime();
            Calls calls = load.stop();
            seen.put("callsASecond", Math.round(calls.count() / ((to - from) / NANOS)));
            seen.put("calls", calls.count());
            seen.put("failed", calls.failed());
            seen.put("p99Millis", calls.begunIn(from, to).millis(0.99));
        }
        long ended = System.nanoTime();
        long left = pending();
        seen.put("heapMegabytes", Math.max(0, used() - heapBefore) / MEGABYTE);
        awaitDrained();
        seen.put("keys", keys);
        seen.put("pendingAtTheEnd", left);
        seen.put("drainedAfterSeconds", (System.nanoTime() - ended) / NANOS);
        seen.set("pending", pending);
        return seen;
    }

    private static long used() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private long pending() {
        return Objects.requireNonNull(storage.healthStatus().backends().get("postgresql"))
                .pending();
    }

    private void awaitDrained() {
        Awaitility.await().atMost(PATIENCE).until(() -> pending() == 0);
    }

    private static void sleep(Duration duration) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
    }

    @Override
    public void close() {
        storage.close();
        redis.close();
        postgres.close();
    }
}
